"""Calendars elsewhere: addresses that show an agenda, addresses that are read, the times taken there"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "calendar_feeds",
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        _of_a_practitioner("calendar_feeds"),
        sa.PrimaryKeyConstraint("practitioner_id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feeds_token_hash")),
    )
    op.create_table(
        "outside_calendars",
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("etag", sa.String(200), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(16), nullable=True),
        _of_a_practitioner("outside_calendars"),
        sa.PrimaryKeyConstraint("practitioner_id", name=op.f("pk_outside_calendars")),
    )
    op.create_index(op.f("ix_outside_calendars_due_at"), "outside_calendars", ["due_at"])
    op.create_table(
        "busy_times",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("block_start", sa.BigInteger(), nullable=False),
        sa.Column("block_end", sa.BigInteger(), nullable=False),
        _of_a_practitioner("busy_times"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_busy_times")),
    )
    op.create_index("ix_busy_times_blocks", "busy_times", ["practitioner_id", "block_start", "block_end"])


def _of_a_practitioner(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_practitioner_id_practitioners")
    return sa.ForeignKeyConstraint(["practitioner_id"], ["practitioners.id"], name=name, ondelete="CASCADE")
