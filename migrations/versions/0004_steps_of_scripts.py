"""Each step of a script that a call came to. Steps of calls before the upgrade are in their traces only.

Revision: 0004
Follows: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """`steps`, empty: those of calls before are not made up from traces."""
    op.create_table(
        "steps",
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("i", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("call_id", sa.String(length=128), server_default="", nullable=False),
        sa.Column("started", sa.Double(), nullable=False),
        sa.Column("ended", sa.Double(), nullable=True),
        sa.Column("duration", sa.Double(), sa.Computed("ended - started", persisted=True), nullable=True),
        sa.Column("script", sa.String(length=128), server_default="", nullable=False),
        sa.Column("script_hash", sa.String(length=128), server_default="", nullable=False),
        sa.Column("step", sa.String(length=128), server_default="", nullable=False),
        sa.Column("kind", sa.String(length=32), server_default="", nullable=False),
        sa.Column("serial", sa.Integer(), server_default="0", nullable=False),
        sa.Column("try_number", sa.Integer(), server_default="1", nullable=False),
        sa.Column("keys", sa.String(length=64), server_default="", nullable=False),
        sa.Column("result", sa.String(length=500), server_default="", nullable=False),
        sa.Column("why", sa.String(length=500), server_default="", nullable=False),
        sa.Column("led_to", sa.String(length=128), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("n", "i", name=op.f("pk_steps")),
    )
    op.create_index(op.f("ix_steps_call_id"), "steps", ["call_id"])
    op.create_index("ix_steps_script", "steps", ["script", "started"])


def downgrade() -> None:
    """The steps are lost; traces still tell them."""
    op.drop_table("steps")
