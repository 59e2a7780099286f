"""A call says why its recording is missing or not whole.

Revision: 0003
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """`unrecorded`, empty for the calls before."""
    op.add_column("calls", sa.Column("unrecorded", sa.String(length=500), server_default="", nullable=False))


def downgrade() -> None:
    """The reasons are lost."""
    op.drop_column("calls", "unrecorded")
