"""Whether the parts of a practice file name each other rightly; works on raw tables, so no fault hides another."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from ivr.practice_files.faults import Fault
from ivr.practice_files.raw import Table, placed, tables


def reference_faults(document: Table, known_patients: Collection[str]) -> Iterator[Fault]:
    """Keys used twice, keys of nobody."""
    for kind in ("secretaries", "practitioners", "patients"):
        yield from _duplicates(kind, tables(document, kind))
    acts: dict[str, set[str]] = {}
    for where, practitioner in placed(document, "practitioners"):
        yield from _duplicates(f"{where}.acts", tables(practitioner, "acts"))
        acts[str(practitioner.get("key"))] = {str(act.get("key")) for act in tables(practitioner, "acts")}
    patients = {str(p.get("key")) for p in tables(document, "patients")} | set(known_patients)
    for where, patient in placed(document, "patients"):
        yield from _patient_faults(where, patient, acts, patients)
    for where, appointment in placed(document, "appointments"):
        yield from _appointment_faults(where, appointment, acts, patients)


def _duplicates(where: str, entries: list[Table]) -> Iterator[Fault]:
    counted = Counter(str(entry["key"]) for entry in entries if "key" in entry)
    for key, times in counted.items():
        if times > 1:
            yield Fault(where, f"the key {key!r} is used {times} times; give each its own")


def _patient_faults(
    where: str, patient: Table, acts: Mapping[str, set[str]], patients: Collection[str]
) -> Iterator[Fault]:
    for place, phone in enumerate(tables(patient, "phones")):
        for setting in ("reach", "assisted"):
            named = phone.get(setting, [])
            for key in named if isinstance(named, dict | list) else []:
                yield from _unknown(f"{where}.phones[{place}].{setting}", "practitioner", key, acts)
        yield from _unlisted(f"{where}.phones[{place}]", phone)
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
    yield from _relative_faults(where, patient, patients)


def _unlisted(where: str, phone: Table) -> Iterator[Fault]:
    """What is said of a list that the number is not on."""
    lists = [phone.get(setting, []) for setting in ("reach", "assisted")]
    listed = {key for named in lists if isinstance(named, dict | list) for key in named if isinstance(key, str)}
    for setting in ("until", "reason"):
        named = phone.get(setting, {})
        for key in named if isinstance(named, dict) else ():
            if key not in listed:
                yield Fault(
                    f"{where}.{setting}", f"the number is on no list of {key!r}; give it one, or leave this out"
                )


def _relative_faults(where: str, patient: Table, patients: Collection[str]) -> Iterator[Fault]:
    relatives = patient.get("relative_of", [])
    for key in relatives if isinstance(relatives, list) else []:
        yield from _unknown(f"{where}.relative_of", "patient", key, patients)
        if key == patient.get("key"):
            yield Fault(f"{where}.relative_of", f"{key!r} is this very patient; write whose relative they are")


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
