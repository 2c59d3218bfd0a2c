"""Names in a note: a person reads @Mina Kapoor, the text that is kept and sent says @[mina]."""

from __future__ import annotations

import re

from PySide6.QtGui import QTextCharFormat, QTextCursor, QTextDocument, QTextFormat

from agentdesk.desk.theme import color, font
from agentdesk.domain.cases.writing import MENTION
from agentdesk.domain.kernel import View
from agentdesk.domain.people import PEOPLE, Person

PERSON = QTextFormat.Property.UserProperty + 1
SHOWN = QTextFormat.Property.UserProperty + 2
_BEGUN = re.compile(r"(?:^|\s)@([^\s@\[\]]{0,40})$")
_CALLED = re.compile(r"(?:(?<=\s)|(?<![^(\[*_]))@([^\s@\[\](),;:!?*_]{2,40})")
MOST_PEOPLE = 200


def coded(document: QTextDocument) -> str:
    """The document as it is kept: whole names become `@[id]`, a name that was written over is plain text."""
    lines = []
    block = document.begin()
    while block.isValid():
        parts = []
        inside = block.begin()
        while not inside.atEnd():
            fragment = inside.fragment()
            look, text = fragment.charFormat(), fragment.text()
            person = look.property(PERSON)
            parts.append(f"@[{person}]" if person and text == look.property(SHOWN) else text)
            inside += 1
        lines.append("".join(parts).replace("\u2028", "\n"))
        block = block.next()
    return "\n".join(lines)


def write(cursor: QTextCursor, text: str, view: View) -> None:
    """Write kept text at the cursor, names shown for ids of people who are known."""
    end = 0
    for found in MENTION.finditer(text):
        person = view.get(Person, found[1])
        if person is not None:
            cursor.insertText(text[end : found.start()], QTextCharFormat())
            write_name(cursor, person)
            end = found.end()
    cursor.insertText(text[end:], QTextCharFormat())


def write_name(cursor: QTextCursor, person: Person) -> None:
    """Write one name that stands for a person."""
    look = QTextCharFormat()
    shown = "@" + person.name
    look.setProperty(PERSON, person.id)
    look.setProperty(SHOWN, shown)
    look.setForeground(color("accent"))
    look.setFontWeight(font("body", "strong").weight())
    cursor.insertText(shown, look)
    cursor.setCharFormat(QTextCharFormat())


def begun(before: str) -> str | None:
    """What of a name stands before the caret, after an @; None if no name is being written."""
    found = _BEGUN.search(before)
    return None if found is None else found[1]


def colleague_named(view: View, text: str) -> str:
    """The words by which a text calls a colleague as a note would: @ and a whole part of a name; empty if it does not.
    An address of mail calls nobody.
    """
    if "@" not in text:
        return ""
    if (found := MENTION.search(text)) is not None and (person := view.get(Person, found[1])) is not None:
        return "@" + person.name
    called = {found[1].casefold().rstrip("."): found[0].strip() for found in _CALLED.finditer(text)}
    for person in view.page(PEOPLE(), limit=MOST_PEOPLE) if called else ():
        part = next((part for part in person.name.casefold().split() if part in called), "")
        if part:
            return called[part]
    return ""


def candidates(view: View, begun: str, me: str, most: int = 8) -> list[Person]:
    """People whose name has a part that begins so; those whose name itself does come first."""
    wanted = begun.casefold()
    found = []
    for person in view.page(PEOPLE(), limit=MOST_PEOPLE):
        parts = person.name.casefold().split()
        if person.id != me and any(part.startswith(wanted) for part in parts):
            found.append((not person.name.casefold().startswith(wanted), person.name, person))
    return [person for _, _, person in sorted(found, key=lambda one: one[:2])[:most]]
