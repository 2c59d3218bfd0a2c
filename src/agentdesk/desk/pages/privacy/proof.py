"""The proof that an erasure stands in the audit log: judged on this laptop, and saved so that anyone can check it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtWidgets import QWidget

from agentdesk.desk import choosing
from agentdesk.desk.desk import Desk
from agentdesk.desk.names import number
from agentdesk.desk.pages.privacy.told import Proofs
from agentdesk.desk.texts import tr
from agentdesk.desk.times import day_and_clock
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.frames import Card, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.verdict import Verdict
from agentdesk.domain.audit import head as head_
from agentdesk.domain.audit.evidence import Inclusion, doubt_inclusion
from agentdesk.domain.audit.leaf import decode
from agentdesk.domain.privacy import Erasure
from agentdesk.store.signature import is_signed

Pin = Callable[[], bytes | None]


class ProofCard(Card):
    """`about` says of which erasure; what was proved of another one goes."""

    def __init__(self, desk: Desk, pin: Pin, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk, self._pin = desk, pin
        self._erasure: Erasure | None = None
        self._evidence = b""
        self.prove, self.save = Button(tr("Prove"), icon="ph.circle-wavy-check"), Button(tr("Save the proof…"), "link")
        self.verdict, self.how = Verdict(), label("", "muted", wrap=True, selectable=True)
        self.box.addWidget(spread(label(tr("Does it stand in the log?"), "strong"), None, self.prove))
        for part in (self.verdict, self.how, spread(self.save, None)):
            self.box.addWidget(part)
        self.prove.clicked.connect(self.ask)
        self.save.clicked.connect(self.ask_where)
        self._clear()

    def about(self, erasure: Erasure) -> None:
        """Of this one; what was proved stays while it is the same erasure."""
        old, self._erasure = self._erasure, erasure
        if old is None or (old.id, old.done) != (erasure.id, erasure.done):
            self._clear()

    def _clear(self) -> None:
        self._evidence = b""
        self.verdict.clear()
        self.how.hide()
        self.save.hide()
        self.prove.setEnabled(True)

    def ask(self) -> None:
        """Ask the server for the entries with their paths, and judge them here."""
        erasure = self._erasure
        if erasure is None:
            return
        self._clear()
        self.prove.setEnabled(False)
        self._desk.ask("subject.prove", {"erasure": erasure.id}, lambda found, why: self._told(erasure, found, why))

    def _told(self, erasure: Erasure, result: Any, why: str) -> None:
        if self._erasure is None or self._erasure.id != erasure.id:
            return
        self.prove.setEnabled(True)
        if why:
            self.verdict.show_state("warn", tr("Not proved."), why)
            return
        try:
            told = msgspec.convert(result, Proofs)
        except msgspec.ValidationError:
            self.verdict.show_state("bad", tr("Not proved."), tr("The server's answer cannot be read."))
            return
        self._judge(erasure, told)

    def _judge(self, erasure: Erasure, told: Proofs) -> None:
        if not told.proofs:
            sentence = tr("The server finds no entry of this erasure in its log.")
            self.verdict.show_state("bad", tr("Not proved."), sentence)
            return
        if any(doubt_inclusion(one, is_signed, self._pin()) or not _tells(one, erasure.id) for one in told.proofs):
            sentence = tr("What the server shows does not prove it. Tell whoever answers for the audit log.")
            self.verdict.show_state("bad", tr("Not proved."), sentence)
            return
        now, newest = self._desk.now(), told.proofs[-1]
        entries = ", ".join(
            tr("{n} ({time})", n=number(one.index), time=day_and_clock(decode(one.leaf).time, now))
            for one in told.proofs
        )
        size = head_.decode(newest.head.data).size
        words = tr("Entries {entries} stand in the log of {size} entries that the server signed. They name nobody.",
                   entries=entries, size=number(size))  # fmt: skip
        self.verdict.show_state("good", tr("Proved on this laptop."), words)
        self._evidence = told.evidence
        self.save.setVisible(bool(told.evidence))

    # --- Saving ---

    def ask_where(self) -> None:
        """Ask where to, then write it there."""
        if self._erasure is None or not self._evidence:
            return
        choosing.save_file(self, tr("Save the proof"), f"erasure-{self._erasure.id}.jsonl", self.write, "jsonl")

    def write(self, path: Path) -> None:
        """Whole or not at all."""
        why = choosing.write(path, self._evidence)
        if why:
            self.how.setText(tr("Could not be saved: {why}", why=why))
        else:
            self.how.setText(tr("Check it with: {command}", command=f'agentdesk verify-audit "{path}"'))
        self.how.show()


def _tells(told: Inclusion, erasure: str) -> bool:
    """Whether an entry says that this erasure was done, in whole or in part."""
    leaf = decode(told.leaf)
    return leaf.outcome == "done" and leaf.command.startswith("subject.erase") and ("erasure", erasure) in leaf.touched
