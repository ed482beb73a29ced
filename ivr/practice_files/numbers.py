"""Whether the numbers of a practice file ring where they should, and nobody is shut out."""

from collections import Counter
from collections.abc import Iterator

from ivr.phones import PhoneNumber, is_surcharged
from ivr.practice_files.faults import Fault
from ivr.practice_files.raw import Table, country, head, numbers, placed, table, tables
from ivr.vocabulary import ContactMode


def number_faults(document: Table) -> Iterator[Fault]:
    """Numbers written twice, nobody to ring, a practice that calls itself, people called a nuisance."""
    yield from _repeated(document)
    for where, practitioner in placed(document, "practitioners"):
        yield from _phone_faults(where, practitioner, tables(document, "patients"))
        yield from _own_replacement(where, practitioner, country(document))
    yield from _circles(document)
    yield from _surcharged(document)
    yield from _nuisance_faults(document)


def _repeated(document: Table) -> Iterator[Fault]:
    for name in ("lines", "nuisance"):
        yield from _twice(f"practice.{name}", numbers(head(document).get(name), country(document)))
    for where, patient in placed(document, "patients"):
        written = [phone.get("number") for phone in tables(patient, "phones")]
        yield from _twice(f"{where}.phones", numbers(written, country(document)))


def _twice(where: str, values: list[str]) -> Iterator[Fault]:
    for value, times in Counter(values).items():
        if times > 1:
            yield Fault(where, f"{value} is written {times} times; write it once")


def _phone_faults(where: str, practitioner: Table, patients: list[Table]) -> Iterator[Fault]:
    if practitioner.get("phone"):
        return
    if practitioner.get("contact", ContactMode.BOTH) != ContactMode.MESSAGES:
        yield Fault(where, 'there is no phone to ring; add phone = "…", or set contact = "messages"')
        return
    listed = [
        patient.get("key")
        for patient in patients
        for phone in tables(patient, "phones")
        if isinstance(phone.get("reach"), dict) and practitioner.get("key") in phone["reach"]
    ]
    if listed:
        yield no_phone_for_a_list(where, listed[0])


def no_phone_for_a_list(where: str, patient: object) -> Fault:
    """The practitioner at `where` has no phone, and this patient is on a list to ring it."""
    return Fault(where, f"there is no phone to ring for the list of {patient}; add one, or empty the list")


def _own_replacement(where: str, practitioner: Table, country: str) -> Iterator[Fault]:
    """A leave during which patients are told to call the very doctor who is away."""
    own = numbers([practitioner.get("phone")], country)
    for place, leave in placed(practitioner, "leave", where):
        for number in numbers([table(leave.get("instead")).get("phone")], country):
            if number in own:
                told = f"{number} is the phone of the doctor on leave; write that of whoever replaces them"
                yield Fault(f"{place}.instead.phone", told)


def _circles(document: Table) -> Iterator[Fault]:
    """Calls in a circle: lines of the practice among the numbers it rings, and phones that would ring themselves."""
    lines = set(numbers(head(document).get("lines"), country(document)))
    own = {
        str(practitioner.get("key")): numbers([practitioner.get("phone")], country(document))
        for practitioner in tables(document, "practitioners")
    }
    for where, number in _called(document):
        if number in lines:
            yield Fault(where, f"{number} is a line of this practice; write a number that rings elsewhere")
    for where, number, phone in _of_patients(document):
        if number in lines:
            yield Fault(f"{where}.number", f"{number} is a line of this practice; write the patient's own number")
        for key in table(phone.get("reach")):
            if number in own.get(key, ()):
                told = f"this is the phone it would ring; take {key} out, or write the patient's own number"
                yield Fault(f"{where}.reach", told)


def _of_patients(document: Table) -> Iterator[tuple[str, str, Table]]:
    """Every number of a patient, with the key path of its table and the table."""
    for where, patient in placed(document, "patients"):
        for place, phone in placed(patient, "phones", where):
            yield from ((place, number, phone) for number in numbers([phone.get("number")], country(document)))


def _surcharged(document: Table) -> Iterator[Fault]:
    """Numbers that cost more than a call: nobody who is ill is sent there, and we do not ring them."""
    for where, number in _called(document):
        if is_surcharged(PhoneNumber(number)):
            yield Fault(where, f"{number} is surcharged; write a number that costs no more than a call")


def _nuisance_faults(document: Table) -> Iterator[Fault]:
    """Silent exclusion of a patient breaks the duty to inform (ROUTING.md case 45); our own are no nuisance either."""
    unwanted = set(numbers(head(document).get("nuisance"), country(document)))
    for place, line in enumerate(numbers(head(document).get("lines"), country(document))):
        if line in unwanted:
            yield Fault("practice.nuisance", f"{line} belongs to practice.lines[{place}]; take it off the list")
    for where, number in _called(document):
        if number in unwanted:
            yield Fault("practice.nuisance", f"{number} belongs to {where}; take it off the list")
    for where, number, _ in _of_patients(document):
        if number in unwanted:
            of_patient = where.rpartition(".")[0]
            told = f"{number} belongs to {of_patient}; take it off the list, switch acts off instead"
            yield Fault("practice.nuisance", told)


def _called(document: Table) -> Iterator[tuple[str, str]]:
    """Every number that is rung, or that callers are told to call, with its key path."""
    written = [(f"practice.{name}", head(document).get(name)) for name in ("fallback", "on_duty", "emergency")]
    for where, secretary in placed(document, "secretaries"):
        written.append((f"{where}.phone", secretary.get("phone")))
    for where, practitioner in placed(document, "practitioners"):
        written.append((f"{where}.phone", practitioner.get("phone")))
        for place, leave in placed(practitioner, "leave", where):
            written.append((f"{place}.instead.phone", table(leave.get("instead")).get("phone")))
    for where, text in written:
        yield from ((where, number) for number in numbers([text], country(document)))
