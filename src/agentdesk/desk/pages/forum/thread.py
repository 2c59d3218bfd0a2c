"""One thread: what was said, what can be done with each post, and a place to answer."""

from __future__ import annotations

from functools import partial
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from agentdesk.desk.attaching import FilesText, FileStrip
from agentdesk.desk.desk import Desk
from agentdesk.desk.hidden import class_word, words
from agentdesk.desk.illustrated import Illustrated
from agentdesk.desk.pages.forum.cards import Posts
from agentdesk.desk.pages.forum.files import as_file, changed_files, files_by_post
from agentdesk.desk.pages.forum.lesson import begin_article
from agentdesk.desk.pages.forum.moderating import moderate
from agentdesk.desk.pages.forum.showing import shown
from agentdesk.desk.pages.forum.words import state_of, title_of, usage
from agentdesk.desk.saving import save_library_file
from agentdesk.desk.texts import tr
from agentdesk.desk.theme import scaled
from agentdesk.desk.widgets.asking import Asking
from agentdesk.desk.widgets.badges import Avatar, Chip
from agentdesk.desk.widgets.buttons import Button, IconButton
from agentdesk.desk.widgets.frames import Card, Header, Pane
from agentdesk.desk.widgets.labels import label
from agentdesk.domain.forum import (
    NOTICES_OF,
    POSTS,
    Accept,
    Answer,
    CastVote,
    EditPost,
    FlagPost,
    Post,
    Topic,
    Vote,
    Watch,
    WatchTopic,
    own_id,
)
from agentdesk.domain.kernel import File
from agentdesk.text.covering import covered

MOST_POSTS = 500
WIDEST = 360
"""Of a picture in a post."""


class Thread(Pane):
    """`show_topic` shows one, as it is now; marks it as read."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk, self.topic, self._editing = desk, "", ""
        self._opened: set[str] = set()
        """Posts of which it is shown what they said before."""
        self.header, self.chip, self.asking = Header(), Chip(parent=self), Asking()
        self.follow, self.mute = Button(tr("Follow"), icon="ph.bell"), Button(tr("Mute"))
        self.lesson = Button(tr("Turn into an article"), icon="ph.books")
        self.page, self.text = Posts(tr("Thread")), FilesText()
        self.strip, self.attach = FileStrip(desk), IconButton("ph.paperclip", tr("Attach files"))
        self.illustrated = Illustrated(desk, self, self._show_again, widest=WIDEST)
        self.page.pictures = self.illustrated.found
        self._files: dict[str, tuple[File, ...]] = {}
        """What goes with the answer that is being written, by topic."""
        self.used, self.used_box = label("", "muted", wrap=True), Card("sunken")
        self.post, self.wrong = Button(tr("Post"), "primary"), label("", "bad", wrap=True)
        self.leave = Button(tr("Leave it as it is"))
        self.text.setAccessibleName(tr("Your answer"))
        self.text.setPlaceholderText(tr("Write in Markdown. @[name] tells a colleague; customers' data is covered."))
        self.text.setTabChangesFocus(True)
        self.text.setMaximumHeight(scaled(72))
        self._lay_out()
        self.page.followed.connect(self.act)
        self.post.clicked.connect(self.answer)
        self.leave.clicked.connect(self._leave)
        self.lesson.clicked.connect(lambda: begin_article(self._desk, self.topic))
        self.follow.clicked.connect(lambda: self._watch("follow"))
        self.mute.clicked.connect(lambda: self._watch("mute"))
        self.text.textChanged.connect(self._typed)
        self.text.files_given.connect(self.strip.take)
        self.text.picture_given.connect(self.strip.take_picture)
        self.strip.wrong.connect(self._say)
        self.strip.changed.connect(self._brought)
        self.attach.clicked.connect(self.strip.choose)

    def _lay_out(self) -> None:
        self.header.add(self.chip, self.follow, self.mute, self.lesson)
        self.page.setProperty("ground", "canvas")
        write, row = Card(), QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(Avatar(self._desk.me.name, 24), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.text, 1)
        row.addWidget(self.attach, 0, Qt.AlignmentFlag.AlignBottom)
        for button in (self.leave, self.post):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        self.leave.hide()
        write.box.addLayout(row)
        write.box.addWidget(self.strip)
        write.box.addWidget(self.wrong)
        self.wrong.hide()
        self.used_box.box.addWidget(self.used)
        foot = Pane("canvas")
        foot.box.setContentsMargins(18, 10, 18, 12)
        foot.box.setSpacing(8)
        for part in (self.asking, self.used_box, write):
            foot.box.addWidget(part)
        self.box.addWidget(self.header)
        self.box.addWidget(self.page, 1)
        self.box.addWidget(foot)

    def show_topic(self, topic: Topic) -> None:
        """Show this one."""
        if topic.id != self.topic:
            self.topic = topic.id
            self._opened.clear()
            self.page.begin()
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
        files = files_by_post(self._desk, topic.id)
        self.page.show_posts([
            shown(self._desk, topic, post, post.id in self._opened, files.get(post.id, ()), self.illustrated.place)
            for post in posts
        ])  # fmt: skip
        self.used.setText(usage(topic, self._desk.view))
        self.used_box.setVisible(bool(self.used.text()))
        told = self._desk.view.count(NOTICES_OF(me=self._desk.me.id, topic=topic.id))
        if watch is None or watch.seen < topic.active_at or told:
            self._desk.attempt(WatchTopic(topic=topic.id))

    def _show_again(self) -> None:
        """A picture has come."""
        topic = self._desk.view.get(Topic, self.topic)
        if topic is not None:
            self.show_topic(topic)

    def _show_draft(self) -> None:
        """The answer that was being written here; nothing is edited any more."""
        self._write("")
        self.strip.show_files(self._files.get(self.topic, ()))

    def _write(self, editing: str, text: str = "") -> None:
        """Go on with a draft: of a change of the post `editing`, which says `text` now, or of an answer."""
        self._editing = editing
        draft = self._desk.drafts.get(*self._place())
        blocked = self.text.blockSignals(True)
        self.text.setPlainText(draft.text if draft is not None else text)
        self.text.blockSignals(blocked)
        self.post.setText(tr("Save the change") if editing else tr("Post"))
        self.leave.setVisible(bool(editing))
        self._say("")

    def _place(self) -> tuple[str, str]:
        """Where the draft lies; what the server refuses is put back there too."""
        return (self._editing, "edit") if self._editing else (self.topic, "post")

    def _leave(self) -> None:
        """The post stays as it is."""
        self._desk.drafts.discard(*self._place())
        self._show_draft()

    def act(self, address: str) -> None:
        """Do what a link of a post says."""
        scheme, _, rest = address.partition(":")
        what, _, id = rest.partition(":")
        if scheme == "act" and what == "file":
            save_library_file(self, self._desk, id)
            return
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
            self._write(id, words(post.text))
            self.strip.show_files([as_file(one) for one in files_by_post(self._desk, post.topic).get(id, ())])
            self.text.setFocus()
        elif what == "flag":
            done = partial(self._report, id)
            self.asking.ask(tr("What is wrong with it?"), tr("Report it"), done)
        elif what == "moderate":
            moderate(self._desk, self.asking, id, self)
        elif what in ("history", "case"):
            self._look(what, post)

    def _look(self, what: str, post: Post) -> None:
        topic = self._desk.view.get(Topic, post.topic)
        if topic is not None and what == "case":
            self._desk.open("case", topic.case)
        elif topic is not None:
            self._opened ^= {post.id}
            self.show_topic(topic)

    def _report(self, post: str, text: str) -> str:
        return self._desk.attempt(FlagPost(post=post, reason=text))

    def answer(self) -> None:
        """Post what is written; it stays if it cannot be."""
        text = covered(self.text.toPlainText(), (), class_word)
        if self._editing:
            new, gone = changed_files(self._desk, self._editing, self.strip.files())
            wish: Answer | EditPost = EditPost(
                post=self._editing, edit=self._desk.new_id(), text=text, files=new, without=gone
            )
        else:
            wish = Answer(topic=self.topic, post=self._desk.new_id(), text=text, files=self.strip.files())
        why = self._desk.attempt(wish)
        self._say(why)
        if not why:
            self._desk.drafts.discard(*self._place())
            if not self._editing:  # an answer that was begun before an edit is written on after it
                self._files.pop(self.topic, None)
            self._show_draft()

    def _say(self, wrong: str) -> None:
        self.wrong.setText(wrong)
        self.wrong.setVisible(bool(wrong))

    def _typed(self) -> None:
        self._say("")
        self._desk.drafts.typed(*self._place(), self.text.toPlainText(), self.text.textCursor().position())

    def _brought(self) -> None:
        if not self._editing:
            self._files[self.topic] = self.strip.files()

    def _watch(self, mode: Literal["follow", "mute"]) -> None:
        watch = self._desk.view.get(Watch, own_id(self.topic, self._desk.me.id))
        same = watch is not None and watch.mode == mode
        self._desk.do(WatchTopic(topic=self.topic, mode="" if same else mode))
