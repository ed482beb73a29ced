"""Documents that patients deposit"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

OWNERS = (
    ("practice_id", "practices", "CASCADE"),
    ("practitioner_id", "practitioners", "CASCADE"),
    ("patient_id", "patients", "CASCADE"),
    ("depositor_id", "patients", "SET NULL"),
    ("task_id", "tasks", "SET NULL"),
)
INDEXED = (
    ["patient_id", "created_at"],
    ["practice_id", "created_at"],
    ["practitioner_id"],
    ["depositor_id"],
    ["task_id"],
)


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("depositor_id", sa.Integer(), nullable=True),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(80), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{owners}.id"], name=op.f(f"fk_documents_{column}_{owners}"), ondelete=ondelete
            )
            for column, owners, ondelete in OWNERS
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
    )
    for columns in INDEXED:
        op.create_index(op.f(f"ix_documents_{'_'.join(columns)}"), "documents", columns)
