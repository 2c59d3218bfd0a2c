"""Pages with pictures and cards: drawn anew after what they showed was closed, and what is for agents alone."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from tests.desk.preview_forum import desk as forum_desk

from agentdesk.desk.pages.forum import ForumPage
from agentdesk.desk.pages.knowledge.editor import Editor, Start
from agentdesk.desk.pages.knowledge.words import as_read
from agentdesk.desk.settings import Settings
from agentdesk.desk.theme import color
from agentdesk.desk.widgets.page_view import PageView
from agentdesk.text.markdown import html_of


def test_another_look_reaches_no_desk_that_was_closed(qtbot: QtBot, tmp_path: Path) -> None:
    desk, window = forum_desk(), QWidget()
    qtbot.addWidget(window)
    page = ForumPage(desk, Settings(tmp_path), window)
    qtbot.addWidget(page.widget)
    page.widget.resize(1_200, 800)
    page.widget.show()
    page.open_topic("t")
    views = page.widget.findChildren(PageView)
    qtbot.waitUntil(lambda: any("<img" in one.html() for one in views))
    page.widget.hide()
    page.close()
    desk.close()
    for view in views:
        QApplication.sendEvent(view, QEvent(QEvent.Type.StyleChange))
    assert any("payments.png" in one.html() for one in views)


def grounds(view: PageView) -> dict[str, QColor]:
    """The ground of each paragraph that stands on one."""
    found, block = dict[str, QColor](), view.document().begin()
    while block.isValid():
        cursor = view.textCursor()
        cursor.setPosition(block.position())
        table = cursor.currentTable()
        if table is not None:
            found[block.text()] = table.cellAt(cursor).format().background().color()
        block = block.next()
    return found


def page_of(text: str, qtbot: QtBot) -> PageView:
    view = PageView("Article")
    qtbot.addWidget(view)
    view.show_html(as_read(text, html_of))
    return view


def test_what_is_for_agents_alone_stands_on_a_card(qtbot: QtBot) -> None:
    text = "> [!agents]\n> Four digits.\n>\n> > Said <b>so</b>.\n\nBetween.\n\n> A quote.\n> > [!agents] Deep."
    view = page_of(text, qtbot)
    stands = grounds(view)
    assert {words: ground.name() for words, ground in stands.items() if words} == dict.fromkeys(
        ("Agents only. Four digits.", "Said <b>so</b>.", "Agents only. Deep."), color("note").name()
    )
    assert "Between." in view.toPlainText()
    assert "\ue0a1" not in view.toPlainText()


def test_nobody_makes_such_a_card_by_hand(qtbot: QtBot) -> None:
    view = page_of("> **Agents only.** No.\n\n> **\ue0a1Agents only.** No.\n\n    > [!agents]\n", qtbot)
    assert grounds(view) == {}
    assert "\ue0a1" not in view.html()


def test_every_choice_of_the_editor_stands_below_its_title(qtbot: QtBot) -> None:
    desk = forum_desk()
    editor = Editor(desk)
    qtbot.addWidget(editor)
    titles = {one.text() for one in editor.findChildren(QLabel)}
    assert {editor.audience.accessibleName(), editor.rule.accessibleName()} <= titles
    editor.begin(Start(title="When a refund to a closed card shows on the account of a customer who banks abroad"))
    assert editor.name.line.cursorPosition() == 0, "a long title shows how it begins"
    editor.stop()
    desk.close()
