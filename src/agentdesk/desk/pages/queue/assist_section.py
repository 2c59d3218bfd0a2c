"""Suggestions in the context zone: cards, what is noticed, similar cases. The agent decides what is sent."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from agentdesk.assist.frames import Answer, Near, Signals
from agentdesk.assist.frames import Card as Suggested
from agentdesk.desk.answers import leading
from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.queue.assist_card import SuggestionCard, with_icon
from agentdesk.desk.pages.queue.assist_draft_card import draft_rows, drawn
from agentdesk.desk.pages.queue.assist_drafts import Drafts
from agentdesk.desk.pages.queue.assist_sheet import OPENED_AS, open_source
from agentdesk.desk.pages.queue.assist_state import Offered, Suggestions
from agentdesk.desk.pages.queue.assist_summary import lines_of, steps_of, summary_of
from agentdesk.desk.pages.queue.context_parts import Line, Section
from agentdesk.desk.pages.queue.header import language_name
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.times import ago
from agentdesk.desk.widgets.badges import Chip
from agentdesk.desk.widgets.frames import empty, spread
from agentdesk.desk.widgets.labels import ElidedLabel, label
from agentdesk.domain.cases import Case, Customer
from agentdesk.domain.kernel import Masked
from agentdesk.domain.macros import filled, values_for
from agentdesk.domain.suggestions.steering import BY_WORDS
from agentdesk.text.rich import simpler

HINTS = {
    "supervisor": mark("Asks for a supervisor"),
    "legal": mark("Speaks of the law"),
    "leaving": mark("Wants to leave"),
    "repeat": mark("Has asked before"),
    "fraud": mark("Speaks of fraud"),
    "safety": mark("Safety"),
}
MOODS = {"upset": mark("The customer sounds upset"), "pleased": mark("The customer sounds pleased")}
Insert = Callable[[Suggested, str, str], object]
"""A card, its text filled in, and that without greeting and sign-off."""


class AssistSection(Section):
    """`insert` puts a card with its filled-in text into what is being written, `put` the text of a draft."""

    def __init__(
        self, desk: Desk, suggestions: Suggestions, insert: Insert, drafts: Drafts, put: Callable[[str], object]
    ) -> None:
        super().__init__(tr("Suggested replies · you decide what is sent"))
        self._desk, self._suggestions, self._insert = desk, suggestions, insert
        self._drafts, self._put = drafts, put
        self._case: Case | None = None
        self._where = Chip(parent=self)
        self.box.insertWidget(0, spread(None, self._where))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self.box.addLayout(self._rows)
        suggestions.changed.connect(self._show)
        drafts.changed.connect(self._show)
        self._show_where()

    def show_case(self, case: Case) -> None:
        """What is suggested for it now."""
        self._case = case
        self._show()

    # --- What is done ---

    def use(self, card: Suggested) -> None:
        """Put it in; what must be read first is opened instead."""
        case, offered = self._case, self._suggestions.now
        if case is None or offered is None:
            return
        if card.touchy and not card.internal and card.source not in offered.opened:
            self.open_source(card)
            return
        self._insert(card, self._text(card.text, case), self._text(card.bare or card.text, case))

    def open_source(self, card: Suggested) -> None:
        """Look at what stands behind it: that counts as read."""
        open_source(self._desk, card, self)
        self._suggestions.opened(card)

    def _text(self, text: str, case: Case) -> str:
        customer = self._desk.view.get(Customer, case.customer)
        values = values_for(case, self._desk.me)
        if not values["customer.name"] and customer is not None and not Masked.spans(customer.name):
            values["customer.name"] = customer.name
        return simpler(Masked.shown(filled(leading(self._desk, text), values), lambda _: "…"))

    # --- What is shown ---

    def _show(self) -> None:
        case, offered, assist = self._case, self._suggestions.now, self._desk.assist
        self._show_where()
        summary = summary_of(self._desk, case) if case is not None else ()
        steps = steps_of(self._desk, offered.answer) if offered is not None and not offered.held else ("", ())
        shown = (summary, steps, offered is None, offered and (offered.answer, set(offered.gone), set(offered.opened)),
                 self._suggestions.waiting, assist.word(), case and case.id, drawn(self._drafts))  # fmt: skip
        if not self.fresh(shown):
            return
        empty(self._rows)
        if offered is None or case is None:
            words = tr("Looking…") if self._suggestions.waiting else self._nothing()
            self._rows.addWidget(label(words, "small", wrap=True))
            self._tell(tr("So far"), lines_of(summary))
            return
        for place, card in enumerate(offered.cards):
            self._rows.addWidget(self._card(card, place, case, card.source in offered.opened))
        if not offered.cards:
            self._rows.addWidget(label(self._quiet(offered), "small", wrap=True))
        for row in draft_rows(self._desk, self._drafts, self._put):
            self._rows.addWidget(row)
        self._tell(tr("So far"), lines_of(summary))
        self._tell(tr("Next steps · {title}", title=steps[0]), [f"{at}. {step}" for at, step in enumerate(steps[1], 1)])
        self._notice(offered.answer.signals, case)
        self._near(offered.answer)

    def _tell(self, title: str, lines: list[str]) -> None:
        if lines:
            self._rows.addWidget(ElidedLabel(title, "section"))
        for line in lines:
            self._rows.addWidget(label(line, "small", wrap=True, selectable=True))

    def _card(self, card: Suggested, place: int, case: Case, read: bool) -> QWidget:
        return SuggestionCard(
            self._desk, card, place, self._text(card.text, case), read or not card.touchy, partial(self.use, card),
            partial(self.open_source, card), partial(self._suggestions.dismiss, card),
        )  # fmt: skip

    def _nothing(self) -> str:
        assist = self._desk.assist
        if not assist.serves:
            return ". ".join(filter(None, (assist.word(), assist.why())))
        return tr("Nobody waits for an answer here.")

    def _quiet(self, offered: Offered) -> str:
        """Why there is no card."""
        if offered.answer.level < BY_WORDS and offered.why != "rule":
            return self._nothing()
        if offered.answer.level < BY_WORDS:
            return tr("By rule nothing is suggested here now. Macros and articles can be searched as always.")
        if offered.held:
            return tr(
                "Held back on purpose: in {n} of 100 cases nothing is suggested, to see what suggestions do.",
                n=self._suggestions.share,
            )
        return tr("Nothing that fits well enough.") if offered.answer.whole else tr("Looking…")

    def _show_where(self) -> None:
        assist = self._desk.assist
        self._where.show_chip(tr("on this laptop") if assist.serves else "", "good", "ph.laptop")
        self._where.setToolTip(assist.why())

    def _notice(self, signals: Signals, case: Case) -> None:
        lines = []
        if signals.mood in MOODS:
            lines.append((tr(MOODS[signals.mood]), signals.mood_words, "ph.smiley-sad"))
        lines += [(tr(HINTS[name]), words, "ph.flag") for name, words in signals.hints if name in HINTS]
        if signals.repeats:
            lines.append((tr("Wrote about the same within 30 days: {n}", n=len(signals.repeats)), (),
                          "ph.arrow-counter-clockwise"))  # fmt: skip
        if signals.language and case.language and signals.language != case.language.partition("-")[0].lower():
            lines.append((tr("Writes in {language}", language=language_name(signals.language)), (), "ph.translate"))
        if signals.topic:
            lines.append((tr("About: {topic}", topic=signals.topic), (), "ph.tag"))
        if not lines:
            return
        self._rows.addWidget(label(tr("Noticed"), "section"))
        for words, because, icon in lines:
            said = tr("{what}: “{words}”", what=words, words="”, “".join(because)) if because else words
            self._rows.addWidget(with_icon(icon, "muted", said))

    def _near(self, answer: Answer) -> None:
        shown = {card.source for card in answer.cards}
        for title, some in ((tr("Knowledge"), answer.articles), (tr("Similar cases"), answer.similar)):
            left = [one for one in some if one.id not in shown]
            if left:
                self._rows.addWidget(label(title, "section"))
            for one in left:
                self._rows.addWidget(self._line(one))

    def _line(self, near: Near) -> QWidget:
        kind, _, id = near.id.partition(":")
        words = near.title or tr("Without a subject")
        if kind == "case" and near.at:
            words = f"{words} · {ago(self._desk.now() - near.at)}"
        return Line(words, words, partial(self._desk.open, OPENED_AS.get(kind, kind), id))
