"""What a page gets of the program around it: few verbs, and no globals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import SignalInstance

from agentdesk.desk.hidden import Revealed
from agentdesk.desk.pins import Pins
from agentdesk.desk.sight import Sight
from agentdesk.domain import seeking
from agentdesk.domain.cases import Case, File
from agentdesk.domain.kernel import Actor, Asked, Command, Record, View
from agentdesk.domain.seeking import spelling
from agentdesk.store.drafts import Draft
from agentdesk.sync.news import Refused
from agentdesk.sync.presence import Seen
from agentdesk.sync.replica import Listener

R = TypeVar("R", bound=Record)


class Index(seeking.Index, spelling.Vocabulary, Protocol):
    """What can be asked of the full text of records."""


class Drafts(Protocol):
    """Unsent words on this laptop, one draft for each case and kind (`reply`, `note`)."""

    def get(self, case: str, kind: str) -> Draft | None: ...
    def typed(self, case: str, kind: str, text: str, cursor: int) -> None:
        """Every keystroke; costs nothing here, is on the disk within half a second."""

    def discard(self, case: str, kind: str) -> None: ...
    def history(self, case: str, kind: str) -> Sequence[Draft]: ...


class Suggesting(Protocol):
    """Suggestions. `changed`: they stand otherwise; `answered` brings an `Answer` for the case last asked about."""

    changed: SignalInstance
    answered: SignalInstance
    finished: SignalInstance
    """Brings a `Finished`: how a line goes on."""

    @property
    def serves(self) -> bool:
        """Whether there is somebody to ask."""

    @property
    def level(self) -> int:
        """At which of the five levels they serve."""

    @property
    def because(self) -> str:
        """The word for why it is no higher one; empty where nothing is missing."""

    @property
    def whole(self) -> bool:
        """Whether they know all that there is."""

    def word(self) -> str:
        """How they stand, in a few words."""

    def why(self) -> str:
        """What there is to know about that."""

    def ask(self, case: Case) -> bool:
        """Have `answered` told what fits; whether anybody was asked."""

    def finish(self, typed: str) -> int:
        """Have `finished` told how a line goes on; the number of the question, 0 if nobody was asked."""

    def again(self) -> None:
        """Begin once more, after they have stopped."""


class Desk(Protocol):
    """The verbs: look (`view`, `listen`), do, open, now; and what only a person at a desk needs."""

    @property
    def view(self) -> View:
        """Truth with what waits on top."""

    @property
    def me(self) -> Actor: ...

    @property
    def sight(self) -> Sight:
        """Tells when this person may see other things than before: what a page keeps beside the view is to go."""

    @property
    def revealed(self) -> Revealed:
        """Hidden values that may be seen for a moment."""

    @property
    def drafts(self) -> Drafts: ...

    @property
    def assist(self) -> Suggesting:
        """Suggestions, worked out on this laptop."""

    @property
    def pins(self) -> Pins:
        """What this laptop remembers of the server's audit log."""

    def do(self, command: Command, needs: Iterable[str] = ()) -> bool:
        """Decide at once and send. False if it was refused: the sentence stands on the notice line."""

    def attempt(self, command: Command, needs: Iterable[str] = ()) -> str:
        """As `do`, but hands the refusal's sentence back; empty if it was done."""

    def refusals(self, case: str) -> Sequence[Refused]:
        """What the server has refused for this case since the start and nobody has looked at, oldest first."""

    def forget_refusal(self, key: int) -> None:
        """It was looked at."""

    def address(self, path: str) -> str:
        """The web address of a page that the server shows to customers at this path."""

    def open(self, kind: str, id: str) -> None:
        """Show a record, on whatever page shows records of its kind."""

    def now(self) -> int:
        """UTC milliseconds by the server's clock."""

    def new_id(self) -> str: ...

    def listen(self, kinds: Iterable[str], listener: Listener) -> Callable[[], None]:
        """Be told of records that change, or None: too much to tell, ask anew. Returns what ends it."""

    def prepare(
        self, asked: Asked[Any], then: Callable[[], None], after: tuple[Any, ...] | None = None, rows: int = 0
    ) -> None:
        """Have what is slow read beside Qt's thread: `then` is called when `view` tells at once how many answers there
        are, and so many `rows` after a key; within this call, unless somebody has put the question together.
        """

    def waits(self, kind: str, id: str) -> bool:
        """Whether this record is changed by a command that the server has not answered yet."""

    def take_back(self, message: str) -> bool:
        """Call back a reply that still waits here; false if it is already on its way. Its text is a draft again."""

    def signal(self, kind: str, about: str, on: bool = True) -> None:
        """Say that one looks (`viewing`) or writes (`typing`)."""

    def viewing(self, case: str) -> Sequence[Seen]: ...
    def typing(self, case: str) -> Sequence[Seen]: ...

    @property
    def index(self) -> Index:
        """The full text of what is confirmed on this laptop."""

    def search(self, text: str, limit: int = 30) -> Sequence[Any]:
        """Messages and cases on this laptop, newest first."""

    def find(self, cls: type[R], text: str, limit: int = 30) -> Sequence[R]:
        """Records of one kind on this laptop that have these words, the best first."""

    def alike(self, cls: type[R], text: str, limit: int = 5) -> Sequence[R]:
        """Records of one kind on this laptop that are most like a text, the best first."""

    def ask(self, question: str, args: dict[str, Any], then: Callable[[Any, str], None]) -> None:
        """Put a question to the server; `then` gets (result, "") or (None, sentence).

        Where it takes a fresh proof, as with `read` and `save`, the person is asked for one first.
        """

    def read(self, where: str, then: Callable[[Any, str], None]) -> None:
        """What the server says under this path, as plain values; `then` gets (result, "") or (None, sentence)."""

    def stage(self, source: Path | bytes, name: str = "") -> File:
        """Take a file in for sending, or bytes under a name; raises `Refusal` with a sentence."""

    def fetch(self, digest: str, then: Callable[[bytes | None, str], None]) -> None:
        """Get an attachment's bytes, from this laptop or the server."""

    def save(
        self, where: str, path: Path, then: Callable[[str, str], None], so_far: Callable[[int], None] = lambda _: None
    ) -> None:
        """Fetch what the server has under this path into a file; `then` gets (its SHA-256, "") or ("", sentence).

        `so_far` is told now and then how many bytes have come.
        """

    def say(self, sentence: str, action: str = "", run: Callable[[], None] | None = None) -> None:
        """One line on the notice line."""
