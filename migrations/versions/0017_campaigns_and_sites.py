"""A call keeps by which campaign's number it came, and which other site sent it.

Revision: 0017
Follows: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """`campaign` and `came_from`, empty for the calls before."""
    op.add_column("calls", sa.Column("campaign", sa.String(length=128), server_default="", nullable=False))
    op.add_column("calls", sa.Column("came_from", sa.String(length=500), server_default="", nullable=False))


def downgrade() -> None:
    """Without them; traces still tell which site sent a call."""
    op.drop_column("calls", "came_from")
    op.drop_column("calls", "campaign")
