"""Tags of calls, answers to surveys, messages for queues.

Revision: 0006
Follows: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """`call_tags`, `survey_answers`, `messages` and `messages_done`, empty."""
    op.create_table(
        "call_tags",
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("tag", sa.String(length=128), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", "tag", name=op.f("pk_call_tags")),
    )
    op.create_index(op.f("ix_call_tags_tag"), "call_tags", ["tag"])
    op.create_table(
        "survey_answers",
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("i", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("call_id", sa.String(length=128), server_default="", nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("question", sa.String(length=128), server_default="", nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("agent", sa.String(length=128), server_default="", nullable=False),
        sa.Column("queue", sa.String(length=128), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("n", "i", name=op.f("pk_survey_answers")),
    )
    op.create_index(op.f("ix_survey_answers_call_id"), "survey_answers", ["call_id"])
    op.create_index("ix_survey_answers_question", "survey_answers", ["question", "at"])
    op.create_table(
        "messages",
        sa.Column("message_id", sa.String(length=128), nullable=False),
        sa.Column("call_id", sa.String(length=128), server_default="", nullable=False),
        sa.Column("started", sa.Double(), nullable=False),
        sa.Column("ended", sa.Double(), nullable=True),
        sa.Column("duration", sa.Double(), sa.Computed("ended - started", persisted=True), nullable=True),
        sa.Column("box", sa.String(length=128), server_default="", nullable=False),
        sa.Column("caller_number", sa.String(length=64), server_default="", nullable=False),
        sa.Column("caller_name", sa.String(length=128), server_default="", nullable=False),
        sa.Column("node", sa.String(length=128), server_default="", nullable=False),
        sa.Column("path", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("result", sa.String(length=32), nullable=True),
        sa.Column("why", sa.String(length=500), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_messages")),
    )
    op.create_index(op.f("ix_messages_call_id"), "messages", ["call_id"])
    op.create_index("ix_messages_box", "messages", ["box", "started"])
    op.create_table(
        "messages_done",
        sa.Column("message_id", sa.String(length=128), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("author", sa.String(length=128), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_messages_done")),
    )


def downgrade() -> None:
    """Tags, answers and the list of messages are lost; the messages' sound files stay on their nodes."""
    for table in ("messages_done", "messages", "survey_answers", "call_tags"):
        op.drop_table(table)
