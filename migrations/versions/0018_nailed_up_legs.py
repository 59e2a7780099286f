"""Agents' legs that stand between calls have rows of their own, and a call's leg says on which of them it was.

Revision: 0018
Follows: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A row a leg, from the first ring to its end."""
    op.create_table(
        "nailed_legs",
        sa.Column("leg_id", sa.String(128), nullable=False),
        sa.Column("agent", sa.String(128), server_default="", nullable=False),
        sa.Column("started", sa.Double(), nullable=False),
        sa.Column("ended", sa.Double(), nullable=True),
        sa.Column("duration", sa.Double(), sa.Computed("ended - started", persisted=True), nullable=True),
        sa.Column("connected", sa.Double(), nullable=True),
        sa.Column("node", sa.String(128), server_default="", nullable=False),
        sa.Column("number", sa.String(128), server_default="", nullable=False),
        sa.Column("cause", sa.String(128), server_default="", nullable=False),
        sa.Column("why", sa.String(500), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("leg_id", name=op.f("pk_nailed_legs")),
    )
    op.create_index("ix_nailed_legs_agent_started", "nailed_legs", ["agent", "started"])
    op.create_index(
        "ix_nailed_legs_open",
        "nailed_legs",
        ["agent"],
        sqlite_where=sa.text("ended IS NULL"),
        postgresql_where=sa.text("ended IS NULL"),
    )
    op.add_column("legs", sa.Column("nailed", sa.String(128), server_default="", nullable=False))


def downgrade() -> None:
    """Without them."""
    op.drop_column("legs", "nailed")
    op.drop_table("nailed_legs")
