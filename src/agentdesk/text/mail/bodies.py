"""Which parts are the words of a mail, which are files, and which nobody can read here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from agentdesk.domain.kernel import clean

from . import charsets, file_names, flowed, pages, texts
from .heads import read_head
from .limits import Limits, of_part
from .parts import Part
from .records import Attachment, Unreadable
from .remarks import Notes
from .words import decode_words, one_line, text_of

_FILES = frozenset({"text/calendar", "text/vcard", "text/x-vcard", "text/csv", "text/rfc822-headers", "text/xml"})
"""Types of text that are nothing to read in a mail."""
_META = re.compile(rb"""(?i)<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{1,40})""")
_WIDEST = 4
"""Bytes that one character can take."""
_HALF = re.compile("[\ud800-\udfff]")


class Bodies:
    """Sorts the parts, in their order; what came of it is in the attributes."""

    def __init__(self, notes: Notes, limits: Limits) -> None:
        self.notes, self.limits = notes, limits
        self._part_limits = of_part(limits)
        self.texts: list[str] = []
        self.pages: list[str] = []
        self.images: list[str] = []
        self.attachments: list[Attachment] = []
        self.unreadable: list[Unreadable] = []
        self._room, self._html_room = limits.text, limits.html

    def sort(self, parts: Sequence[Part]) -> None:
        """Take all parts."""
        words = {id(part): self._decoded(part) for part in parts if _is_words(part)}
        plain = [part for part in parts if id(part) in words and part.media_type != "text/html"]
        told = _choices(part for part in plain if words[id(part)].strip())
        html = [part for part in parts if id(part) in words and part.media_type == "text/html"]
        shown = _choices(html)
        for part in parts:
            if id(part) not in words:
                self._file(part)
            elif part.media_type == "text/html":
                self._page(part, words[id(part)], bool(told & _choices([part])))
            elif part.media_type == "text/x-amp-html":
                if not (told | shown) & _choices([part]):  # else the same is there in a form that is read
                    self._file(part)
            else:
                self._text(part, words[id(part)])
                if html and not shown & _choices([part]):
                    self.pages.append(f"<p>{escape(words[id(part)].strip()).replace(chr(10), '<br>')}</p>")

    def _decoded(self, part: Part) -> str:
        data = part.content(self.notes)
        label = part.parameters.get("charset", "")
        if not label and part.media_type == "text/html" and (meta := _META.search(data, 0, 2048)):
            label = meta[1].decode()
        if len(data) > _WIDEST * max(self.limits.text, self.limits.html):
            self._leave(part, "long-text")
            data = data[: _WIDEST * max(self.limits.text, self.limits.html)]
        text, why = charsets.decode(data, label, self.notes)
        text = _HALF.sub("\ufffd", text)
        if why:
            self._leave(part, why)
        if "\0" in text:
            self.notes.add("nul")
            text = text.replace("\0", "")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if part.parameters.get("format", "").lower() == "flowed":
            text = flowed.unflow(text, part.parameters.get("delsp", "").lower() == "yes")
        return text

    def _leave(self, part: Part, why: str) -> None:
        self.notes.add(why)
        self.unreadable.append(Unreadable(part.media_type, why, part.raw))

    def _text(self, part: Part, text: str) -> None:
        text = clean(text)
        if len(text) > self._room:
            self._leave(part, "long-text")
            text = text[: self._room]
        if text:
            self.texts.append(text)
            self._room -= len(text)

    def _page(self, part: Part, html: str, has_text: bool) -> None:
        page = pages.safe(html, self.notes, self.limits) if len(html) <= self._html_room else None
        if page is None:
            self._leave(part, "large-html")
            if not has_text:
                self._text(part, texts.crude(html[: self.limits.html]))
            return
        self._html_room -= len(html)
        self.pages.append(page.html if not self.images else pages.renumbered(page.html, len(self.images)))
        self.images += page.images
        if page.images:
            self.notes.add("remote-images", str(len(self.images)))
        if not has_text:
            self._text(part, texts.text_of(page.html))

    def _file(self, part: Part) -> None:
        content = part.content(self.notes)
        name = self._name(part, content)
        inline = part.disposition == "inline" or bool(part.head.get("content-id"))
        content_id = one_line(text_of(part.head.get("content-id"))).strip("<>")[:200]
        self.attachments.append(Attachment(name, part.media_type, content, content_id, inline))
        if why := _why_unreadable(part, name):
            self._leave(part, why)
        if file_names.runs(name):
            self.notes.add("dangerous-file", name)

    def _name(self, part: Part, content: bytes) -> str:
        told = part.told.get("filename", "").strip() or part.parameters.get("name", "").strip()
        if not told and part.media_type in ("message/rfc822", "message/global"):
            head = read_head(content, 0, len(content), Notes(0), self._part_limits)
            subject = decode_words(text_of(head.get("subject")[:1000]), 1000)
            told = f"{one_line(subject).replace('/', '_')[:100]}.eml" if subject.strip() else ""
        return file_names.safe(told, part.media_type, self.limits)


def _is_words(part: Part) -> bool:
    """Whether a part is to be read where it stands, and is no file."""
    if not part.media_type.startswith("text/") or part.media_type in _FILES or part.disposition == "attachment":
        return False
    named = part.told.get("filename") or part.parameters.get("name")
    return not (named and part.within) and not _is_sealed(part)  # where it is all there is, a name makes it no file


def _choices(parts: Iterable[Part]) -> set[int]:
    """The numbers of all multipart/alternative around them: two parts that share one say the same in two ways."""
    return {around.number for part in parts for around in part.within if around.kind == "alternative"}


def _is_sealed(part: Part) -> bool:
    return any(around.kind == "encrypted" for around in part.within)


def _why_unreadable(part: Part, name: str) -> str:
    if part.media_type in ("application/ms-tnef", "application/vnd.ms-tnef") or name.lower() == "winmail.dat":
        return "winmail"
    sealed = part.media_type in ("application/pkcs7-mime", "application/x-pkcs7-mime") or _is_sealed(part)
    return "encrypted" if sealed else ""
