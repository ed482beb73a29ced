"""What both applications with pages, the site and the patient space, set up alike."""

from werkzeug.routing import IntegerConverter, Map

from db.types import LARGEST_ID
from ivr.vocabulary import Language

LOCALES = {Language.FRENCH: "fr_FR", Language.ENGLISH: "en_GB"}


class RowConverter(IntegerConverter):
    """The id of a row in an address; no database is asked for one that it cannot hold."""

    def __init__(self, of: Map) -> None:
        super().__init__(of, max=LARGEST_ID)
