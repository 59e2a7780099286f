"""A call says who wished for it.

Revision: 0008
Follows: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """`origin`, `inbound` for the calls before."""
    op.add_column("calls", sa.Column("origin", sa.String(length=32), server_default="inbound", nullable=False))


def downgrade() -> None:
    """Who wished for a call is lost."""
    op.drop_column("calls", "origin")
