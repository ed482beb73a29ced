"""Whether the parts of a practice file fit together; works on raw tables, so no fault hides another."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from typing import Any

from ivr.flows.wording import limit_faults, spoken_name_faults, wording_faults
from ivr.phones import read_number
from ivr.practice_files.faults import Fault
from ivr.vocabulary import ContactMode, Language

Table = Mapping[str, Any]


def reference_faults(document: Table, known_patients: Collection[str]) -> Iterator[Fault]:
    """Keys used twice, keys of nobody, doctors who cannot be rung, patients called a nuisance, wording."""
    for kind in ("secretaries", "practitioners", "patients"):
        yield from _duplicates(kind, tables(document, kind))
    acts: dict[str, set[str]] = {}
    for place, practitioner in enumerate(tables(document, "practitioners")):
        where = f"practitioners[{place}] ({practitioner.get('key')})"
        yield from _duplicates(f"{where}.acts", tables(practitioner, "acts"))
        yield from _name_faults(where, practitioner)
        yield from _phone_faults(where, practitioner, tables(document, "patients"))
        acts[str(practitioner.get("key"))] = {str(act.get("key")) for act in tables(practitioner, "acts")}
    patients = {str(p.get("key")) for p in tables(document, "patients")} | set(known_patients)
    for place, patient in enumerate(tables(document, "patients")):
        yield from _patient_faults(f"patients[{place}] ({patient.get('key')})", patient, acts, patients)
    for place, appointment in enumerate(tables(document, "appointments")):
        yield from _appointment_faults(f"appointments[{place}]", appointment, acts, patients)
    yield from _nul_faults("", document)
    yield from _repeated(document)
    yield from _spoken_faults(document)
    yield from _nuisance_faults(document)
    yield from _prompt_faults(document)


def tables(document: Table, kind: str) -> list[Table]:
    """The tables of one kind that are tables at all; others are faults found elsewhere."""
    found = document.get(kind, [])
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _duplicates(where: str, entries: list[Table]) -> Iterator[Fault]:
    counted = Counter(str(entry["key"]) for entry in entries if "key" in entry)
    for key, times in counted.items():
        if times > 1:
            yield Fault(where, f"the key {key!r} is used {times} times; give each its own")


def _nul_faults(where: str, value: object) -> Iterator[Fault]:
    """Texts with the character NUL, which no database keeps."""
    if isinstance(value, str) and "\0" in value:
        yield Fault(where, "it holds the character NUL; take it out")
    elif isinstance(value, dict):
        for name, entry in value.items():
            yield from _nul_faults(f"{where}.{name}" if where else str(name), entry)
    elif isinstance(value, list):
        for place, entry in enumerate(value):
            named = f" ({entry['key']})" if isinstance(entry, dict) and "key" in entry else ""
            yield from _nul_faults(f"{where}[{place}]{named}", entry)


def _name_faults(where: str, practitioner: Table) -> Iterator[Fault]:
    """Names that are read out among the keys, where they must leave the sentence short and announce no key."""
    named = [(where, practitioner)]
    named += [(f"{where}.acts[{n}] ({act.get('key')})", act) for n, act in enumerate(tables(practitioner, "acts"))]
    for place, entry in named:
        if isinstance(entry.get("name"), str):
            yield from (Fault(f"{place}.name", problem) for problem in spoken_name_faults(entry["name"]))


def _repeated(document: Table) -> Iterator[Fault]:
    """Numbers and dates written twice where each counts once."""
    head = document.get("practice")
    practice = head if isinstance(head, dict) else {}
    country = str(practice.get("country", "FR"))
    for name in ("lines", "nuisance"):
        yield from _twice(f"practice.{name}", _read_numbers(practice.get(name), country))
    for place, patient in enumerate(tables(document, "patients")):
        numbers = [phone.get("number") for phone in tables(patient, "phones")]
        yield from _twice(f"patients[{place}] ({patient.get('key')}).phones", _read_numbers(numbers, country))
    for place, practitioner in enumerate(tables(document, "practitioners")):
        where = f"practitioners[{place}] ({practitioner.get('key')}).dated_hours"
        yield from _twice(where, [str(hours.get("date")) for hours in tables(practitioner, "dated_hours")])


def _spoken_faults(document: Table) -> Iterator[Fault]:
    """Notices that are read out as they are written, beyond the limits of the call script."""
    head = document.get("practice")
    practice = head if isinstance(head, dict) else {}
    notice = practice.get("announcement")
    announced = notice.get("text") if isinstance(notice, dict) else None
    for where, text in (("announcement.text", announced), ("relatives_notice", practice.get("relatives_notice"))):
        for problem in limit_faults(text) if isinstance(text, str) else ():
            yield Fault(f"practice.{where}", problem)


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
        yield Fault(where, f"there is no phone to ring for the list of {listed[0]}; add one, or empty the list")


def _patient_faults(
    where: str, patient: Table, acts: Mapping[str, set[str]], patients: Collection[str]
) -> Iterator[Fault]:
    for place, phone in enumerate(tables(patient, "phones")):
        for setting in ("reach", "assisted"):
            named = phone.get(setting, [])
            for key in named if isinstance(named, dict | list) else []:
                yield from _unknown(f"{where}.phones[{place}].{setting}", "practitioner", key, acts)
    for setting in ("acts", "documents"):
        named = patient.get(setting, {})
        for key in named if isinstance(named, dict) else {}:
            yield from _unknown(f"{where}.{setting}", "practitioner", key, acts)
    exceptions = patient.get("acts", {})
    for key, exception in exceptions.items() if isinstance(exceptions, dict) else ():
        for switch in ("on", "off"):
            names = exception.get(switch, []) if isinstance(exception, dict) else []
            for entry in names if isinstance(names, list) else []:
                act = entry.get("act") if isinstance(entry, dict) else entry
                yield from _unknown(f"{where}.acts.{key}.{switch}", "act", act, acts.get(key, ()))
    relatives = patient.get("relative_of", [])
    for key in relatives if isinstance(relatives, list) else []:
        yield from _unknown(f"{where}.relative_of", "patient", key, patients)


def _appointment_faults(
    where: str, appointment: Table, acts: Mapping[str, set[str]], patients: Collection[str]
) -> Iterator[Fault]:
    practitioner = str(appointment.get("practitioner"))
    if "practitioner" in appointment:
        yield from _unknown(f"{where}.practitioner", "practitioner", practitioner, acts)
    if "act" in appointment and practitioner in acts:
        yield from _unknown(f"{where}.act", "act", appointment["act"], acts[practitioner])
    if "patient" in appointment:
        yield from _unknown(f"{where}.patient", "patient", appointment["patient"], patients)


def _unknown(where: str, kind: str, key: object, known: Collection[str]) -> Iterator[Fault]:
    if not isinstance(key, str) or key not in known:
        choices = ", ".join(sorted(known)[:8]) or "none here"
        yield Fault(where, f"there is no {kind} {key!r}; known: {choices}")


def _nuisance_faults(document: Table) -> Iterator[Fault]:
    """Silent exclusion of a patient breaks the duty to inform (ROUTING.md case 45)."""
    practice = document.get("practice", {})
    country = str(practice.get("country", "FR")) if isinstance(practice, dict) else "FR"
    unwanted = _numbers(practice.get("nuisance", []) if isinstance(practice, dict) else [], country)
    for place, patient in enumerate(tables(document, "patients")):
        numbers = _numbers([phone.get("number") for phone in tables(patient, "phones")], country)
        for number in sorted(unwanted & numbers):
            yield Fault(
                "practice.nuisance",
                f"{number} belongs to patients[{place}] ({patient.get('key')}); take it off the list, "
                "switch acts off instead",
            )


def _numbers(written: object, country: str) -> set[str]:
    return set(_read_numbers(written, country))


def _read_numbers(written: object, country: str) -> list[str]:
    """Those that are numbers, in E.164; the others are faults found elsewhere."""
    found = []
    for text in written if isinstance(written, list) else []:
        with suppress(ValueError):
            found.append(read_number(str(text), country).e164)
    return found


def _prompt_faults(document: Table) -> Iterator[Fault]:
    prompts = document.get("prompts", {})
    for language, wordings in prompts.items() if isinstance(prompts, dict) else ():
        if language not in set(Language) or not isinstance(wordings, dict):
            continue
        for prompt, text in wordings.items():
            if isinstance(text, str):
                for problem in wording_faults(prompt, Language(language), text):
                    yield Fault(f"prompts.{language}.{prompt}", problem)
