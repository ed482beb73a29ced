"""What forms of the settings are made of: telephone numbers, and sections that know where their settings lie."""

from datetime import date, time
from enum import Enum
from typing import Any, ClassVar, Self

from flask_babel import LazyString, gettext
from pydantic import BaseModel
from werkzeug.datastructures import MultiDict
from wtforms import Form, FormField, StringField, TimeField
from wtforms.meta import DefaultMeta
from wtforms.validators import ValidationError
from wtforms.widgets import TextArea

from ivr.phones import PhoneNumber, read_number
from ivr.practice_files.writing import as_table
from ivr.vocabulary import WEEKDAYS
from ivr.web.changing import fingerprint, refuse_stale
from ivr.web.here import here
from ivr.web.wording import number, spoken_here
from ivr.written_hours import EXAMPLE, read_written_day, write_day

MOST_NUMBERS = 200
LONGEST_SHOWN = 30


class PhoneField(StringField):
    """A telephone number as people of the practice's country write it; its data is E.164."""

    def process_data(self, value: PhoneNumber | None) -> None:
        """The stored number, for the eye."""
        self.data = number(value) if value else None

    def post_validate(self, *_: Any) -> None:
        """What was typed, as a number."""
        self.data = _e164(self.data) if self.data and self.data.strip() else None


class ClockField(TimeField):
    """A time of day, which practice files hold as `18:00`."""

    def process_data(self, value: str | None) -> None:
        """The stored time."""
        self.data = time.fromisoformat(value) if value else None


class PhonesField(StringField):
    """Telephone numbers, one a line; its data are lines, and once valid E.164."""

    widget = TextArea()
    data: Any

    def process_data(self, value: list[PhoneNumber] | None) -> None:
        """The stored numbers, for the eye."""
        self.data = "\n".join(map(number, value or ()))

    def _value(self) -> str:
        return self.data if isinstance(self.data, str) else "\n".join(self.data or ())

    def post_validate(self, *_: Any) -> None:
        """What was typed, as numbers."""
        lines = [line for line in (self.data or "").splitlines() if line.strip()]
        if len(lines) > MOST_NUMBERS:
            raise ValidationError(gettext("C’est trop : %(most)s numéros au plus.", most=MOST_NUMBERS))
        self.data = list(dict.fromkeys(map(_e164, lines)))


class DayField(StringField):
    """The hours of a day as one types them; its data is text, and once valid the ranges of practice files."""

    data: Any

    def process_data(self, value: list[str] | None) -> None:
        """The stored hours, for the eye."""
        self.data = write_day(value or (), spoken_here())

    def _value(self) -> str:
        return self.data if isinstance(self.data, str) else write_day(self.data or (), spoken_here())

    def post_validate(self, *_: Any) -> None:
        """What was typed, as ranges."""
        try:
            self.data = read_written_day(self.data or "")
        except ValueError:
            example = write_day(EXAMPLE, spoken_here())
            told = gettext("Ces heures ne sont pas lisibles. Écrivez par exemple %(example)s.", example=example)
            raise ValidationError(told) from None


class WeekForm(Form):
    """A weekly table, a field for each day."""

    mon, tue, wed, thu, fri, sat, sun = (DayField() for _ in WEEKDAYS)


class SpokenMeta(DefaultMeta):
    """The library's own sentences in the language of the page."""

    @property
    def locales(self) -> list[str]:  # type: ignore[override]  # the library reads it once for each form
        return [spoken_here().value]


class Section(Form):
    """Some settings of one table of the practice file.

    A field has the name of its setting, such as `phone` or `announcement.text`. What is empty is left out of the table,
    so that the default holds.
    """

    Meta = SpokenMeta
    heading: ClassVar[LazyString]
    note: ClassVar[LazyString | None] = None
    IS_PROVEN: ClassVar[bool] = True
    """Whether a caller could be stranded by these settings."""
    seen: str = ""
    """The fingerprint of the settings that the page showed; none for an entry that is new."""

    @classmethod
    def of(cls, part: BaseModel | None) -> Self:
        """The form as the settings are; without any, as the defaults of its fields."""
        form = cls()
        if part is not None:
            form.process(data={key: _read(part, field.name) for key, field in form._fields.items()})
            form.seen = fingerprint(as_table(part), form.places)
        return form

    @classmethod
    def sent(cls, fields: MultiDict[str, str]) -> Self:
        """The form as somebody sent it."""
        form = cls(fields)
        form.seen = fields.get("seen", "")
        return form

    @property
    def places(self) -> list[str]:
        """Where its settings lie in the table."""
        return [field.name for field in self]

    def change(self, table: dict[str, Any]) -> None:
        """Put what the form holds into the table of the settings. Raises RefusedError as `refuse_stale` does."""
        seen, self.seen = self.seen, fingerprint(table, self.places)
        refuse_stale(table, self.places, seen)
        self.seen = seen
        for field in self:
            _write(table, field.name, _plain(field.data))

    def tell(self, where: str, told: str) -> None:
        """Show what is wrong beside the field whose setting lies at that path of the practice file, if there is one."""
        for field in self:
            if f".{field.name}" in where:
                shown: Any = field.form.form_errors if isinstance(field, FormField) else field.errors
                shown.append(told)


def _e164(written: str) -> str:
    try:
        return read_number(written, here().country).e164
    except ValueError:
        shown = written.strip()[:LONGEST_SHOWN]
        raise ValidationError(gettext("« %(number)s » n’est pas un numéro lisible.", number=shown)) from None


def _read(part: BaseModel, place: str) -> Any:
    value: Any = part
    for name in place.split("."):
        value = value.get(name) if isinstance(value, dict) else getattr(value, name, None)
    return value.value if isinstance(value, Enum) else value


def _write(table: dict[str, Any], place: str, value: Any) -> None:
    """Put it there, or take it out; tables that become empty go too."""
    name, _, deeper = place.partition(".")
    if deeper:
        inside = dict(table.get(name) or {})
        _write(inside, deeper, value)
        value = inside or None
    table.pop(name, None)
    if value is not None:
        table[name] = value


def _plain(value: Any) -> Any:
    """As practice files hold it; an empty text is none."""
    match value:
        case dict():
            return {name: inside for name, inside in value.items() if inside} or None
        case str():
            return value.replace("\r\n", "\n").strip() or None
        case time():
            return f"{value:%H:%M}"
        case date():
            return value.isoformat()
    return value
