"""Letters between patients and practitioners"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

OWNERS = (
    ("practice_id", "practices", "CASCADE"),
    ("practitioner_id", "practitioners", "CASCADE"),
    ("patient_id", "patients", "CASCADE"),
    ("task_id", "tasks", "SET NULL"),
)
INDEXED = (
    ["patient_id", "practitioner_id", "created_at"],
    ["practice_id", "created_at"],
    ["practitioner_id"],
    ["task_id"],
)


def upgrade() -> None:
    op.create_table(
        "letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("practitioner_id", sa.Integer(), nullable=False),
        sa.Column("patient_id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("is_answer", sa.Boolean(), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{owners}.id"], name=op.f(f"fk_letters_{column}_{owners}"), ondelete=ondelete
            )
            for column, owners, ondelete in OWNERS
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
    )
    for columns in INDEXED:
        op.create_index(op.f(f"ix_letters_{'_'.join(columns)}"), "letters", columns)
