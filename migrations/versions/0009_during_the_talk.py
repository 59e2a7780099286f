"""What happens during a talk: transfers, pauses of the recording, and who else was there.

Revision: 0009
Follows: 0013
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0013"
branch_labels = None
depends_on = None


def _begun_by() -> list[sa.Column[Any]]:
    return [
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("i", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("call_id", sa.String(length=128), server_default="", nullable=False),
    ]


def _lasting() -> list[sa.Column[Any]]:
    return [
        sa.Column("started", sa.Double(), nullable=False),
        sa.Column("ended", sa.Double(), nullable=True),
        sa.Column("duration", sa.Double(), sa.Computed("ended - started", persisted=True), nullable=True),
    ]


def _word(name: str, length: int = 128) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length=length), server_default="", nullable=False)


def upgrade() -> None:
    """Tables of transfers, pauses of recordings and guests."""
    op.create_table(
        "transfers",
        *_begun_by(),
        sa.Column("at", sa.Double(), nullable=False),
        _word("agent"),
        _word("queue"),
        _word("target", 500),
        _word("author"),
        sa.PrimaryKeyConstraint("n", "i", name=op.f("pk_transfers")),
    )
    op.create_index(op.f("ix_transfers_call_id"), "transfers", ["call_id"])
    op.create_index("ix_transfers_at", "transfers", ["at", "queue"])
    op.create_table(
        "recording_pauses",
        *_begun_by(),
        *_lasting(),
        _word("agent"),
        _word("author"),
        sa.PrimaryKeyConstraint("n", "i", name=op.f("pk_recording_pauses")),
    )
    op.create_index(op.f("ix_recording_pauses_call_id"), "recording_pauses", ["call_id"])
    op.create_table(
        "guests",
        *_begun_by(),
        *_lasting(),
        sa.Column("joined", sa.Double(), nullable=True),
        _word("leg_id"),
        _word("agent"),
        _word("number", 64),
        _word("mode", 32),
        _word("talks_with"),
        _word("author"),
        _word("result", 32),
        _word("why", 500),
        sa.PrimaryKeyConstraint("n", "i", name=op.f("pk_guests")),
    )
    op.create_index(op.f("ix_guests_call_id"), "guests", ["call_id"])
    op.create_index("ix_guests_agent", "guests", ["agent", "started"])


def downgrade() -> None:
    """Without them."""
    for table in ("guests", "recording_pauses", "transfers"):
        op.drop_table(table)
