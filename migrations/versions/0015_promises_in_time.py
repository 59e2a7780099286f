"""A promise keeps until when it is kept in time, so that what was late can be told.

Revision: 0015
Follows: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Until when a promise is kept in time, beside when it expires."""
    op.add_column("callbacks", sa.Column("in_time", sa.Double(), nullable=True))


def downgrade() -> None:
    """Without it."""
    op.drop_column("callbacks", "in_time")
