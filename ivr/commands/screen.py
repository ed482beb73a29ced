"""What `ivr call` shows: who says what, what rings, what was decided and why."""

from rich.console import Console
from rich.markup import escape

from ivr.actions.rehearsal import GONE, SILENCE, CalledPerson
from ivr.clock import local
from ivr.speech import written_moment
from ivr.telephone.document import Dial, Gather
from ivr.telephone.faults import Fault
from ivr.telephone.people import Act, called_person_acts, caller_acts
from ivr.telephone.session import CallSession
from ivr.telephone.telephone import Spoken

STYLES = {
    "line": "cyan",
    "caller": "bold green",
    "rings": "bold yellow",
    "called": "yellow",
    "called hears": "magenta",
    "decision": "blue",
    "end": "bold",
    "fault": "red",
}
FAULTS = {
    Fault.REPEAT: "the request is delivered twice",
    Fault.REORDER: "callbacks overtake the request",
    Fault.DROP: "the request is lost on the way",
    Fault.DELAY: "the answer comes too late",
}
WIDTH = 13
HELP = f"key 0-9 * #, Enter = say nothing, {GONE} = hang up"


class Screen:
    """Shows one call as it goes on; silent when `quiet`."""

    def __init__(self, session: CallSession, *, quiet: bool) -> None:
        self._session = session
        self._console = Console(highlight=False, quiet=quiet)
        self._decisions = 0
        self._rung: Dial | None = None
        session.phone.on_spoken = self._line_says
        session.phone.on_called_spoken = self._called_hears
        session.phone.on_fault = self._goes_wrong

    def opening(self) -> None:
        """Who calls whom, when."""
        board = self._session.switchboard
        now = local(board.calendar.zone, self._session.began)
        language = board.practice.languages[0]
        self._console.print(
            f"[bold]{escape(board.practice.name)}[/bold] · {self._session.phone.line} "
            f"← {self._session.caller} · {written_moment(now, language)}\n"
        )

    def show(self, act: Act) -> None:
        """One act of a person, after whatever rings and was decided."""
        if act.who == "called" and isinstance(self._session.phone.stop, Dial):
            self._ringing(self._session.phone.stop)
        self._print(act.who, act.what)

    def converse(self, doctor: CalledPerson, desk: CalledPerson) -> None:
        """Let the person at the keyboard be the caller."""
        phone = self._session.phone
        while not phone.is_over and phone.stop is not None:
            self._decided()
            if isinstance(phone.stop, Dial):
                for act in called_person_acts(phone, doctor if phone.stop.url else desk):
                    self.show(act)
                continue
            keys = []
            if isinstance(phone.stop, Gather):
                typed = self._console.input(f"[dim]{HELP}[/dim] [bold]> [/bold]").strip()
                keys = [typed or SILENCE]
            for act in caller_acts(phone, keys):
                self._print(act.who, act.what)

    def ending(self) -> None:
        """How it ended: the last decision, what was kept."""
        self._decided()
        for note in self._session.kept():
            self._print("end", note)
        seconds = (self._session.phone.clock.now - self._session.began).total_seconds()
        self._print("end", f"the call is over after {seconds:.0f} seconds")

    def note(self, text: str) -> None:
        """A line about the command itself."""
        self._console.print(escape(text))

    def _ringing(self, dial: Dial) -> None:
        if dial is self._rung:
            return
        self._rung = dial
        self._decided()
        self._print("rings", f"{self._session.name_of(dial.number)} ({dial.number}), up to {dial.timeout} s")

    def _line_says(self, spoken: Spoken) -> None:
        self._decided()
        mark = "" if spoken.language.startswith(self._session.switchboard.practice.languages[0]) else "(en) "
        self._print("line", mark + spoken.text)

    def _called_hears(self, spoken: Spoken) -> None:
        self._print("called hears", spoken.text)

    def _decided(self) -> None:
        decisions = self._session.decisions()
        for decision in decisions[self._decisions :]:
            self._print("decision", decision["reasons"][0]["text"])
        self._decisions = len(decisions)

    def _goes_wrong(self, fault: Fault) -> None:
        self._print("fault", FAULTS[fault])

    def _print(self, who: str, what: str) -> None:
        style = STYLES[who]
        self._console.print(f"[{style}]{who:>{WIDTH}}[/{style}]  {escape(what)}", soft_wrap=True)
