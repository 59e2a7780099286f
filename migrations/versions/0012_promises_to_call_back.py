"""Promises to call a customer back, and what became of them.

Revision: 0012
Follows: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """`callbacks`, empty."""
    op.create_table(
        "callbacks",
        sa.Column("promise_id", sa.String(length=128), nullable=False),
        sa.Column("started", sa.Double(), nullable=False),
        sa.Column("ended", sa.Double(), nullable=True),
        sa.Column("duration", sa.Double(), sa.Computed("ended - started", persisted=True), nullable=True),
        sa.Column("made_in", sa.String(length=128), server_default="", nullable=False),
        sa.Column("queue", sa.String(length=128), server_default="", nullable=False),
        sa.Column("number", sa.String(length=64), server_default="", nullable=False),
        sa.Column("caller_name", sa.String(length=128), server_default="", nullable=False),
        sa.Column("author", sa.String(length=128), server_default="", nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("due", sa.Double(), nullable=False),
        sa.Column("expires", sa.Double(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_call", sa.String(length=128), server_default="", nullable=False),
        sa.Column("last_attempt", sa.String(length=32), server_default="", nullable=False),
        sa.Column("result", sa.String(length=32), nullable=True),
        sa.Column("why", sa.String(length=500), server_default="", nullable=False),
        sa.Column("end_why", sa.String(length=500), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("promise_id", name=op.f("pk_callbacks")),
    )
    op.create_index(op.f("ix_callbacks_queue_started"), "callbacks", ["queue", "started"])
    op.create_index(op.f("ix_callbacks_number"), "callbacks", ["number"])


def downgrade() -> None:
    """What came of promises is lost; those that are still open stay with the controller."""
    op.drop_table("callbacks")
