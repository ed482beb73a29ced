"""The access log tells an exported patient by id: the key is often a name, and outlived an erasure"""

from alembic import op

revision = "0007"
down_revision = "0006"

KNOWN = "SELECT id FROM patients WHERE practice_id = access_log.practice_id AND 'patient ' || key = access_log.subject"


def upgrade() -> None:
    # Who is not found has been erased.
    subject = f"'patient ' || coalesce(CAST(({KNOWN}) AS VARCHAR(12)), 'erased')"
    op.execute(f"UPDATE access_log SET subject = {subject} WHERE action = 'exported'")  # noqa: S608 our own words
