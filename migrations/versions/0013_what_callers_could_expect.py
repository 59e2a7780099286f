"""A visit keeps what its caller could expect to wait when he joined, where that could be told.

Revision: 0013
Follows: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("queue_visits", sa.Column("estimated", sa.Double(), nullable=True))


def downgrade() -> None:
    op.drop_column("queue_visits", "estimated")
