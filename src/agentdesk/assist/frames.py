"""What desk and assist worker say to each other over their pipe: frames of MessagePack, each after its length.

The worker can only answer: among what it says there is nothing that could be sent to anybody. This module needs no
numpy, so that the desk can read it at once.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

MOST_FRAME = 8 * 1024 * 1024
LENGTH = 4
"""Bytes (big-endian) before each frame."""


LOOKED_BACK = 6
"""So many turns before a past answer are known."""


class Turn(msgspec.Struct, frozen=True, array_like=True):
    """What was said in a case: `who` is customer or agent."""

    who: str
    text: str


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One text that may be suggested, or a past situation with what was answered.

    `kind`: macro, article, post, case. `asked` are the words it answers, where they are known. `version` and `at` (ms)
    say which state of it this is; `until` from when on it is out of force, 0 for never. `names` are those of the
    customer of a past case: they leave the texts before anything is kept. `only` holds groups of words (regions,
    products, tiers) of which the case must have one each, if the case says anything of that group.
    """

    id: str
    kind: str
    title: str
    text: str
    asked: str = ""
    language: str = ""
    version: int = 0
    at: int = 0
    until: int = 0
    internal: bool = False
    macro: str = ""
    names: tuple[str, ...] = ()
    only: tuple[tuple[str, ...], ...] = ()
    by: str = ""
    """Of a past case: who answered. Kept only of whoever works here: how they write is learned from it."""
    said: tuple[Turn, ...] = ()
    """Of a past case: the last turns before the answer, both sides'."""


# --- The desk says ---


class Open(msgspec.Struct, frozen=True, tag="open"):
    """First of all: the key (32 bytes) and the path of the index, or no path: in memory; where the embedder's pack and
    what was learned of moods lie, as far as they are there. `me` is who works here.
    """

    key: bytes
    index: str
    pack: str = ""
    mood: str = ""
    me: str = ""
    listed: tuple[str, ...] = ()
    """SHA-256 of the packs that may be read; then of those that were withdrawn."""
    withdrawn: tuple[str, ...] = ()


class Begin(msgspec.Struct, frozen=True, tag="begin"):
    """From here on all that is there is told anew; what is not told until `Told` may not be seen any more."""


class Learn(msgspec.Struct, frozen=True, tag="learn"):
    """All that there is of one owner (`macro:ID`, `article:ID`, `post:ID`, `case:ID`); nothing: it is to be forgotten.

    `gone`: what stood there is erased, and leaves the file too before this is answered.
    """

    owner: str
    sources: tuple[Source, ...] = ()
    gone: bool = False


class Swept(msgspec.Struct, frozen=True, tag="swept"):
    """All was told: forget the rest."""


class Ask(msgspec.Struct, frozen=True, tag="ask", kw_only=True):
    """What fits this case? `number` comes back with the answer. `facts` are words known of the case; `now` in ms."""

    number: int
    case: str
    turns: tuple[Turn, ...]
    subject: str = ""
    language: str = ""
    facts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    now: int = 0
    earlier: tuple[tuple[str, int, str], ...] = ()
    """Other cases of this customer: (id, when it was opened, what it was about)."""


class Finish(msgspec.Struct, frozen=True, tag="finish"):
    """How does this line go on? `typed` stands before the caret, at the end of a line."""

    number: int
    typed: str


Asked = Open | Begin | Learn | Swept | Ask | Finish

# --- The worker says ---


class State(msgspec.Struct, frozen=True, tag="state"):
    """At which level it serves: 3 by meaning and by words, 2 by words only. `why` is a word for what is missing:
    pack, unlisted or withdrawn (by its hash), damaged (the index is made anew), mended (it was), memory (it cannot be
    on the disk). `texts` are known, of which `unread` wait to be read for their meaning. `model` is the pack's SHA-256.
    `bars` name what keeps this process from the network and from starting others. `again`: all that there is has to be
    told once more; `whole`: all was.
    """

    level: int
    why: str = ""
    texts: int = 0
    unread: int = 0
    model: str = ""
    bars: tuple[str, ...] = ()
    again: bool = False
    whole: bool = False
    head: int = 0
    """The version of what was learned; then from how many cases, how many were kept aside, of which so many were right
    with it and, before it, without.
    """
    learned_from: int = 0
    kept: int = 0
    right: int = 0
    before: int = 0
    replies: int = 0
    """The same of what was learned of replies in the team's own words."""
    replies_from: int = 0
    replies_kept: int = 0
    replies_right: int = 0
    replies_before: int = 0


class Learned(msgspec.Struct, frozen=True, tag="learned"):
    """So many `Learn` were taken in and are on the disk."""

    count: int


class Candidate(msgspec.Struct, frozen=True, array_like=True):
    """What was weighed: no text, for this goes into the audit log."""

    source: str
    kind: str
    version: int
    at: int
    semantic: float
    lexical: float
    votes: float
    score: float


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """One suggestion. `band`: strong, good, fair. `why` says by what it was found: code, words, meaning, past (so many
    similar cases were answered so: `past`). `touchy` names what it is about if it must be read at its source first.
    `text` begins and ends as whoever works here writes; `bare` is only what the source says, for a reply that is begun
    already, and `own` whether that differs. `form` is how it addresses people (formal, near) where they do otherwise.
    """

    source: str
    kind: str
    title: str
    text: str
    language: str
    version: int
    at: int
    internal: bool
    band: str
    why: str
    words: tuple[str, ...] = ()
    past: int = 0
    touchy: tuple[str, ...] = ()
    score: float = 0.0
    bare: str = ""
    own: bool = False
    form: str = ""


class Near(msgspec.Struct, frozen=True, array_like=True):
    """Something like this case: a past case, or an article to read."""

    id: str
    title: str
    at: int
    score: float


class Signals(msgspec.Struct, frozen=True):
    """What is noticed, with the words that say so. For the agent to see: nothing is decided by it alone."""

    language: str = ""
    topic: str = ""
    topic_of: str = ""
    """The owner whose title the topic is."""
    mood: str = ""
    mood_words: tuple[str, ...] = ()
    hints: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(reason, words): why this may need somebody else."""
    repeats: tuple[str, ...] = ()
    """Earlier cases of this customer about the same."""


class Answer(msgspec.Struct, frozen=True, tag="answer", kw_only=True):
    """What fits, if anything does: at most three cards. `considered` and the rest are for the record of it; not
    `whole`: it was looked for while not all was told yet.
    """

    number: int
    case: str
    level: int
    cards: tuple[Card, ...] = ()
    similar: tuple[Near, ...] = ()
    articles: tuple[Near, ...] = ()
    signals: Signals = Signals()
    considered: tuple[Candidate, ...] = ()
    threshold: float = 0.0
    took: float = 0.0
    """Milliseconds."""
    input_sha256: str = ""
    masked: tuple[str, ...] = ()
    """Classes of personal data that were covered before anything was looked for."""
    model: str = ""
    rules: int = 0
    head: int = 0
    """The version of what was learned of macros from the team's own cases; 0: nothing was."""
    ranker: int = 0
    """The same of what was learned of replies in the team's own words."""
    whole: bool = True


class Finished(msgspec.Struct, frozen=True, tag="finished"):
    """How it goes on, and the owner of the text that says so; both empty if that is not sure."""

    number: int
    rest: str = ""
    source: str = ""
    took: float = 0.0
    """Milliseconds."""


Said = State | Learned | Answer | Finished

_ENCODER = msgspec.msgpack.Encoder()


class BadFrame(Exception):
    """What came over the pipe is no frame."""


def framed(frame: Asked | Said) -> bytes:
    """A frame's bytes."""
    body = _ENCODER.encode(frame)
    return len(body).to_bytes(LENGTH, "big") + body


def taken(data: bytearray) -> Iterator[bytes]:
    """The bodies of all whole frames at the start of `data`, which they leave. Raises `BadFrame`."""
    while len(data) >= LENGTH:
        size = int.from_bytes(data[:LENGTH], "big")
        if size > MOST_FRAME:
            raise BadFrame(f"a frame of {size} bytes")
        if len(data) < LENGTH + size:
            return
        body = bytes(data[LENGTH : LENGTH + size])
        del data[: LENGTH + size]
        yield body


_asked: msgspec.msgpack.Decoder[Asked] = msgspec.msgpack.Decoder(Asked)
_said: msgspec.msgpack.Decoder[Said] = msgspec.msgpack.Decoder(Said)


def asked(body: bytes) -> Asked:
    """What the desk said. Raises `BadFrame`."""
    try:
        return _asked.decode(body)
    except msgspec.DecodeError as error:
        raise BadFrame(str(error)) from error


def said(body: bytes) -> Said:
    """What the worker said. Raises `BadFrame`."""
    try:
        return _said.decode(body)
    except msgspec.DecodeError as error:
        raise BadFrame(str(error)) from error
