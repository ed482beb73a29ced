"""Patients are found by names without accents; the access log keeps what was changed"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from ivr.names import folded

revision = "0009"
down_revision = "0008"

PATIENTS = sa.table("patients", sa.column("id"), sa.column("first_name"), sa.column("last_name"), sa.column("folded"))
AT_ONCE = 1000


def upgrade() -> None:
    op.add_column("patients", sa.Column("folded", sa.String(420), nullable=False, server_default=""))
    op.add_column("access_log", sa.Column("detail", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=True))
    connection = op.get_bind()
    rows = connection.execute(sa.select(PATIENTS.c.id, PATIENTS.c.first_name, PATIENTS.c.last_name)).all()
    fill = sa.update(PATIENTS).where(PATIENTS.c.id == sa.bindparam("row")).values(folded=sa.bindparam("name"))
    for place in range(0, len(rows), AT_ONCE):
        some = rows[place : place + AT_ONCE]
        connection.execute(fill, [{"row": r.id, "name": folded(f"{r.last_name} {r.first_name}")} for r in some])
