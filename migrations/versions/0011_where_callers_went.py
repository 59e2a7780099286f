"""A visit keeps where its caller went and why, when he neither talked nor hung up.

Revision: 0011
Follows: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """`left_to` and `end_why`, empty for the visits before."""
    op.add_column("queue_visits", sa.Column("left_to", sa.String(length=128), server_default="", nullable=False))
    op.add_column("queue_visits", sa.Column("end_why", sa.String(length=500), server_default="", nullable=False))


def downgrade() -> None:
    """Where callers went, and why, is lost; traces still tell it."""
    op.drop_column("queue_visits", "end_why")
    op.drop_column("queue_visits", "left_to")
