"""Versions of scripts that were published, and when which was in force.

Revision: 0005
Follows: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """`script_versions` and `releases`, empty until something is published."""
    op.create_table(
        "script_versions",
        sa.Column("script", sa.String(length=128), nullable=False),
        sa.Column("hash", sa.String(length=128), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("author", sa.String(length=128), server_default="", nullable=False),
        sa.Column("comment", sa.String(length=500), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("script", "hash", name=op.f("pk_script_versions")),
    )
    op.create_table(
        "releases",
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("i", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("script", sa.String(length=128), server_default="", nullable=False),
        sa.Column("kind", sa.String(length=32), server_default="", nullable=False),
        sa.Column("hash", sa.String(length=128), server_default="", nullable=False),
        sa.Column("canary", sa.String(length=128), server_default="", nullable=False),
        sa.Column("share", sa.Double(), server_default="0", nullable=False),
        sa.Column("before", sa.String(length=128), server_default="", nullable=False),
        sa.Column("author", sa.String(length=128), server_default="", nullable=False),
        sa.Column("comment", sa.String(length=500), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("n", "i", name=op.f("pk_releases")),
    )
    op.create_index("ix_releases_script", "releases", ["script", "n"])


def downgrade() -> None:
    """The texts of versions and their history are lost; what is in force stays with the controller."""
    op.drop_table("releases")
    op.drop_table("script_versions")
