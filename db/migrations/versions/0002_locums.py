"""Locums who take the calls"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("leaves", sa.Column("instead_takes_calls", sa.String(length=8), nullable=True))
