"""A telephone whose requests are lost, late, repeated or overtaken: nobody is stranded, nothing said is lost."""

import pytest

from ivr.actions.leavings import leavings
from ivr.actions.rehearsal import CalledPerson
from ivr.telephone.faults import Fault, Faults, read_faults
from ivr.telephone.people import play_out
from ivr.telephone.telephone import Telephone
from tests.lines import ALWAYS, ASSISTED, PRIORITY, STRANGER, SUNDAY, WEDNESDAY_LUNCH, Line

LOSSES = (Fault.DROP, Fault.DELAY)
CALLS = {
    "a stranger on Sunday leaves a message": (SUNDAY, STRANGER, ["2", "1", "1"], CalledPerson.ANSWERS),
    "a priority patient reaches the doctor": (WEDNESDAY_LUNCH, PRIORITY, ["2", "1"], CalledPerson.ANSWERS),
    "the doctor does not answer": (SUNDAY, ALWAYS, ["2", "1", "1"], CalledPerson.NO_ANSWER),
    "an assisted patient is rung for": (WEDNESDAY_LUNCH, ASSISTED, [], CalledPerson.BUSY),
    "somebody says nothing": (WEDNESDAY_LUNCH, STRANGER, [], CalledPerson.ANSWERS),
}
REACHED = "speaks with the caller"
LEFT_A_MESSAGE = "speaks for 8 seconds"
GOODBYE = "Au revoir"


def call_with(line: Line, name: str, faults: Faults) -> tuple[Telephone, set[str]]:
    """That call, to its end, with what people did."""
    moment, caller, keys, doctor = CALLS[name]
    phone = line.at(moment).phone(caller)
    phone.faults = faults
    phone.start()
    return phone, {act.what for act in play_out(phone, list(keys), doctor, doctor)}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("fault", LOSSES)
def test_whichever_request_is_lost_the_call_goes_on_at_the_fallback(line: Line, name: str, fault: Fault) -> None:
    requests = len(call_with(line, name, Faults())[0].exchanges)
    for number in range(requests):
        phone, done = call_with(line, name, Faults(fault, number))
        assert phone.is_over, number
        assert done & {REACHED, LEFT_A_MESSAGE} or GOODBYE in phone.heard[-1].text, (number, done)


@pytest.mark.parametrize("fault", LOSSES)
def test_a_message_whose_request_is_lost_is_kept_once(line: Line, fault: Fault) -> None:
    moment, caller, keys, _ = CALLS["a stranger on Sunday leaves a message"]
    phone = line.at(moment).ring(caller, *keys)
    phone.faults = Faults(fault, 0)
    phone.speak(8)
    assert leavings(line.engine)["messages"] == ["8 s"]
    assert len(leavings(line.engine)["tasks"]) == 1


def test_a_carrier_that_never_reaches_us_ends_the_call_itself(line: Line) -> None:
    phone, _ = call_with(line, "somebody says nothing", Faults(Fault.DROP))
    assert phone.is_over
    assert phone.heard == []
    assert line.calls() == []


def test_a_doctor_whose_whisper_is_lost_is_not_joined(line: Line) -> None:
    moment, caller, keys, _ = CALLS["a priority patient reaches the doctor"]
    phone = line.at(moment).ring(caller, *keys)
    phone.faults = Faults(Fault.DROP, 0)
    leg = phone.pick_up()
    assert leg.is_over
    assert not leg.is_joined
    phone.ringing_ends("completed", leg)
    assert not phone.is_over


@pytest.mark.parametrize("text", ["late", "drop@", "drop@x", "@2", "", "drop@-1"])
def test_what_is_no_fault_is_refused_with_the_remedy(text: str) -> None:
    with pytest.raises(ValueError, match="write repeat, reorder, drop, delay"):
        read_faults(text)


def test_a_fault_befalls_the_request_named() -> None:
    faults = read_faults("delay@1")
    assert [faults.next() for _ in range(3)] == [None, Fault.DELAY, None]
    assert [read_faults("repeat").next() for _ in range(2)] == [Fault.REPEAT] * 2
