"""The form of all settings and keys, with search, refusals beside the row, and the self-test of notifications."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from agentdesk.desk.actions import Action, ActionBook, KeyRefused
from agentdesk.desk.follow import follow
from agentdesk.desk.fuzzy import fold
from agentdesk.desk.pages.settings.controls import control
from agentdesk.desk.pages.settings.network import KeepLogin, login_row
from agentdesk.desk.pages.settings.row import Row
from agentdesk.desk.settings import NETWORK, NOTIFY, Settings
from agentdesk.desk.spelling import SETTING as SPELLING
from agentdesk.desk.spelling import languages
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.buttons import Button, IconButton
from agentdesk.desk.widgets.fields import SearchField
from agentdesk.desk.widgets.frames import Header, Pane
from agentdesk.desk.widgets.keyfield import KeyField
from agentdesk.desk.widgets.labels import label

KEYS = mark("Keys")


class Section(QWidget):
    """A headed group of rows."""

    def __init__(self, title: str, rows: list[Row]) -> None:
        super().__init__()
        self.rows = rows
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 14, 0, 6)
        box.setSpacing(0)
        box.addWidget(label(title, "section"))
        for row in rows:
            box.addWidget(row)

    def search(self, words: list[str]) -> bool:
        """Show the rows with all these words; whether there are any."""
        hits = [all(word in row.words for word in words) for row in self.rows]
        for row, hit in zip(self.rows, hits, strict=True):
            row.setVisible(hit)
        self.setVisible(any(hits))
        return any(hits)


class SettingsPage:
    """A page for the shell. `test_notification` is what the self-test button does."""

    id, icon, place = "settings", "ph.gear-six", "bottom"
    actions: tuple[Action, ...] = ()
    badge = None

    def __init__(
        self, settings: Settings, book: ActionBook, test_notification: Callable[[], object] | None = None,
        keep_login: KeepLogin | None = None,
    ) -> None:  # fmt: skip
        self.title = tr("Settings")
        self._settings, self._book, self._test, self._keep = settings, book, test_notification, keep_login
        self._form: SettingsForm | None = None

    @property
    def widget(self) -> QWidget:
        if self._form is None:
            self._form = SettingsForm(self._settings, self._book, self._test, self._keep)
        return self._form

    def subject(self) -> str:
        return ""

    def shown(self) -> None:
        if self._form is not None:
            self._form.search.setFocus()


class SettingsForm(Pane):
    """The form itself."""

    def __init__(
        self, settings: Settings, book: ActionBook, test: Callable[[], object] | None, keep: KeepLogin | None = None
    ) -> None:
        super().__init__()
        self._settings, self._book, self._test, self._keep = settings, book, test, keep
        head = Header(tr("Settings"))
        self.search = SearchField(tr("Search settings"))
        self.search.setFixedWidth(scaled(260))
        self.search.textChanged.connect(self._filter)
        head.add(self.search)
        self.box.addWidget(head)
        self._nothing = label(tr("No setting is called that."), "muted")
        self._nothing.hide()
        self.sections = [*self._setting_sections(), self._key_section()]
        self.box.addWidget(self._scrolled(), 1)

    def _scrolled(self) -> QScrollArea:
        area, sheet, column = QScrollArea(), QWidget(), QWidget()
        sheet.setProperty("ground", "clear")
        column.setMaximumWidth(scaled(720))
        box = QVBoxLayout(column)
        box.setContentsMargins(0, 6, 0, 24)
        box.setSpacing(0)
        for section in self.sections:
            box.addWidget(section)
        box.addWidget(self._nothing)
        box.addStretch(1)
        row = QHBoxLayout(sheet)
        row.setContentsMargins(24, 0, 24, 0)
        row.addStretch(1)
        row.addWidget(column, 100)
        row.addStretch(1)
        area.setWidgetResizable(True)
        area.setWidget(sheet)
        area.setAccessibleName(tr("Settings"))
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return area

    def _setting_sections(self) -> list[Section]:
        groups: dict[str, list[Row]] = {}
        for setting in self._settings.known.values():
            row = Row(tr(setting.title), tr(setting.help), control(setting, self._settings))
            groups.setdefault(setting.group, []).append(row)
            if setting.key == SPELLING and not languages():
                row.show_refusal(tr("No dictionary was found on this computer. Install one, such as hunspell-en-us."))
        if self._test is not None:
            groups.setdefault(NOTIFY, []).append(self._test_row(self._test))
        if self._keep is not None:
            groups.setdefault(NETWORK, []).append(login_row(self._keep))
        return [Section(tr(group), rows) for group, rows in groups.items()]

    def _test_row(self, test: Callable[[], object]) -> Row:
        button = Button(tr("Show a test notification"), icon="ph.bell")
        button.clicked.connect(lambda: test())
        return Row(tr("Self-test"), tr("Shows one notification now, and says so if the system refuses it."), button)

    def _key_section(self) -> Section:
        return Section(tr(KEYS), [self._key_row(action) for action in self._book.all()])

    def _key_row(self, action: Action) -> Row:
        field = KeyField(action.title, self._book.key_of(action.id))
        reset = IconButton("ph.arrow-counter-clockwise", tr("Default key for {name}", name=action.title), size=13)
        row = Row(action.title, "", label(action.group, "small"), field, reset)

        def attempt(change: Callable[[], None]) -> None:
            try:
                change()
            except KeyRefused as refused:
                row.show_refusal(str(refused))
            else:
                row.show_refusal("")

        def show() -> None:
            key = self._book.key_of(action.id)
            field.show_key(key)
            reset.setEnabled(not self._book.has_default_key(action.id))

        field.asked.connect(lambda key: attempt(lambda: self._book.remap(action.id, key)))
        reset.clicked.connect(lambda: attempt(lambda: self._book.reset(action.id)))
        follow(field, self._book.changed, show)
        show()
        return row

    def _filter(self, query: str) -> None:
        words = fold(query).split()
        found = [section.search(words) for section in self.sections]
        self._nothing.setVisible(not any(found))
