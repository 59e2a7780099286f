"""A transfer keeps whether the agent asked there first (attended), or sent the caller on unasked.

Revision: 0016
Follows: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Those of before were all unasked."""
    op.add_column("transfers", sa.Column("attended", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Without it."""
    op.drop_column("transfers", "attended")
