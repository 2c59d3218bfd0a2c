"""Actions as data: who hears a key, remapping, and what is refused with a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QPlainTextEdit, QSpinBox, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot
from tests.desk.samples import act

from agentdesk.desk.actions import Action, ActionBook, Context, KeyRefused, cap, normal, types_text
from agentdesk.desk.keys import Keyboard, typing_in
from agentdesk.desk.menu import fill_menu
from agentdesk.desk.settings import Settings

QUEUE = Context("queue")


@pytest.fixture
def book(tmp_path: Path) -> ActionBook:
    settings = Settings(tmp_path)
    return ActionBook(settings, settings)


def test_an_id_is_given_once(book: ActionBook) -> None:
    book.add([act("a")])
    with pytest.raises(ValueError, match="twice"):
        book.add([act("a")])


def test_an_action_belongs_to_its_page_and_moment(book: ActionBook) -> None:
    ran: list[str] = []
    book.add([
        act("everywhere", run=lambda _: ran.append("everywhere")),
        act("here", page="queue", run=lambda _: ran.append("here")),
        act("there", page="forum"),
        act("never", when=lambda _: False),
    ])  # fmt: skip
    assert [action.id for action in book.possible(QUEUE)] == ["here", "everywhere"]
    assert book.run("here", QUEUE)
    assert not book.run("there", QUEUE)
    assert not book.run("never", QUEUE)
    assert ran == ["here"]


def test_letters_are_quiet_while_one_types(book: ActionBook) -> None:
    book.add([act("reply", "R"), act("send", "Ctrl+Return"), act("help", "?"), act("escalate", "Shift+E")])
    typing = Context("queue", typing=True)
    assert [book.at_key(key, typing) for key in ("R", "?", "Shift+E")] == [None] * 3
    assert book.at_key("Ctrl+Return", typing) is book.get("send")
    assert book.at_key("r", QUEUE) is book.get("reply")


@pytest.mark.parametrize(
    ("key", "types"),
    [("R", True), ("?", True), ("Shift+E", True), ("F5", False), ("Ctrl+R", False), ("Escape", False), ("G, Q", True)],
)
def test_which_keys_write(key: str, types: bool) -> None:
    assert types_text(key) is types


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("Ctrl+K", "Ctrl K"),
        ("Ctrl+Return", "Ctrl ↵"),
        ("Shift+E", "Shift E"),
        ("?", "?"),
        ("Ctrl++", "Ctrl +"),
        ("", ""),
    ],
)
def test_key_caps(key: str, shown: str) -> None:
    assert cap(key) == shown


def test_remapping_is_kept_and_told(book: ActionBook, tmp_path: Path, qtbot: QtBot) -> None:
    book.add([act("reply", "R")])
    with qtbot.waitSignal(book.changed):
        book.remap("reply", "ctrl+y")
    assert book.key_of("reply") == "Ctrl+Y"
    assert book.at_key("R", QUEUE) is None
    again = ActionBook(Settings(tmp_path))
    again.add([act("reply", "R")])
    assert again.key_of("reply") == "Ctrl+Y"
    book.remap("reply", "")
    assert book.key_of("reply") == ""
    book.reset("reply")
    assert book.has_default_key("reply")
    assert book.key_of("reply") == "R"


def test_conflicts_are_refused_with_a_sentence(book: ActionBook) -> None:
    book.add([act("reply", "R", page="queue"), act("note", "N", page="queue", title="Note"), act("find", "Ctrl+K"),
              act("other", "N", page="forum")])  # fmt: skip
    with pytest.raises(KeyRefused, match="N already does “Note”"):
        book.remap("reply", "N")
    with pytest.raises(KeyRefused, match=r"Ctrl\+K already does"):
        book.remap("other", "Ctrl+K")
    book.remap("other", "R")  # another page: the two never meet
    assert book.key_of("other") == "R"
    book.remap("reply", "Ctrl+R")
    book.remap("note", "R")
    with pytest.raises(KeyRefused, match="R already does “Note”"):
        book.reset("reply")


@pytest.mark.parametrize("key", ["Alt+R", "Alt+Shift+R", "nonsense", "Ctrl"])
def test_unusable_keys_are_refused(book: ActionBook, key: str) -> None:
    book.add([act("reply", "R")])
    with pytest.raises(KeyRefused, match=r"\.$"):
        book.remap("reply", key)
    assert book.key_of("reply") == "R"


@pytest.mark.parametrize(
    ("make", "typing"),
    [(QLineEdit, True), (QPlainTextEdit, True), (QSpinBox, True), (QTextBrowser, False), (QLabel, False)],
)
def test_where_typing_happens(make: type[QWidget], typing: bool, qtbot: QtBot) -> None:
    widget = make()
    qtbot.addWidget(widget)
    assert typing_in(widget) is typing
    assert typing_in(None) is False


def test_real_keys_reach_actions_but_not_from_a_text_field(book: ActionBook, qtbot: QtBot) -> None:
    window = QWidget()
    field = QLineEdit(window)
    qtbot.addWidget(window)
    ran: list[str] = []
    book.add(
        [
            act("reply", "R", run=lambda _: ran.append("reply")),
            act("send", "Ctrl+Return", run=lambda _: ran.append("send")),
        ]
    )
    keyboard = Keyboard(window, book, lambda: Context("queue", typing=Keyboard.typing()))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    field.clearFocus()
    qtbot.keyClick(window, Qt.Key.Key_R)
    assert ran == ["reply"]
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_R)
    assert ran == ["reply"]
    assert field.text() == "r"
    qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert ran == ["reply", "send"]
    book.remap("reply", "F9")
    qtbot.keyClick(field, Qt.Key.Key_F9)
    assert ran == ["reply", "send", "reply"]
    assert set(keyboard._shortcuts) == {"F9", "Ctrl+Return"}


def test_a_menu_is_the_list_too(book: ActionBook, qtbot: QtBot) -> None:
    ran: list[str] = []
    book.add([act("reply", "R", title="Reply & wait", run=lambda _: ran.append("reply")), act("far", page="forum"),
              act("note", group="Other")])  # fmt: skip
    menu = QMenu()
    qtbot.addWidget(menu)
    fill_menu(menu, book, QUEUE)
    assert [item.text() for item in menu.actions()] == ["Reply && wait\tR", "", "note"]
    menu.actions()[0].trigger()
    assert ran == ["reply"]


def test_an_action_is_frozen() -> None:
    action: Action = act("a")
    with pytest.raises(AttributeError):
        action.id = "b"  # type: ignore[misc]
    assert normal("ctrl+k") == "Ctrl+K"
