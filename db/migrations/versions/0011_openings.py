"""A new call and its first turn as one statement on SQLite

A migration that rebuilds `calls` or `turns` on SQLite must drop the view before and make it again after.
"""

from alembic import op

revision = "0011"
down_revision = "0010"

OPENINGS = """
CREATE VIEW openings AS SELECT
    NULL AS call_carrier_id, NULL AS call_parent, NULL AS call_practice_id, NULL AS call_line,
    NULL AS call_caller, NULL AS call_language, NULL AS call_step, NULL AS call_state,
    NULL AS call_started_at, NULL AS call_was_accepted, NULL AS call_left_nothing, NULL AS turn_step,
    NULL AS turn_heard, NULL AS turn_prompts, NULL AS turn_decision, NULL AS turn_acts, NULL AS turn_answer,
    NULL AS turn_at
"""
KEEP_OPENING = """
CREATE TRIGGER keep_opening INSTEAD OF INSERT ON openings BEGIN
    INSERT INTO calls (
        carrier_id, parent, practice_id, line, caller, language, step, state, started_at, was_accepted,
        left_nothing
    ) VALUES (
        NEW.call_carrier_id, NEW.call_parent, NEW.call_practice_id, NEW.call_line, NEW.call_caller,
        NEW.call_language, NEW.call_step, NEW.call_state, NEW.call_started_at, NEW.call_was_accepted,
        NEW.call_left_nothing
    ) ON CONFLICT DO NOTHING;
    INSERT INTO turns (call_id, step, heard, prompts, decision, acts, answer, at)
    SELECT
        last_insert_rowid(),
        NEW.turn_step, NEW.turn_heard, NEW.turn_prompts, NEW.turn_decision, NEW.turn_acts, NEW.turn_answer,
        NEW.turn_at
    WHERE changes() = 1;
END
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(OPENINGS)
        op.execute(KEEP_OPENING)
