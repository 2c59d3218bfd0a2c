"""What holds for all, as one writes its next version on a page: drafted, published, thrown away, and told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from agentdesk.desk.desk import Desk
from agentdesk.desk.names import person_name
from agentdesk.desk.texts import tr
from agentdesk.desk.times import day_and_clock
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.sure import Sure
from agentdesk.desk.widgets.verdict import Verdict
from agentdesk.domain.kernel import Asked, Command, spec_of


class Version(Protocol):
    """A draft, or what holds or held."""

    @property
    def id(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def since(self) -> int: ...
    @property
    def by(self) -> str: ...
    @property
    def previous(self) -> str: ...


V = TypeVar("V", bound=Version)
Wish = Callable[[str], Command]
Ask = Callable[[], bool]


class Publishing(Generic[V]):
    """The buttons, the line that says what holds, and the verdict. `filled` is the version that the page's fields show.
    Publishing takes a fresh proof: the server's first answer may be a no, and a yes may come after it. So what was
    published is followed in the verdict until something else is said there.
    """

    def __init__(self, desk: Desk, drafts: Asked[Any], publish: Wish, discard: Wish) -> None:
        """`drafts` asks for those of all; `publish` and `discard` make a command of a draft's id."""
        self._desk, self._drafts, self._publish, self._discard = desk, drafts, publish, discard
        self.filled = self._made_from = self._followed = ""
        self._done, self._said = ("", ""), ("", "", "")
        self.holds, self.verdict = label("", "muted", wrap=True), Verdict()
        self.save, self.publish = Button(tr("Save the draft"), icon="ph.floppy-disk"), Sure(tr("Publish"), "primary")
        self.discard = Sure(tr("Throw the draft away"))

    def serve(self, keep: Ask, show: Callable[[], None], words: str, ready: Ask = lambda: True) -> None:
        """What the buttons do on a page of fields: `keep` what is typed; `ready` says whether it may hold, and `words`
        what that means; `show` is called when the draft is gone.
        """
        self.save.clicked.connect(keep)
        self.publish.confirmed.connect(
            lambda: self.publish_draft(tr("Published"), words) if ready() and keep() else None
        )
        self.discard.confirmed.connect(lambda: show() if self.throw_away() else None)

    # --- The draft ---

    def draft(self) -> V | None:
        """The newest draft of this person."""
        found: Sequence[V] = self._desk.view.page(self._drafts, limit=50)
        return next((one for one in found if one.by == self._desk.me.id), None)

    def fill(self, held: V | None) -> V | None:
        """What the page's fields are to show: the draft, or what holds."""
        found = self.draft() or held
        self.filled, self._made_from = found.id if found is not None else "", ""
        return found

    @property
    def previous(self) -> str:
        """The version that held when the fields were filled: what somebody has published since is not overwritten."""
        shown = self._get(self.filled)
        if shown is not None:
            self._made_from = shown.id if shown.state == "published" else shown.previous
        return self._made_from

    @property
    def instead(self) -> str:
        """The draft in whose place the next one comes."""
        old = self.draft()
        return old.id if old is not None else ""

    def keep(self, draft: Command | None, id: str = "", gap: str = "") -> bool:
        """Save what is typed as the draft with this id, if it is clear; `gap` is what is still missing in it."""
        unclear = "" if draft is not None else tr("Something is unclear: look for the red fields.")
        wrong = self._desk.attempt(draft) if draft is not None else unclear
        if wrong:
            self.verdict.show_state("bad", tr("Not saved"), wrong)
            return False
        told = tr("It holds for nobody before it is published.")
        self.verdict.show_state("warn" if gap else "good", tr("Saved as a draft"), f"{told}\n{gap}".strip())
        self.filled = id
        return True

    def throw_away(self) -> bool:
        """The draft goes; whether there was one to go."""
        draft = self.draft()
        gone = draft is not None and self._desk.do(self._discard(draft.id))
        if gone:
            self.verdict.clear()
        return gone

    # --- What holds ---

    def publish_draft(self, strong: str, text: str = "") -> None:
        """The draft holds from now on; this is said once it does."""
        draft = self.draft()
        if draft is not None:
            self.bring(self._publish(draft.id), draft.id, strong, text)

    def bring(self, wish: Command, version: str, strong: str, text: str = "") -> None:
        """With this wish the version holds from now on; that is said once it does."""
        wrong = self._desk.attempt(wish)
        if wrong:
            self.verdict.show_state("bad", tr("Not published"), wrong)
        else:
            self._followed, self._done = version, (strong, text)
            self._say()

    def heard(self) -> None:
        """Something has changed; call it whenever versions do."""
        if self.verdict.isHidden() or self.verdict.accessibleName() != " ".join(self._said[1:]).strip():
            self._followed = ""
        elif self._followed and self._state() != self._said:
            self._say()

    def tell(self, held: V | None, holds: str, none: str) -> None:
        """Say which version holds, since when, by whom; `none` says that none does."""
        words = none
        if held is not None:
            when, who = day_and_clock(held.since, self._desk.now()), person_name(self._desk.view, held.by)
            words = tr(holds, n=held.number, time=when, name=who)
        self.holds.setText(words)
        self.discard.setVisible(self.draft() is not None)

    def _get(self, id: str) -> V | None:
        cls: type[Any] = self._drafts.question.cls
        found: V | None = self._desk.view.get(cls, id) if id else None
        return found

    def _say(self) -> None:
        self._said = self._state()
        self.verdict.show_state(*self._said)

    def _state(self) -> tuple[str, str, str]:
        """How it stands with what was published: tone, strong words, text."""
        version, kind = self._get(self._followed), spec_of(self._drafts.question.cls).kind
        if version is None or version.state != "published":
            return "warn", tr("Not published"), tr("The server has not taken it: what held before still holds.")
        if self._desk.waits(kind, self._followed):
            return "accent", tr("Being published"), tr("It holds as soon as the server has taken it.")
        return "good", *self._done
