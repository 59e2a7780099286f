"""The foundation: calls, legs, queue visits, offers, talks, agents' time, traces, and who may do what.

Revision: 0001
Follows: nothing
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """All tables, and a ledger that has read nothing yet."""
    op.create_table(
        "agent_spans",
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("i", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("agent", sa.String(length=128), server_default="", nullable=False),
        sa.Column("started", sa.Double(), nullable=False),
        sa.Column("ended", sa.Double(), nullable=True),
        sa.Column("duration", sa.Double(), sa.Computed("ended - started", persisted=True), nullable=True),
        sa.Column("status", sa.String(length=32), server_default="", nullable=False),
        sa.Column("reason", sa.String(length=128), server_default="", nullable=False),
        sa.Column("state", sa.String(length=32), server_default="", nullable=False),
        sa.Column("call_id", sa.String(length=128), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("n", "i", name=op.f("pk_agent_spans")),
    )
    op.create_index("ix_agent_spans_agent", "agent_spans", ["agent", "started"])
    op.create_index(
        "ix_agent_spans_open",
        "agent_spans",
        ["agent"],
        sqlite_where=sa.text("ended IS NULL"),
        postgresql_where=sa.text("ended IS NULL"),
    )
    op.create_index("ix_agent_spans_started", "agent_spans", ["started"])

    op.create_table(
        "agents",
        sa.Column("agent", sa.String(length=128), nullable=False),
        sa.Column("sip_user", sa.String(length=128), server_default="", nullable=False),
        sa.Column("realm", sa.String(length=128), server_default="", nullable=False),
        sa.Column("a1_hash", sa.String(length=128), server_default="", nullable=False),
        sa.Column("changed", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("agent", name=op.f("pk_agents")),
        sa.UniqueConstraint("sip_user", name=op.f("uq_agents_sip_user")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("author", sa.String(length=128), server_default="", nullable=False),
        sa.Column("kind", sa.String(length=128), server_default="", nullable=False),
        sa.Column("what", sa.Text(), server_default="", nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("said", sa.String(length=500), server_default="", nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_at", "audit", ["at"])

    op.create_table(
        "calls",
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("started", sa.Double(), nullable=False),
        sa.Column("ended", sa.Double(), nullable=True),
        sa.Column("duration", sa.Double(), sa.Computed("ended - started", persisted=True), nullable=True),
        sa.Column("node", sa.String(length=128), server_default="", nullable=False),
        sa.Column("entry", sa.String(length=128), server_default="", nullable=False),
        sa.Column("caller_number", sa.String(length=64), server_default="", nullable=False),
        sa.Column("caller_name", sa.String(length=128), server_default="", nullable=False),
        sa.Column("called_number", sa.String(length=64), server_default="", nullable=False),
        sa.Column("queue", sa.String(length=128), server_default="", nullable=False),
        sa.Column("agent", sa.String(length=128), server_default="", nullable=False),
        sa.Column("wayout", sa.Double(), nullable=True),
        sa.Column("result", sa.String(length=32), nullable=True),
        sa.Column("cause", sa.String(length=128), server_default="", nullable=False),
        sa.Column("why", sa.String(length=500), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_calls")),
    )
    op.create_index("ix_calls_caller_number", "calls", ["caller_number", "started"])
    op.create_index("ix_calls_started", "calls", ["started", "call_id"])

    op.create_table(
        "ledger_position",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_ledger_position")),
    )
    op.create_table(
        "legs",
        sa.Column("leg_id", sa.String(length=128), nullable=False),
        sa.Column("call_id", sa.String(length=128), server_default="", nullable=False),
        sa.Column("started", sa.Double(), nullable=False),
        sa.Column("ended", sa.Double(), nullable=True),
        sa.Column("duration", sa.Double(), sa.Computed("ended - started", persisted=True), nullable=True),
        sa.Column("connected", sa.Double(), nullable=True),
        sa.Column("role", sa.String(length=32), server_default="", nullable=False),
        sa.Column("number", sa.String(length=128), server_default="", nullable=False),
        sa.Column("agent", sa.String(length=128), server_default="", nullable=False),
        sa.Column("cause", sa.String(length=128), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("leg_id", name=op.f("pk_legs")),
    )
    op.create_index("ix_legs_call_id", "legs", ["call_id"])

    op.create_table(
        "offers",
        sa.Column("offer_id", sa.String(length=128), nullable=False),
        sa.Column("call_id", sa.String(length=128), server_default="", nullable=False),
        sa.Column("started", sa.Double(), nullable=False),
        sa.Column("ended", sa.Double(), nullable=True),
        sa.Column("duration", sa.Double(), sa.Computed("ended - started", persisted=True), nullable=True),
        sa.Column("agent", sa.String(length=128), server_default="", nullable=False),
        sa.Column("queue", sa.String(length=128), server_default="", nullable=False),
        sa.Column("leg_id", sa.String(length=128), server_default="", nullable=False),
        sa.Column("rang", sa.Double(), nullable=True),
        sa.Column("answered", sa.Double(), nullable=True),
        sa.Column("deadline", sa.Double(), nullable=True),
        sa.Column("why", sa.String(length=500), server_default="", nullable=False),
        sa.Column("result", sa.String(length=32), nullable=True),
        sa.Column("cause", sa.String(length=128), server_default="", nullable=False),
        sa.Column("end_why", sa.String(length=500), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("offer_id", name=op.f("pk_offers")),
    )
    op.create_index("ix_offers_agent", "offers", ["agent", "started"])
    op.create_index("ix_offers_call_id", "offers", ["call_id"])

    op.create_table(
        "queue_visits",
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("i", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("call_id", sa.String(length=128), server_default="", nullable=False),
        sa.Column("started", sa.Double(), nullable=False),
        sa.Column("ended", sa.Double(), nullable=True),
        sa.Column("duration", sa.Double(), sa.Computed("ended - started", persisted=True), nullable=True),
        sa.Column("queue", sa.String(length=128), server_default="", nullable=False),
        sa.Column("priority", sa.Integer(), server_default="0", nullable=False),
        sa.Column("since", sa.Double(), nullable=True),
        sa.Column("why", sa.String(length=500), server_default="", nullable=False),
        sa.Column("waited", sa.Double(), nullable=True),
        sa.Column("result", sa.String(length=32), nullable=True),
        sa.Column("agent", sa.String(length=128), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("n", "i", name=op.f("pk_queue_visits")),
    )
    op.create_index("ix_queue_visits_call_id", "queue_visits", ["call_id"])
    op.create_index("ix_queue_visits_started", "queue_visits", ["started", "queue"])

    op.create_table(
        "talks",
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("i", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("call_id", sa.String(length=128), server_default="", nullable=False),
        sa.Column("started", sa.Double(), nullable=False),
        sa.Column("ended", sa.Double(), nullable=True),
        sa.Column("duration", sa.Double(), sa.Computed("ended - started", persisted=True), nullable=True),
        sa.Column("agent", sa.String(length=128), server_default="", nullable=False),
        sa.Column("leg_id", sa.String(length=128), server_default="", nullable=False),
        sa.Column("queue", sa.String(length=128), server_default="", nullable=False),
        sa.Column("waited", sa.Double(), nullable=True),
        sa.Column("held", sa.Double(), server_default="0", nullable=False),
        sa.Column("held_since", sa.Double(), nullable=True),
        sa.Column("recording", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("ended_by", sa.String(length=128), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("n", "i", name=op.f("pk_talks")),
    )
    op.create_index("ix_talks_agent", "talks", ["agent", "started"])
    op.create_index("ix_talks_call_id", "talks", ["call_id"])
    op.create_index("ix_talks_started", "talks", ["started", "queue"])

    op.create_table(
        "tokens",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=128), server_default="", nullable=False),
        sa.Column("role", sa.String(length=32), server_default="", nullable=False),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("revoked", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_tokens")),
    )
    op.create_table(
        "trace",
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("i", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("call_id", sa.String(length=128), server_default="", nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("kind", sa.String(length=128), server_default="", nullable=False),
        sa.Column("text", sa.String(length=500), server_default="", nullable=False),
        sa.Column("given", sa.String(length=500), server_default="", nullable=False),
        sa.Column("data", sa.Text(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("n", "i", name=op.f("pk_trace")),
    )
    op.create_index("ix_trace_call_id", "trace", ["call_id"])

    op.execute("INSERT INTO ledger_position (name, n, at) VALUES ('ledger', 0, 0)")


def downgrade() -> None:
    """No tables: everything recorded is lost, tokens and the audit too."""
    for table in (
        "trace",
        "tokens",
        "talks",
        "queue_visits",
        "offers",
        "legs",
        "ledger_position",
        "calls",
        "audit",
        "agents",
        "agent_spans",
    ):
        op.drop_table(table)
