"""L’installation: whether it works, what waits, and which practices it serves; nothing of any patient."""

from importlib.metadata import version

from flask import Blueprint, current_app, render_template

from db.queries.backlog import read_backlog
from db.queries.practices import practices_served
from ivr.security.guard import needs
from ivr.vocabulary import Permission
from ivr.web.health import findings
from ivr.web.here import read

installation = Blueprint("installation", __name__, url_prefix="/admin/installation")


@installation.get("")
@needs(Permission.INSTALLATION)
def page() -> str:
    """What `/readyz` and `/metrics` say, for the eye."""
    extensions = current_app.extensions
    now = extensions["ivr.clock"]()
    found = findings(extensions["ivr.engine"], extensions["ivr.data_dir"], extensions["ivr.snapshots"], now)
    with read()() as connection:
        backlog = read_backlog(connection, now)
        practices = practices_served(connection)
    return render_template(
        "site/installation.html", found=found, backlog=backlog, practices=practices, now=now, version=version("ivr")
    )
