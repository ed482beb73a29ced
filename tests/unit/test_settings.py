"""Settings are parsed into what the carrier takes."""

from pathlib import Path

import pytest

from tests.lines import settings_for


@pytest.mark.parametrize(
    ("written", "sender"),
    [("Cabinet", "Cabinet"), ("Dr Martin 2", "Dr Martin 2"), ("01 99 00 12 34", "+33199001234"), ("", None)],
)
def test_a_sender_of_sms_is_a_short_name_or_a_number(written: str, sender: str | None, tmp_path: Path) -> None:
    assert settings_for(tmp_path, IVR_SMS_FROM=written).sms_from == sender
