"""Sending what the composer holds: the guard first, then the command, then what was asked to follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import words
from agentdesk.desk.pages.queue.composer import NOTE, REPLY, Composer
from agentdesk.desk.pages.queue.composer_back import give_back, give_files
from agentdesk.desk.pages.queue.composer_macros import Macros
from agentdesk.desk.pages.queue.conversation_files import files_of, to_send_again
from agentdesk.desk.pages.queue.conversation_later import Later
from agentdesk.desk.pages.queue.conversation_look import LastLook
from agentdesk.desk.pages.queue.guard import GuardCard, news_after, news_since, stopped
from agentdesk.desk.texts import tr
from agentdesk.desk.verbs import filled
from agentdesk.domain.cases import CONVERSATIONS, Case, Message, Note, Reply, Solve, Unsend
from agentdesk.domain.kernel import Command, clean
from agentdesk.domain.later import PlanReply
from agentdesk.domain.macros import MacroNote, MacroReply, unfilled

HOLD_SECONDS = {"email": 10}
Answer = Reply | MacroReply | PlanReply
"""What goes to a customer, now or later: each can come back from the server."""


def reply_channel(desk: Desk, case: Case) -> str:
    """Where a reply to this case goes."""
    found = desk.view.page(CONVERSATIONS(case=case.id), limit=1)
    return found[0].channel if found else case.channel


class Stop(NamedTuple):
    """A reply that did not go: why, what its writer had seen, what it said; `keys` of the server's refusals."""

    sentence: str
    seen: int
    text: str
    keys: tuple[int, ...] = ()


class Sending(QObject):
    """Stands between composer, guard card and desk. `seen` says what was on the screen; `sent` tells what is next."""

    sent = Signal(str)
    replied = Signal(object)
    """The `Answer` that is on its way now, or waits for its moment."""

    def __init__(self, desk: Desk, composer: Composer, card: GuardCard, seen: Callable[[], int]) -> None:
        super().__init__(composer)
        self._desk, self._composer, self._card, self._seen = desk, composer, card, seen
        self._how, self._look = "", LastLook(desk, composer)
        self._stopped: dict[str, Stop] = {}
        self.macros = Macros(desk, composer, seen)
        self.later = Later(desk, composer, self.ready_later, seen)
        self.later.planned.connect(self._gone)
        composer.send_asked.connect(self.send)
        card.edit_asked.connect(self.edit)
        card.send_asked.connect(self.send_anyway)
        card.discard_asked.connect(self.discard)

    # --- Sending ---

    def send(self, how: str = "") -> bool:
        """Send what is written; whether it went."""
        text, note = self._look.ready(), self._composer.kind == NOTE
        if text is None:
            return False
        self._how = how
        return self._note(text) if note else self._reply(text, self._seen())

    def ready_later(self) -> str | None:
        """What is written, if it may wait for a moment to come: with no open variable, and nothing a macro does."""
        text = self._look.ready() if self._composer.kind == REPLY and self._composer.case else None
        if text is None:
            return None
        if left := unfilled(text):
            self._composer.show_wrong(tr("Not sent: {name} is not filled in yet.", name=left[0]))
        elif self.macros.does(self._composer.case):
            self._composer.show_wrong(tr("What the macro does cannot wait. Take it off, or send now."))
        elif (refusal := stopped(self._desk, self._composer.case, self._seen())) is not None:
            self._stop(self._composer.case, filled(refusal.sentence, refusal.data), self._seen(), text)
        else:
            return text
        return None

    def send_anyway(self) -> bool:
        """Send the stopped reply: its writer has seen both texts now."""
        case = self._case()
        self._composer.show_kind(REPLY)
        stop = self._stopped.get(self._composer.case)
        text = clean(self._composer.text()) or clean(stop.text if stop else "")
        return case is not None and self._reply(text, case.seq)

    def _note(self, text: str) -> bool:
        files = self._composer.strip.files()
        note = Note(case=self._composer.case, message=self._desk.new_id(), text=text, files=files)
        return self._do(self.macros.with_macro(note, self._seen()))

    def _reply(self, text: str, seen: int) -> bool:
        case = self._case()
        if case is None:
            return False
        if (refusal := stopped(self._desk, case.id, seen)) is not None:
            self._stop(case.id, filled(refusal.sentence, refusal.data), seen, text)
            return False
        hold = HOLD_SECONDS.get(reply_channel(self._desk, case), 0)
        files, message = self._composer.strip.files(), self._desk.new_id()
        if left := unfilled(text):
            self._composer.show_wrong(tr("Not sent: {name} is not filled in yet.", name=left[0]))
            return False
        reply = Reply(case=case.id, message=message, text=text, seen=seen, hold=hold, files=files)
        return self._do(self.macros.with_macro(reply, seen))

    def _do(self, command: Note | Reply | MacroReply | MacroNote) -> bool:
        sentence = self._desk.attempt(command, [file.digest for file in command.files])
        if sentence:
            self._composer.show_wrong(sentence)
            return False
        if isinstance(command, Reply | MacroReply):
            self._gone(command)
        self.macros.clear()
        self._composer.sent()
        if self._how == "solve":
            self._solve()
        self.sent.emit(self._how)
        return True

    def _gone(self, command: Answer) -> None:
        """What was stopped before is answered by this."""
        self._let_go()
        self.replied.emit(command)

    def _solve(self) -> None:
        case = self._case()
        if case is not None:
            self._desk.do(Solve(case=case.id, seen=max(self._seen(), case.in_seq)))

    def _case(self) -> Case | None:
        return self._desk.view.get(Case, self._composer.case) if self._composer.case else None

    # --- What was stopped ---

    def _stop(self, case: str, sentence: str, seen: int, text: str) -> None:
        self._stopped[case] = Stop(sentence, seen, text)
        self._card.show_stop(sentence, news_after(self._desk, case, seen), text)

    def take_back(self, action: str, message_id: str) -> None:
        """A reply that waits here or is held goes back to its draft."""
        message = self._desk.view.get(Message, message_id)
        if message is None:
            return
        files = to_send_again(self._desk, files_of(self._desk, message.case, message_id)) if message.files else []
        back = self._desk.take_back(message_id) if action == "take_back" else self._desk.do(Unsend(message=message_id))
        if back:
            give_back(self._composer, message.case, words(message.text), files)
        elif action == "take_back":
            self._desk.say(tr("This reply is already on its way."))

    def refused(self, case: str, command: Command, data: dict[str, Any], sentence: str) -> None:
        """A reply came back from the server: its text is a draft again. Shown now, or when the case is opened."""
        if isinstance(command, Answer):
            stop = self._stopped.get(case)
            self._stopped[case] = Stop(filled(sentence, data), command.seen, command.text, stop.keys if stop else ())
            self.macros.again(command)
            if case == self._composer.case:
                self._restore(command.text)
                self.show_case(case)

    def look(self, case: str) -> None:
        """Something has changed: show what the server refused meanwhile, and what was said since, which may come later
        than the no.
        """
        if (stop := self._stopped.get(case)) is not None:
            if case == self._composer.case:
                self._card.show_stop(stop.sentence, news_after(self._desk, case, stop.seen), stop.text)
        elif any(isinstance(one.command, Answer) for one in self._desk.refusals(case)):
            self._ask_refusals(case)
            self._restore(self._stopped[case].text)
            self.show_case(case)

    def _restore(self, text: str) -> None:
        """Have the text in the composer, unless something else is being written there."""
        if self._desk.drafts.get(self._composer.case, REPLY) is None:
            self._desk.drafts.typed(self._composer.case, REPLY, text, len(text))
        if self._composer.kind == REPLY and not self._composer.text().strip():
            self._composer.show_kind(REPLY)

    def show_case(self, case: str) -> None:
        """The card of a case: of a reply that was stopped, or of a draft that is older than what was said since."""
        self._ask_refusals(case)
        stop, draft = self._stopped.get(case), self._desk.drafts.get(case, REPLY)
        if stop is not None:
            self._card.show_stop(stop.sentence, news_after(self._desk, case, stop.seen), stop.text)
        elif draft is not None and (news := news_since(self._desk, case, draft.at)):
            sentence = tr("Not sent: {name} wrote in the meantime.", name=news[-1].author_name)
            self._card.show_stop(sentence, news, draft.text)
        else:
            self._card.hide()

    def _ask_refusals(self, case: str) -> None:
        """Replies of this desk that the server has refused since it was started."""
        for one in self._desk.refusals(case):
            stop = self._stopped.get(case)
            if isinstance(one.command, Answer) and (stop is None or one.key not in stop.keys):
                keys = (*(stop.keys if stop else ()), one.key)
                sentence = filled(one.ack.sentence, one.ack.data)
                self._stopped[case] = Stop(sentence, one.command.seen, one.command.text, keys)
                give_files(self._composer, case, one.command.files)

    def edit(self) -> None:
        """Go on with the reply; both texts were seen."""
        own = self._card.texts()[1]
        stop = self._stopped.get(self._composer.case)
        self._let_go()
        self._composer.show_kind(REPLY)
        self._composer.put_text(self._composer.text() or (stop.text if stop else own))
        self._composer.focus()

    def discard(self) -> None:
        """Let the reply go with its files; its text stays among the earlier drafts."""
        self._let_go()
        self._composer.show_kind(REPLY)
        self._composer.put_text("")
        self._composer.strip.clear()

    def _let_go(self) -> None:
        stop = self._stopped.pop(self._composer.case, None)
        for key in stop.keys if stop else ():
            self._desk.forget_refusal(key)
        self._card.hide()
