"""Slots held during a call, and blocks that never overlap"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ACTIVE = "status IN ('booked', 'pending', 'held')"
# No block is longer than three days; without that bound all that is past would be read.
OVERLAP = """
    SELECT 1 FROM appointments AS other
    WHERE other.practitioner_id = {row}.practitioner_id AND other.id {than} {row}.id
    AND other.status IN ('booked', 'pending', 'held') AND NOT other.is_overbooked
    AND other.block_start > {row}.block_start - 259200
    AND other.block_start < {row}.block_end AND other.block_end > {row}.block_start
"""
SECONDS = {
    "sqlite": "CAST(strftime('%s', {column}) AS INTEGER)",
    "postgresql": "CAST(extract(epoch FROM {column}) AS BIGINT)",
}


def upgrade() -> None:
    kind = op.get_bind().dialect.name
    with op.batch_alter_table("appointments") as table:
        table.add_column(sa.Column("call_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("block_start", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("block_end", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("hold_until_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("is_overbooked", sa.Boolean(), nullable=True))
    for end in ("start", "end"):
        seconds = SECONDS[kind].format(column=f"block_{end}_at")
        op.execute(f"UPDATE appointments SET block_{end} = {seconds}")  # noqa: S608 our own words
    op.execute("UPDATE appointments SET is_overbooked = false")
    earlier = OVERLAP.format(row="appointments", than="<")
    op.execute(f"UPDATE appointments SET is_overbooked = true WHERE {ACTIVE} AND EXISTS ({earlier})")  # noqa: S608
    with op.batch_alter_table("appointments") as table:
        table.drop_index("ix_appointments_practitioner_id_block_start_at_block_end_at")
        table.drop_column("block_start_at")
        table.drop_column("block_end_at")
        for column, kept in (("block_start", sa.BigInteger()), ("block_end", sa.BigInteger())):
            table.alter_column(column, existing_type=kept, nullable=False)
        table.alter_column("is_overbooked", existing_type=sa.Boolean(), nullable=False)
        table.create_foreign_key("fk_appointments_call_id_calls", "calls", ["call_id"], ["id"], ondelete="SET NULL")
        table.create_index("ix_appointments_call_id", ["call_id"])
        table.create_index(
            "ix_appointments_blocks",
            ["practitioner_id", "block_start", "block_end"],
            sqlite_where=sa.text(ACTIVE),
            postgresql_where=sa.text(ACTIVE),
        )
    _refuse_overlaps(kind)


def _refuse_overlaps(kind: str) -> None:
    """The second line, behind the look before each insert (SCHEDULING.md 5)."""
    if kind == "postgresql":
        op.execute(
            "ALTER TABLE appointments ADD CONSTRAINT ex_appointments_blocks EXCLUDE USING gist ("
            "int8range(practitioner_id, practitioner_id, '[]') WITH &&, int8range(block_start, block_end) WITH &&"
            f") WHERE ({ACTIVE} AND NOT is_overbooked)"
        )
        return
    clash = OVERLAP.format(row="NEW", than="<>")
    for name, event in (("insert", "INSERT"), ("update", "UPDATE")):
        op.execute(
            f"CREATE TRIGGER appointments_no_overlap_on_{name} BEFORE {event} ON appointments "
            f"WHEN NEW.{ACTIVE} AND NOT NEW.is_overbooked AND EXISTS ({clash.replace('NEW.id', 'ifnull(NEW.id, -1)')}) "
            "BEGIN SELECT RAISE(ABORT, 'the block overlaps another appointment'); END"
        )
