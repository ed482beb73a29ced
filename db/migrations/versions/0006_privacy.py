"""Access log, retention per practice, masked callers, and indexes to find what is old"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "access_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name="fk_access_log_practice_id_practices", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_access_log"),
    )
    op.create_index("ix_access_log_practice_id_at", "access_log", ["practice_id", "at"])
    op.add_column("practices", sa.Column("retention", JSON, nullable=False, server_default=sa.text("'{}'")))
    op.add_column("calls", sa.Column("caller_shown", sa.String(20), nullable=True))
    op.create_index("ix_calls_practice_id_started_at", "calls", ["practice_id", "started_at"])
    op.create_index("ix_deliveries_practice_id_created_at", "deliveries", ["practice_id", "created_at"])
    op.create_index("ix_voice_messages_practice_id_created_at", "voice_messages", ["practice_id", "created_at"])
