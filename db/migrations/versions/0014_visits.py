"""The patient space: who came in by which link, and the codes that were sent"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "visits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        _of("visits", "practices", "CASCADE"),
        _of("visits", "patients", "CASCADE"),
        _of("visits", "deliveries", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_visits_secret_hash")),
    )
    op.create_index(op.f("ix_visits_practice_id_created_at"), "visits", ["practice_id", "created_at"])
    op.create_index(op.f("ix_visits_patient_id"), "visits", ["patient_id"])
    op.create_index(op.f("ix_visits_delivery_id"), "visits", ["delivery_id"])
    op.create_table(
        "visit_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        _of("visit_codes", "practices", "CASCADE"),
        _of("visit_codes", "patients", "CASCADE"),
        _of("visit_codes", "deliveries", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_codes")),
    )
    op.create_index(op.f("ix_visit_codes_practice_id"), "visit_codes", ["practice_id"])
    op.create_index(op.f("ix_visit_codes_patient_id"), "visit_codes", ["patient_id"])
    op.create_index(op.f("ix_visit_codes_delivery_id_created_at"), "visit_codes", ["delivery_id", "created_at"])


def _of(table: str, owners: str, ondelete: str) -> sa.ForeignKeyConstraint:
    column = {"practices": "practice_id", "patients": "patient_id", "deliveries": "delivery_id"}[owners]
    name = op.f(f"fk_{table}_{column}_{owners}")
    return sa.ForeignKeyConstraint([column], [f"{owners}.id"], name=name, ondelete=ondelete)
