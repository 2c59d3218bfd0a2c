"""One thread: what was said, what can be done with each post, and a place to answer."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import Literal

from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu, QPlainTextEdit, QWidget

from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import class_word, words
from agentdesk.desk.names import person_name
from agentdesk.desk.texts import mark, tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.times import ago
from agentdesk.desk.widgets.asking import Asking
from agentdesk.desk.widgets.badges import Chip
from agentdesk.desk.widgets.buttons import Button
from agentdesk.desk.widgets.frames import Header, Pane, spread
from agentdesk.desk.widgets.labels import label
from agentdesk.desk.widgets.page_view import PageView
from agentdesk.domain.forum import (
    FLAGS_OF,
    NOTICES_OF,
    POSTS,
    VOTES,
    Accept,
    Act,
    Answer,
    CastVote,
    EditPost,
    FlagPost,
    HiddenPost,
    Moderate,
    Post,
    Topic,
    Vote,
    Watch,
    WatchTopic,
    own_id,
)
from agentdesk.domain.kernel import View
from agentdesk.text.covering import covered
from agentdesk.text.markdown import html_of

MOST_POSTS = 500
ACTS: dict[Act, str] = {
    "hide": mark("Hide it"),
    "show": mark("Show it again"),
    "vouch": mark("Official answer"),
    "doubt": mark("No official answer any more"),
    "lock": mark("Close the topic"),
    "unlock": mark("Open the topic again"),
    "move": mark("Move the topic"),
    "incident": mark("Show on everybody's page"),
    "calm": mark("Take off everybody's page"),
}


def state_of(topic: Topic) -> tuple[str, str]:
    """(word, tone): what one has to know of a topic first; a plain one says nothing."""
    if topic.incident:
        return tr("incident"), "bad"
    if topic.state != "open":
        return tr("closed"), "plain"
    return (tr("official"), "violet") if topic.official else (tr("solved"), "good") if topic.accepted else ("", "")


def title_of(topic: Topic, view: View) -> str:
    """What is asked; of a hidden topic only those who moderate have it."""
    kept = view.get(HiddenPost, topic.first) if topic.state == "hidden" else None
    return words(kept.title if kept is not None else topic.title)


class Thread(Pane):
    """`show_topic` shows one, as it is now; marks it as read."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk, self.topic, self._editing = desk, "", ""
        self.header, self.chip, self.asking = Header(), Chip(parent=self), Asking()
        self.follow, self.mute = Button(tr("Follow"), icon="ph.bell"), Button(tr("Mute"))
        self.lesson = Button(tr("Turn into an article"), icon="ph.books")
        self.page, self.text = PageView(tr("Thread")), QPlainTextEdit()
        self.post, self.wrong = Button(tr("Post"), "primary"), label("", "bad", wrap=True)
        self.text.setAccessibleName(tr("Your answer"))
        self.text.setPlaceholderText(tr("Write in Markdown. @[name] tells a colleague; customers' data is covered."))
        self.text.setTabChangesFocus(True)
        self.text.setMaximumHeight(scaled(110))
        self.header.add(self.chip, self.follow, self.mute, self.lesson)
        foot = Pane()
        foot.box.setContentsMargins(14, 8, 14, 10)
        foot.box.setSpacing(6)
        for part in (self.asking, self.text, self.wrong, spread(None, self.post)):
            foot.box.addWidget(part)
        self.box.addWidget(self.header)
        self.box.addWidget(self.page, 1)
        self.box.addWidget(foot)
        self.page.followed.connect(self.act)
        self.post.clicked.connect(self.answer)
        self.lesson.clicked.connect(self._to_article)
        self.follow.clicked.connect(lambda: self._watch("follow"))
        self.mute.clicked.connect(lambda: self._watch("mute"))
        self.text.textChanged.connect(self._typed)

    def show_topic(self, topic: Topic) -> None:
        """Show this one."""
        if topic.id != self.topic:
            self.topic = topic.id
            self._show_draft()
            self.asking.hide()
        elif not self._editing and not self.text.toPlainText():
            self._show_draft()  # what the server refused meanwhile is one again
        watch = self._desk.view.get(Watch, own_id(topic.id, self._desk.me.id))
        mode = watch.mode if watch is not None else ""
        self.header.show_title(title_of(topic, self._desk.view))
        self.chip.show_chip(*state_of(topic))
        self.follow.setText(tr("Following") if mode == "follow" else tr("Follow"))
        self.mute.setText(tr("Muted") if mode == "mute" else tr("Mute"))
        self.lesson.setVisible(bool(topic.accepted) and self._desk.me.may("governed.write"))
        self.post.setEnabled(topic.state == "open" and self._desk.me.may("governed.write"))
        posts = self._desk.view.page(POSTS(topic=topic.id), limit=MOST_POSTS)
        self.page.show_html("<hr>".join(self._html(topic, post) for post in posts))
        told = self._desk.view.count(NOTICES_OF(me=self._desk.me.id, topic=topic.id))
        if watch is None or watch.seen < topic.active_at or told:
            self._desk.attempt(WatchTopic(topic=topic.id))

    def _show_draft(self) -> None:
        """The answer that was being written here; nothing is edited any more."""
        self._editing = ""
        draft = self._desk.drafts.get(self.topic, "post")
        blocked = self.text.blockSignals(True)
        self.text.setPlainText(draft.text if draft is not None else "")
        self.text.blockSignals(blocked)
        self.wrong.setText("")

    def _html(self, topic: Topic, post: Post) -> str:
        """A post with what can be done with it. Links of ours begin with `act:`; no writer can make one."""
        view, me, now = self._desk.view, self._desk.me, self._desk.now()
        said = [f"<b>{escape(person_name(view, post.by))}</b>", escape(ago(now - post.at))]
        said += [escape(tr("changed"))] if post.edited_at else []
        said += [f"<b>{escape(tr('✓ solved it'))}</b>"] if topic.accepted == post.id else []
        said += [f"<b>{escape(tr('official answer'))}</b>"] if post.official else []
        reports = view.count(FLAGS_OF(post=post.id)) if me.may("governed.publish") else 0
        said += [f"<b>{escape(tr('reported {n} times', n=reports))}</b>"] if reports else []
        voted = view.get(Vote, own_id(post.id, me.id)) is not None
        count = view.count(VOTES(post=post.id))
        acts = [("vote", tr("▲ {n}, yours too", n=count) if voted else tr("▲ {n} useful", n=count))]
        acts += [("edit", tr("Edit"))] if post.by == me.id and post.state == "shown" else []
        if post.id != topic.first and (topic.by == me.id or me.may("governed.publish")):
            acts.append(("accept", tr("Not solved by it") if topic.accepted == post.id else tr("It solved it")))
        acts += [("flag", tr("Report"))] if post.by != me.id else []
        acts += [("moderate", tr("Moderate…"))] if me.may("governed.publish") else []
        links = " · ".join(f'<a href="act:{what}:{escape(post.id)}">{escape(word)}</a>' for what, word in acts)
        hidden = f"<p><i>{escape(tr('Hidden by a moderator: {reason}', reason=words(post.reason)))}</i></p>"
        return (
            f"<p>{' · '.join(said)}</p>{hidden if post.state == 'hidden' else html_of(words(post.text))}<p>{links}</p>"
        )

    def act(self, address: str) -> None:
        """Do what a link of a post says."""
        scheme, _, rest = address.partition(":")
        what, _, id = rest.partition(":")
        post = self._desk.view.get(Post, id)
        if scheme != "act" or post is None:
            self._desk.say(tr("This link leads to {address}", address=address[:200]))
        elif what == "vote":
            voted = self._desk.view.get(Vote, own_id(id, self._desk.me.id)) is not None
            self._desk.do(CastVote(post=id, useful=not voted))
        elif what == "accept":
            topic = self._desk.view.get(Topic, post.topic)
            self._desk.do(Accept(topic=post.topic, post="" if topic and topic.accepted == id else id))
        elif what == "edit":
            self._editing = id
            self.text.setPlainText(words(post.text))
            self.text.setFocus()
        elif what == "flag":
            done = partial(self._report, id)
            self.asking.ask(tr("What is wrong with it?"), tr("Report"), done)
        elif what == "moderate":
            self.moderate(post)

    def _report(self, post: str, text: str) -> str:
        return self._desk.attempt(FlagPost(post=post, reason=text))

    def moderate(self, post: Post) -> QMenu:
        """Let a moderator choose, and ask why."""
        menu = QMenu(self)
        for act, word in ACTS.items():
            menu.addAction(tr(word)).triggered.connect(partial(self._why, post.id, act, tr(word)))
        menu.popup(QCursor.pos())
        return menu

    def _why(self, post: str, act: Act, word: str) -> None:
        def done(text: str) -> str:
            space, _, reason = text.partition(":") if act == "move" else ("", "", text)
            wish = Moderate(post=post, act=act, reason=reason.strip(), space=space.strip())
            return self._desk.attempt(wish)

        self.asking.ask(
            tr("To which space, and why? Write “Space: reason”.") if act == "move" else tr("Why?"), word, done
        )

    def answer(self) -> None:
        """Post what is written; it stays if it cannot be."""
        text = covered(self.text.toPlainText(), (), class_word)
        if self._editing:
            wish: Answer | EditPost = EditPost(post=self._editing, edit=self._desk.new_id(), text=text)
        else:
            wish = Answer(topic=self.topic, post=self._desk.new_id(), text=text)
        why = self._desk.attempt(wish)
        self.wrong.setText(why)
        if not why:
            if not self._editing:  # an answer that was begun before an edit is written on after it
                self._desk.drafts.discard(self.topic, "post")
            self._show_draft()

    def _typed(self) -> None:
        self.wrong.setText("")
        if not self._editing:
            self._desk.drafts.typed(self.topic, "post", self.text.toPlainText(), self.text.textCursor().position())

    def _watch(self, mode: Literal["follow", "mute"]) -> None:
        watch = self._desk.view.get(Watch, own_id(self.topic, self._desk.me.id))
        same = watch is not None and watch.mode == mode
        self._desk.do(WatchTopic(topic=self.topic, mode="" if same else mode))

    def _to_article(self) -> None:
        """The question and what solved it, with those who wrote them, as the draft of an article."""
        view, topic = self._desk.view, self._desk.view.get(Topic, self.topic)
        parts = [view.get(Post, id) for id in ((topic.first, topic.accepted) if topic is not None else ())]
        if topic is None or None in parts:
            return
        said = [words(part.text) for part in parts if part is not None]
        names = dict.fromkeys(person_name(view, part.by) for part in parts if part is not None)
        text = "\n\n".join((f"# {words(topic.title)}", *said, tr("From the forum, by {names}", names=", ".join(names))))
        begun = self._desk.drafts.get("article:new", "article")
        if begun is not None:  # what is being written there is not thrown away
            text = begun.text if text in begun.text else f"{begun.text.rstrip()}\n\n{text}"
        self._desk.drafts.typed("article:new", "article", text, 0)
        self._desk.open("draft", topic.id)
