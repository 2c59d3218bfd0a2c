"""The editor of a saved view: what it lists, in which order, what its rows tell, for whom; with a live count."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from agentdesk.desk.actions import cap
from agentdesk.desk.audience import audiences
from agentdesk.desk.conditions import ConditionForm
from agentdesk.desk.conditions.words import FIELD_NAMES, ORDER_NAMES
from agentdesk.desk.counting import Counting
from agentdesk.desk.desk import Desk
from agentdesk.desk.pages.queue.saved_views import asked_now
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.buttons import Button, Tick
from agentdesk.desk.widgets.facts import Sheet
from agentdesk.desk.widgets.fields import choice
from agentdesk.desk.widgets.formfield import Field
from agentdesk.desk.widgets.frames import spread
from agentdesk.desk.widgets.labels import hairline, label
from agentdesk.desk.widgets.sure import Sure
from agentdesk.domain.kernel import ME, Condition, Trait
from agentdesk.domain.views import MOST_COLUMNS, SHOWN, AddView, ChangeView, RemoveView, SavedView

COUNTED_MS = 250
"""Counting waits for a pause in the typing."""
NEW = Condition(((Trait("state", "is", ("open",)),), (Trait("owner", "is", (ME,)),)))


class ViewEditor(QDialog):
    """`saved` is called with the id of the view that was kept, or an empty one when it was removed."""

    def __init__(self, desk: Desk, view: SavedView | None, saved: Callable[[str], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._view, self._saved = desk, view, saved
        self.setWindowTitle(tr("New view") if view is None else tr("Edit view"))
        self.setMinimumSize(scaled(560), scaled(420))
        self.resize(scaled(680), scaled(600))
        self.name = Field(tr("Name"), view.name if view is not None else "")
        self.name.hold_to(AddView, "name")
        self.form = ConditionForm(view.condition if view is not None else NEW, desk.view)
        self.order, self.way = choice(tr("Order")), choice(tr("Direction"))
        self._mine = view is not None and (view.owner == desk.me.id or desk.me.may("view.share"))
        now = (view.audience, view.team) if view is not None and self._mine else ("me", "")
        self.audience = audiences(desk, "view.share", now)
        self.columns = {name: Tick(tr(FIELD_NAMES[name])) for name in SHOWN}
        self.count, self.wrong = label("", "strong"), label("", "bad", wrap=True)
        self.save = Button(tr("Save"), "primary", hint=cap("Ctrl+Return"))
        self.copy = Button(tr("Save as a copy"))
        self.remove = Sure(tr("Remove"))
        self._counting = Counting(desk)
        self._later = QTimer(self, singleShot=True, interval=COUNTED_MS)
        self._fill()
        self._lay_out()
        self._connect()
        self._count()

    def _fill(self) -> None:
        view = self._view
        for name, title in ORDER_NAMES.items():
            self.order.addItem(tr(title), name)
        for way, title in (("", tr("lowest or oldest first")), ("-", tr("highest or newest first"))):
            self.way.addItem(title, way)
        if view is not None:
            self.order.setCurrentIndex(self.order.findData(view.order.lstrip("-")))
            self.way.setCurrentIndex(int(view.order.startswith("-")))
        for name, box in self.columns.items():
            box.setAccessibleName(tr(FIELD_NAMES[name]))
            box.setChecked(view is not None and name in view.columns)

    def _lay_out(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(4, 4, 4, 12)
        sheet = Sheet(self.windowTitle())
        sheet.add(self.name, self.form, hairline())
        sheet.add(label(tr("Order"), "small"), spread(self.order, self.way, None))
        sheet.add(label(tr("Shown in each row, at most {n}", n=MOST_COLUMNS), "small"), self._boxes())
        sheet.add(label(tr("For whom"), "small"), spread(self.audience, None))
        sheet.box.addStretch(1)
        box.addWidget(sheet, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 4, 16, 0)
        foot.addWidget(self.count)
        held = tr("Counted is what this laptop holds. Older solved cases are found by search.")
        foot.addWidget(label(held, "caption", wrap=True))
        foot.addWidget(self.wrong)
        self.wrong.hide()
        cancel = Button(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        foot.addWidget(spread(self.remove, None, cancel, self.copy, self.save))
        box.addLayout(foot)
        self.copy.setVisible(self._view is not None)
        self.remove.setVisible(self._mine)
        self.save.setVisible(self._view is None or self._mine)

    def _boxes(self) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        for at, box in enumerate(self.columns.values()):
            grid.addWidget(box, at // 3, at % 3)
        return holder

    def _connect(self) -> None:
        self.form.changed.connect(self._later.start)
        self._later.timeout.connect(self._count)
        self.finished.connect(self._forget)
        self.save.clicked.connect(lambda: self.keep(as_copy=False))
        self.copy.clicked.connect(lambda: self.keep(as_copy=True))
        self.remove.confirmed.connect(self._remove)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(lambda: self.keep(as_copy=self.save.isHidden()))
        self.name.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _count(self) -> None:
        """How many cases it lists just now."""
        condition = self.form.read(aloud=False)
        if condition is None:
            self._counting.forget()
            self.count.setText(tr("Something is not filled in yet."))
            return
        asked = asked_now(condition, self._order(), self._desk)
        if not self._counting.ask(asked, lambda n: self.count.setText(tr("{n} cases now", n=n))):
            self.count.setText(tr("Counting…"))

    def _forget(self) -> None:
        self._later.stop()
        self._counting.forget()

    def _order(self) -> str:
        return f"{self.way.currentData()}{self.order.currentData()}"

    def keep(self, as_copy: bool) -> bool:
        """Save what is typed; whether it was."""
        condition = self.form.read()
        columns = tuple(name for name, box in self.columns.items() if box.isChecked())
        if condition is None:
            return self._say(tr("Something is unclear: look for the red fields."))
        if len(columns) > MOST_COLUMNS:
            return self._say(tr("A row shows at most {n} of these. Untick some.", n=MOST_COLUMNS))
        audience, team = self.audience.currentData()
        name, order = self.name.text(), self._order()
        id = self._desk.new_id() if self._view is None or as_copy else self._view.id
        wish: AddView | ChangeView = AddView(
            view=id, name=name, condition=condition, order=order, columns=columns, audience=audience, team=team
        )
        if self._view is not None and not as_copy:
            wish = ChangeView(
                view=id, name=name, condition=condition, order=order, columns=columns, audience=audience, team=team,
                version=self._view.version,
            )  # fmt: skip
        if wrong := self._desk.attempt(wish):
            return self._say(wrong)
        self._saved(id)
        self.accept()
        return True

    def _remove(self) -> None:
        assert self._view is not None
        if wrong := self._desk.attempt(RemoveView(view=self._view.id)):
            self._say(wrong)
            return
        self._saved("")
        self.accept()

    def _say(self, sentence: str) -> bool:
        self.wrong.setText(sentence)
        self.wrong.show()
        return False
