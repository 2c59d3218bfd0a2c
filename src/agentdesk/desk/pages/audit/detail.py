"""One entry in words, the proof that it stands in the log, and, for a stated reason, who and what is behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QScrollArea, QVBoxLayout, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.names import number
from agentdesk.desk.pages.audit.path import PathView
from agentdesk.desk.pages.audit.words import DOUBTS, facts
from agentdesk.desk.texts import tr
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.facts import Facts
from agentdesk.desk.widgets.fields import show_wrong
from agentdesk.desk.widgets.frames import Card, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.verdict import Verdict
from agentdesk.domain.audit import head as head_
from agentdesk.domain.audit.evidence import Inclusion, doubt_inclusion
from agentdesk.domain.audit.leaf import Leaf
from agentdesk.domain.audit.merkle import leaf_hash
from agentdesk.domain.audit.proofs import climb
from agentdesk.domain.people import Person
from agentdesk.store.signature import is_signed

Pin = Callable[[], bytes | None]


class EntryPanel(QScrollArea):
    """`pin` gives the server's key as this laptop knows it. What the person may not do is not offered."""

    def __init__(self, desk: Desk, pin: Pin, may_prove: bool, may_unseal: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._pin = desk, pin
        self._leaf: Leaf | None = None
        self._data = b""
        self.prove = Button(tr("Prove"), "primary", "ph.circle-wavy-check")
        self.unseal = Button(tr("Reveal"), icon="ph.eye")
        self.reason = QLineEdit()
        self.verdict, self.path = Verdict(), PathView()
        self._title, self._facts = label(role="title"), Facts()
        self._behind = label(wrap=True, selectable=True)
        self._behind.setAccessibleName(tr("Who and what stands behind this entry"))
        self._sheet = QWidget()
        self._sheet.setProperty("ground", "clear")
        self._lay_out(may_prove, may_unseal)
        self.prove.clicked.connect(self.ask_proof)
        self.unseal.clicked.connect(self.ask_names)
        self.reason.returnPressed.connect(self.ask_names)

    def _lay_out(self, may_prove: bool, may_unseal: bool) -> None:
        self.setWidgetResizable(True)
        self.setAccessibleName(tr("Entry"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.reason.setPlaceholderText(tr("Why do you need to see it?"))
        self.reason.setAccessibleName(tr("Reason"))
        self.reason.setMaxLength(500)
        proof, behind = Card(), Card()
        proof.box.addWidget(spread(label(tr("Does it stand in the log?"), "strong"), None, self.prove))
        proof.box.addWidget(self.verdict)
        proof.box.addWidget(self.path)
        behind.box.addWidget(label(tr("Who and what stands behind it"), "strong"))
        warning = tr("What you reveal is written into the log, with your reason.")
        behind.box.addWidget(label(warning, "muted", wrap=True))
        row = spread(self.reason, self.unseal)
        row.layout().setStretch(0, 1)  # type: ignore[union-attr]
        behind.box.addWidget(row)
        behind.box.addWidget(self._behind)
        box = QVBoxLayout(self._sheet)
        box.setContentsMargins(18, 16, 18, 18)
        box.setSpacing(14)
        box.addWidget(self._title)
        box.addWidget(self._facts)
        box.addWidget(proof)
        box.addWidget(behind)
        box.addStretch(1)
        proof.setVisible(may_prove)
        behind.setVisible(may_unseal)
        self.setWidget(self._sheet)

    def show_entry(self, leaf: Leaf, data: bytes) -> None:
        """Show another entry; what was proved and revealed of the last one goes."""
        self._leaf, self._data = leaf, data
        self._title.setText(tr("Entry {n}", n=number(leaf.index)))
        self._facts.show_facts(facts(leaf))
        self.verdict.clear()
        self.path.hide()
        self._behind.hide()
        self.reason.clear()

    # --- The proof ---

    def ask_proof(self) -> None:
        """Ask the server for the path, and judge it here."""
        leaf = self._leaf
        if leaf is None:
            return
        self.prove.setEnabled(False)
        self._desk.ask("audit.prove", {"entry": leaf.index}, lambda result, why: self._proved(leaf, result, why))

    def _proved(self, leaf: Leaf, result: Any, why: str) -> None:
        self.prove.setEnabled(True)
        if leaf is not self._leaf:
            return
        if why:
            self.verdict.show_state("warn", tr("Not proved."), why)
            return
        try:
            told = msgspec.convert(result, Inclusion)
        except msgspec.ValidationError:
            self.verdict.show_state("bad", tr("Not proved."), tr("The server's answer cannot be read."))
            return
        self._judge(told)

    def _judge(self, told: Inclusion) -> None:
        assert self._leaf is not None
        doubt = doubt_inclusion(told, is_signed, self._pin())
        if not doubt and (told.index != self._leaf.index or told.leaf != self._data):
            doubt = "place"
        if doubt:
            self.verdict.show_state("bad", tr("This entry is not proved."), tr(DOUBTS[doubt]))
        else:
            size = head_.decode(told.head.data).size
            words = tr("It stands in the log of {n} entries that the server signed.", n=number(size))
            self.verdict.show_state("good", tr("Proved on this laptop."), words)
        self._draw(told, not doubt)

    def _draw(self, told: Inclusion, good: bool) -> None:
        try:
            head = head_.decode(told.head.data)
        except ValueError:
            return self.path.hide()
        hash_ = leaf_hash(self._data)
        steps = climb(hash_, told.index, head.size, told.path) or []
        self.path.show_path(hash_, steps, head.root, good)
        return self.path.show()

    # --- Who and what ---

    def ask_names(self) -> None:
        """Ask who and what, with the reason."""
        leaf, reason = self._leaf, self.reason.text().strip()
        if leaf is None:
            return
        if not reason:
            show_wrong(self.reason, tr("Say why you need to see who and what stands behind this entry."))
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        show_wrong(self.reason, "")
        asked = {"entry": leaf.index, "reason": reason}
        self._desk.ask("audit.unseal", asked, lambda result, why: self._named(leaf, result, why))

    def _named(self, leaf: Leaf, result: Any, why: str) -> None:
        if leaf is not self._leaf:
            return
        self._behind.setText(why or "\n".join(self._lines(result if isinstance(result, dict) else {})))
        self._behind.show()

    def _lines(self, told: dict[str, Any]) -> list[str]:
        person = self._desk.view.get(Person, str(told.get("actor", "")))
        name = f"{person.name} ({person.id})" if person is not None else str(told.get("actor") or tr("not known"))
        lines = [
            tr("Person: {name}", name=name),
            tr("Device: {name}", name=str(told.get("device") or tr("not known"))),
        ]
        if told.get("arguments") is None:
            return [*lines, tr("What was said cannot be read any more: the key of whom it concerns was destroyed.")]
        lines.append(tr("Concerns: {name}", name=str(told.get("subject", ""))))
        if not told.get("genuine"):
            lines.append(tr("What is sealed beside this entry is not what the entry names."))
        arguments = told["arguments"]
        said = arguments.items() if isinstance(arguments, dict) else [("", arguments)]
        return [*lines, *(f"{key}: {value}" if key else str(value) for key, value in said)]
