"""Chores that one worker of all does, and signs of life of each"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

INSTANT = sa.DateTime(timezone=True)
OPEN = sa.text("status IS NULL")


def upgrade() -> None:
    op.create_table(
        "chores",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_chores"),
    )
    op.create_table(
        "heartbeats",
        sa.Column("worker", sa.String(64), nullable=False),
        sa.Column("beat_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("worker", name="pk_heartbeats"),
    )
    op.create_index("ix_calls_open", "calls", ["started_at"], sqlite_where=OPEN, postgresql_where=OPEN)
