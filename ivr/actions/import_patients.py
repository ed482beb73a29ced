"""Taking patients over from a file: who is new, who is known and has something new, and who is refused."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, insert, select, update

from db.models.patients import PatientRow, PhoneRow
from db.models.practices import LineRow, NuisanceRow
from ivr.names import folded, new_key
from ivr.patient_files import Entry, Refusal, Trouble
from ivr.phones import PhoneNumber
from ivr.vocabulary import RelativesRule


@dataclass(frozen=True, slots=True)
class Known:
    """A patient there is already."""

    id: int
    key: str
    born: date | None
    numbers: frozenset[PhoneNumber]


@dataclass(frozen=True, slots=True)
class Addition:
    """What the file knows of a patient and we do not: numbers, or a birth date."""

    entry: Entry
    known: Known
    numbers: tuple[PhoneNumber, ...]
    born: date | None


@dataclass
class Plan:
    """What taking the file over would do."""

    created: list[Entry] = field(default_factory=list)
    changed: list[Addition] = field(default_factory=list)
    unchanged: list[Entry] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def plan_import(connection: Connection, practice_id: int, entries: Iterable[Entry | Refusal]) -> Plan:
    """Compare the file with the patients there are. Nobody is ever removed, and nothing is ever replaced.

    The same patient is one with the same name, and the same birth date or, where one is missing, a common number; a
    bare name is whoever has it. Each patient is taken from the file once.
    """
    plan, handled = Plan(), set[int]()
    people, taken = _by_name(connection, practice_id), not_patients(connection, practice_id)
    for entry in entries:
        if isinstance(entry, Refusal):
            plan.refused.append(entry)
            continue
        known = people.setdefault(folded(entry.name), [])
        matches = [one for one in known if _is_same(one, entry)]
        trouble = next((taken[number] for number in entry.numbers if number in taken), None)
        if any(one.id in handled for one in matches):
            trouble = Trouble.REPEATED
        elif len(matches) > 1:
            trouble = Trouble.AMBIGUOUS
        if trouble is not None:
            plan.refused.append(Refusal(entry.place, entry.name, trouble))
            continue
        if not matches:
            plan.created.append(entry)
            matches = [Known(-entry.place, "", entry.born, frozenset(entry.numbers))]
            known += matches
        else:
            _compare(plan, entry, matches[0])
        handled.add(matches[0].id)
    plan.refused.sort(key=lambda refusal: refusal.place)
    return plan


def carry_out(connection: Connection, practice_id: int, plan: Plan) -> list[int]:
    """Do what the plan says; the ids of the patients who were created or changed."""
    keys = set(connection.scalars(select(PatientRow.key).where(PatientRow.practice_id == practice_id)))
    ids = []
    for entry in plan.created:
        key = new_key(entry.name, keys, "patient")
        keys.add(key)
        names = {"first_name": entry.first_name, "last_name": entry.last_name, "folded": folded(entry.name)}
        values = names | {"key": key, "born_on": entry.born, "relatives": RelativesRule.AS_PRACTICE.value}
        created = insert(PatientRow).values(practice_id=practice_id, **values).returning(PatientRow.id)
        ids.append(connection.execute(created).scalar_one())
        add_numbers(connection, practice_id, ids[-1], entry.numbers, 0)
    for addition in plan.changed:
        patient = addition.known.id
        if addition.born is not None:
            connection.execute(update(PatientRow).where(PatientRow.id == patient).values(born_on=addition.born))
        add_numbers(connection, practice_id, patient, addition.numbers, len(addition.known.numbers))
        ids.append(patient)
    return ids


def _compare(plan: Plan, entry: Entry, known: Known) -> None:
    numbers = tuple(number for number in entry.numbers if number not in known.numbers)
    born = entry.born if known.born is None else None
    if numbers or born:
        plan.changed.append(Addition(entry, known, numbers, born))
    else:
        plan.unchanged.append(entry)


def _is_same(known: Known, entry: Entry) -> bool:
    if known.born is not None and entry.born is not None:
        return known.born == entry.born
    is_bare = entry.born is None and not entry.numbers
    return is_bare or bool(known.numbers & set(entry.numbers))


def _by_name(connection: Connection, practice_id: int) -> dict[str, list[Known]]:
    numbers: dict[int, set[PhoneNumber]] = defaultdict(set)
    phones = select(PhoneRow.patient_id, PhoneRow.number).where(PhoneRow.practice_id == practice_id)
    for phone in connection.execute(phones):
        numbers[phone.patient_id].add(phone.number)
    people: dict[str, list[Known]] = defaultdict(list)
    columns = (PatientRow.id, PatientRow.key, PatientRow.folded, PatientRow.born_on)
    for row in connection.execute(select(*columns).where(PatientRow.practice_id == practice_id)):
        people[row.folded].append(Known(row.id, row.key, row.born_on, frozenset(numbers[row.id])))
    return people


def not_patients(connection: Connection, practice_id: int) -> dict[PhoneNumber, Trouble]:
    """Numbers that are nobody's: our own lines, and those called a nuisance."""
    kinds = ((LineRow, Trouble.OUR_LINE), (NuisanceRow, Trouble.NUISANCE))
    return {
        number: trouble
        for table, trouble in kinds
        for number in connection.scalars(select(table.number).where(table.practice_id == practice_id))
    }


def add_numbers(
    connection: Connection, practice_id: int, patient: int, numbers: Iterable[PhoneNumber], first: int
) -> None:
    """Give a patient these numbers, the first of them at position `first`."""
    owner = {"practice_id": practice_id, "patient_id": patient, "is_slow": False, "language": None}
    rows = [owner | {"position": place, "number": number} for place, number in enumerate(numbers, start=first)]
    if rows:
        connection.execute(insert(PhoneRow), rows)
