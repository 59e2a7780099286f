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
    """What a caller could expect when he joined, beside what came."""
    op.add_column("queue_visits", sa.Column("estimated", sa.Double(), nullable=True))


def downgrade() -> None:
    """Without it."""
    op.drop_column("queue_visits", "estimated")
