"""A talk keeps when its recording was deleted, and a call whose recordings somebody holds is not touched.

Revision: 0014
Follows: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0009"
branch_labels = None
depends_on = None

THERE = sa.text("recording <> '' AND recording_deleted_at IS NULL")


def upgrade() -> None:
    """When recordings went, an index of those that are there, and who holds which."""
    op.add_column("talks", sa.Column("recording_deleted_at", sa.Double(), nullable=True))
    op.create_index("ix_talks_recorded", "talks", ["ended"], sqlite_where=THERE, postgresql_where=THERE)
    op.create_table(
        "kept_calls",
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("author", sa.String(length=128), server_default="", nullable=False),
        sa.Column("why", sa.String(length=500), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("call_id", name="pk_kept_calls"),
    )


def downgrade() -> None:
    """Without them; files that are gone stay gone."""
    op.drop_table("kept_calls")
    op.drop_index("ix_talks_recorded", table_name="talks")
    op.drop_column("talks", "recording_deleted_at")
