"""What each entry of a timeline says: for the eye, and as one text for a screen reader or the clipboard."""

from __future__ import annotations

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words, words_and_places
from agentdesk.desk.names import person_name
from agentdesk.desk.pages.queue.calling import call_words, number_of, outcome_words
from agentdesk.desk.pages.queue.list_times import written
from agentdesk.desk.pages.queue.mail_words import is_grave
from agentdesk.desk.pages.queue.timeline_items import Item
from agentdesk.desk.pages.queue.timeline_layout import Piece, Said, pieces_of
from agentdesk.desk.pages.queue.timeline_words import (
    EVENT_ICONS,
    Word,
    day_word,
    event_sentence,
    state_word,
)
from agentdesk.desk.pages.queue.translating import is_foreign
from agentdesk.desk.rich import rich
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.times import clock, day_and_clock
from agentdesk.domain.cases import Message
from agentdesk.domain.cases.thread import CALL, REACHED
from agentdesk.domain.kernel import Masked
from agentdesk.text.quoted import find_folds

WRITTEN = frozenset({"reply", "note", CALL})
"""What colleagues write is Markdown; what customers write is shown as they wrote it."""

WHY_ASKING = {
    "newer": mark("Held back: {name} wrote. Send it?"),
    "merged": mark("Held back: the case was merged. Send it?"),
    "moved": mark("Held back: another team has the case. Send it?"),
    "writer": mark("Held back: its writer has left. Send it?"),
    "nowhere": mark("Held back: there is nobody to send it to."),
}


def said_of(item: Item, desk: Desk) -> Said:
    """An entry's words, tone and side."""
    now = desk.now()
    if item.kind == "day":
        return Said(words=day_word(item.at, now))
    if item.kind == "typing":
        return Said(words=item.text)
    if item.message is None:
        return Said()
    if item.kind == "event":
        sentence = event_sentence(desk.view, item.message, now)
        words = tr("{what} · {time}", what=sentence, time=clock(item.message.at))
        return Said(words=words, icon=EVENT_ICONS.get(item.message.event, "ph.info"))
    return _message(item, item.message, desk, now)


def _message(item: Item, message: Message, desk: Desk, now: int) -> Said:
    if message.kind in WRITTEN:
        text, names, places, looks, lines = rich(message.text, desk.view if message.kind == "note" else None)
    else:
        (text, places), names, looks, lines = words_and_places(message.text), [], [], []
    if message.kind == CALL and not text:
        text = outcome_words(message)
    who = writer(message, desk)
    if message.state in ("planned", "asking"):
        pieces = planned_pieces(item, message, who, desk)
        tone = "failed" if message.state == "asking" else "planned"
        return Said(text, names, who, pieces, "right", tone, hidden=places, looks=looks, lines=lines)
    state = mail_state(item, state_word(message, item.waiting, message.author == desk.me.id, now), desk)
    tone = "failed" if message.state == "failed" else message.kind
    side = "right" if message.kind == "reply" or (message.kind == CALL and message.event == "out") else "left"
    pieces = _pieces(message, who, state, desk)
    short = folded(text) if item.mail is not None and item.mail.way == "in" else ""
    if item.below is not None:
        below = item.below.words
        text, short = f"{text}\n\n{below}", f"{short}\n\n{below}" if short else ""
    if item.mail is not None and item.mail.way == "in":
        tone_of = ("warn", "ph.warning") if is_grave(item.mail) else ("faint", "ph.envelope-simple")
        pieces.append(Piece(tr("E-mail"), *tone_of, "mail"))
    pieces.extend(_translating(item, message, desk))
    hides = places or (message.kind == CALL and Masked.spans(number_of(desk, message)))
    if hides and desk.me.may("field.reveal"):
        pieces.append(Piece(tr("Reveal…"), "accent", "", "reveal"))
    said = Said(text, names, who, pieces, side, tone, hidden=places, looks=looks, lines=lines, short=short)
    said.below = item.below
    return said


def _translating(item: Item, message: Message, desk: Desk) -> list[Piece]:
    """What can be done about the message's language."""
    below = item.below
    if below is not None and below.text:
        return [Piece(tr("Hide the translation"), "accent", "", "translate")]
    if below is not None and below.failed:
        return [Piece(tr("Try again"), "accent", "", "translate")]
    return [Piece(tr("Translate"), "accent", "", "translate")] if below is None and is_foreign(desk, message) else []


def folded(text: str) -> str:
    """The text without what it quotes and how it is signed; empty if there is nothing of the kind, or nothing else."""
    kept, at = [], 0
    for fold in find_folds(text):
        kept.append(text[at : fold.start].strip())
        at = fold.end
    return "\n\n".join(filter(None, [*kept, text[at:].strip()])) if at else ""


def mail_state(item: Item, word: Word | None, desk: Desk) -> Word | None:
    """How far a mail of ours has got, where the reply's own word does not say it."""
    mail, message = item.mail, item.message
    if mail is None or message is None or mail.way == "in" or item.waiting or message.state == "held":
        return word
    if mail.state == "failed" and word is not None:
        again = desk.me.may("case.reply")
        return word._replace(action="retry" if again else "", action_text=tr("send again") if again else "")
    if mail.state in ("queued", "trying") and mail.words:
        return Word(tr("not sent yet: {why}", why=words(mail.words)), "ph.hourglass", "warn")
    if mail.state in ("queued", "trying"):
        return Word(tr("on its way"), "ph.hourglass")
    if mail.words and word is not None:
        return Word(tr("late: {why}", why=words(mail.words)), "ph.hourglass", "warn")
    return word


def planned_pieces(item: Item, message: Message, who: str, desk: Desk) -> list[Piece]:
    """When a reply goes that waits, or why it asks; and what can be done with it."""
    head = Piece(tr("goes {time}", time=written(message.at, desk.now())), "accent", "ph.clock-afternoon")
    if message.state == "asking":
        newer = desk.view.get(Message, message.detail) if message.detail else None
        name = writer(newer, desk) if newer is not None else tr("Somebody")
        head = Piece(tr(WHY_ASKING.get(message.error, WHY_ASKING["nowhere"]), name=name), "bad", "ph.hand-palm")
    if item.waiting:
        return [Piece(who), head, Piece(tr("waiting on this laptop"), "faint", "ph.clock")]
    done = [(tr("send now"), "later_now"), (tr("other time"), "later_move"), (tr("take back"), "later_cancel")]
    may = desk.me.may("case.reply")
    return [Piece(who), head, *(Piece(title, "accent", "", action) for title, action in done if may)]


def _pieces(message: Message, who: str, state: Word | None, desk: Desk) -> list[Piece]:
    time = Piece(day_and_clock(message.at, desk.now()))
    if message.kind == CALL:
        sign = "ph.phone-incoming" if message.event == "in" else "ph.phone-outgoing"
        head = Piece(call_words(desk, message), "faint" if message.detail == REACHED else "warn", sign)
        return [Piece(who), head, time, *(pieces_of(state) or [Piece(tr("only your team sees this"))])]
    if message.kind == "note":
        head = Piece(tr("Note from {name}", name=who))
        return [head, time, *(pieces_of(state) or [Piece(tr("only your team sees this"))])]
    if message.kind == "reply" and state is not None and state.action:
        parts = pieces_of(state)
        return [parts[0], time, *parts[1:]]
    return [Piece(who), time, *pieces_of(state)]


def writer(message: Message, desk: Desk) -> str:
    """Who wrote a message, by the name it carries."""
    return words(message.author_name) or person_name(desk.view, message.author)


def spoken(item: Item, desk: Desk) -> str:
    """An entry as one text, for a screen reader."""
    said = said_of(item, desk)
    if item.kind == "unread":
        return tr("New messages")
    if item.kind != "message" or item.message is None:
        return said.words
    head = ", ".join(piece.text for piece in said.pieces if not piece.action)
    files = [tr("attachment {name}", name=words(file.name)) for file in item.files]
    return "\n".join([head, *filter(None, [said.words]), *files])


def copied(item: Item, desk: Desk) -> str:
    """An entry's own words, for the clipboard."""
    return said_of(item, desk).words
