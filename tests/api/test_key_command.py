"""`ivr key add`, `list` and `revoke`."""

import json
from pathlib import Path

from click.testing import CliRunner

from ivr.cli import main


def test_a_key_is_made_listed_and_revoked(tmp_path: Path, sqlite_demo: Path) -> None:
    file = tmp_path / "ivr.db"
    file.write_bytes(sqlite_demo.read_bytes())
    shell = CliRunner(env={"IVR_DATABASE_URL": f"sqlite:///{file}", "IVR_DATA_DIR": str(tmp_path)})
    asked = ["key", "add", "Agenda", "--practice", "pasteur", "--scope", "calls:read", "--until", "2027-01-31"]
    made = shell.invoke(main, asked)
    secret = made.output.strip()
    assert (made.exit_code, secret[:4]) == (0, "ivr_")
    (told,) = json.loads(shell.invoke(main, ["key", "list", "--json"]).output)
    assert (told["name"], told["scopes"], told["expires_on"]) == ("Agenda", ["calls:read"], "2027-01-31")
    assert secret not in json.dumps(told)
    assert shell.invoke(main, ["key", "revoke", str(told["id"])]).exit_code == 0
    assert shell.invoke(main, ["key", "revoke", str(told["id"])]).exit_code == 1
    assert json.loads(shell.invoke(main, ["key", "list", "--json"]).output) == []
