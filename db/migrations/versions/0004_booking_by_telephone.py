"""Act exceptions with reason and end, tasks about appointments, a waiting list, numbers that want no SMS"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
OWN_ID, INSTANT = sa.Integer(), sa.DateTime(timezone=True)


def upgrade() -> None:
    # Only a column, outside a batch: to make this table anew would lose its triggers on SQLite.
    op.add_column("appointments", sa.Column("phone", sa.String(20), nullable=True))
    op.add_column("act_exceptions", sa.Column("reason", sa.Text(), nullable=True))
    op.add_column("act_exceptions", sa.Column("until_on", sa.Date(), nullable=True))
    op.add_column("turns", sa.Column("acts", JSON, nullable=True))
    op.add_column("practices", sa.Column("reminder_time", sa.String(5), nullable=True))
    op.add_column("practices", sa.Column("checks_birthday", sa.Boolean(), nullable=False, server_default=sa.true()))
    named = {"patient_id": "patients", "act_id": "acts", "appointment_id": "appointments", "delivery_id": "deliveries"}
    _refer("tasks", named)
    op.create_index("ix_tasks_delivery_id", "tasks", ["delivery_id"])
    _refer("deliveries", {"appointment_id": "appointments"})
    op.create_index("ix_deliveries_appointment_id", "deliveries", ["appointment_id"])
    _make_waiting_list()
    _make_text_refusals()
    _make_failed_proofs()


def _refer(table: str, columns: dict[str, str]) -> None:
    """New columns that refer to other tables."""
    with op.batch_alter_table(table) as batch:
        for column, referred in columns.items():
            name = f"fk_{table}_{column}_{referred}"
            batch.add_column(sa.Column(column, OWN_ID, nullable=True))
            batch.create_foreign_key(name, referred, [column], ["id"], ondelete="SET NULL")


def _make_waiting_list() -> None:
    owners = (
        ("practice_id", "practices", "CASCADE"),
        ("patient_id", "patients", "CASCADE"),
        ("call_id", "calls", "SET NULL"),
        ("appointment_id", "appointments", "SET NULL"),
    )
    op.create_table(
        "waiting_list",
        sa.Column("id", OWN_ID, nullable=False),
        sa.Column("practice_id", OWN_ID, nullable=False),
        sa.Column("patient_id", OWN_ID, nullable=False),
        sa.Column("call_id", OWN_ID, nullable=True),
        sa.Column("phone", sa.String(20), nullable=True),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("kinds", JSON, nullable=False),
        sa.Column("before_at", INSTANT, nullable=True),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("appointment_id", OWN_ID, nullable=True),
        sa.Column("offered_until_at", INSTANT, nullable=True),
        sa.Column("offers", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{referred}.id"], name=f"fk_waiting_list_{column}_{referred}", ondelete=deleted
            )
            for column, referred, deleted in owners
        ),
        sa.PrimaryKeyConstraint("id", name="pk_waiting_list"),
    )
    op.create_index("ix_waiting_list_state_created_at", "waiting_list", ["state", "created_at"])
    op.create_index("ix_waiting_list_patient_id", "waiting_list", ["patient_id"])


def _make_text_refusals() -> None:
    op.create_table(
        "text_refusals",
        sa.Column("id", OWN_ID, nullable=False),
        sa.Column("practice_id", OWN_ID, nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("since_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name="fk_text_refusals_practice_id_practices", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_text_refusals"),
        sa.UniqueConstraint("practice_id", "number", name="uq_text_refusals_practice_id_number"),
    )


def _make_failed_proofs() -> None:
    op.create_table(
        "failed_proofs",
        sa.Column("id", OWN_ID, nullable=False),
        sa.Column("practice_id", OWN_ID, nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practices.id"], name="fk_failed_proofs_practice_id_practices", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_failed_proofs"),
    )
    op.create_index("ix_failed_proofs_practice_id_number_at", "failed_proofs", ["practice_id", "number", "at"])
