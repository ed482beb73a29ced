"""Why a number is on a list and until when; since when and by whom an exception holds"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("contact_exceptions", sa.Column("reason", sa.Text(), nullable=True))
    op.add_column("contact_exceptions", sa.Column("until_on", sa.Date(), nullable=True))
    for table in ("contact_exceptions", "act_exceptions"):
        op.add_column(table, sa.Column("since_at", sa.DateTime(timezone=True), nullable=True))
        op.add_column(table, sa.Column("made_by", sa.String(64), nullable=True))
