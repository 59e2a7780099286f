"""A visit keeps the rules by which it is counted; those before it have none and are counted by today's.

Revision: 0002
Follows: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """`target` and `short_abandon`, in seconds; NULL for the visits before."""
    op.add_column("queue_visits", sa.Column("target", sa.Double(), nullable=True))
    op.add_column("queue_visits", sa.Column("short_abandon", sa.Double(), nullable=True))


def downgrade() -> None:
    """The visits' own rules are lost: all are counted by today's."""
    op.drop_column("queue_visits", "short_abandon")
    op.drop_column("queue_visits", "target")
