"""The index on disk: texts, their vectors and their words, in a file that is encrypted like the replica.

It is a copy: whatever is wrong with it, it is thrown away and told anew.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from sys import intern

import msgspec

from agentdesk.store.crypt import Connection, WrongKey, memory_database, open_database

from .frames import Source
from .languages import COMMON_WORDS
from .lessons import Lessons, together
from .terms import terms

FORM = 6
"""Rises when the tables change, or what is kept of what is told: a file of another form is thrown away."""
MOST_POSTINGS = 4_000
"""So many pieces are looked at for one question: of its words the rarest are taken, until they would bring more."""
MOST_WORDS = 12
UNHEARD = 0.5
"""A word that stands nowhere here may be a name or a slip: it tells half of what it would if it stood once."""
PIECE_WORDS = 150
"""About so many words a piece: what the embedder reads of a text at once."""
CACHE_KIB = 6_144
"""Of the file in memory: with less a question waits for pages that the last one let go."""
_TABLES = """
-- the number of a source that went is never another's: what was learned is kept by these numbers
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE source (id INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL, kind TEXT NOT NULL,
  language TEXT NOT NULL, until INTEGER NOT NULL, macro TEXT NOT NULL, only_ TEXT NOT NULL, own_at INTEGER NOT NULL,
  digest BLOB NOT NULL, body BLOB NOT NULL);
CREATE INDEX source_owner ON source (owner);
CREATE INDEX source_own ON source (own_at) WHERE own_at > 0;
CREATE TABLE piece (id INTEGER PRIMARY KEY, source INTEGER NOT NULL, vector BLOB, scale REAL NOT NULL DEFAULT 0);
CREATE INDEX piece_source ON piece (source);
CREATE INDEX piece_unread ON piece (id) WHERE vector IS NULL;
CREATE TABLE situation (source INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE INDEX situation_source ON situation (source); -- whose they are, without all of their bodies
CREATE TABLE head (name TEXT PRIMARY KEY, version INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE part (name TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (name, version, at));
CREATE TABLE word (term TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5 (body, tokenize = "unicode61 remove_diacritics 0", detail = 'full');
INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
"""
_only = msgspec.json.Decoder(tuple[tuple[str, ...], ...]).decode
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Source).decode


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """What is held in memory of a source: by what it is chosen. Its texts are read where they are shown."""

    id: int
    owner: str
    kind: str
    language: str
    until: int
    macro: str
    only: tuple[tuple[str, ...], ...]


def open_shelf(path: str, key: bytes, model: str) -> tuple[Shelf, str]:
    """The index, and what was wrong: `damaged` if it had to be made anew, `memory` if none can be on the disk.

    `model` is the digest of what its vectors are made with: vectors of another one are made anew.
    """
    wrong = ""
    for _ in range(2 if path else 0):
        try:
            return Shelf(_opened(path, key), model), wrong
        except (WrongKey, _OtherForm):  # after the key was changed, or the program: nothing is the matter
            away(path)
        except Exception:  # whatever a damaged file brings up: nothing in it is worth an attempt to mend it
            wrong = "damaged"
            away(path)
    return Shelf(_made(memory_database()), model), "memory" if path else ""


class _OtherForm(Exception):
    """The file is of another version of this program."""


def _opened(path: str, key: bytes) -> Connection:
    db = open_database(Path(path), key, durable=False)
    db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    try:
        if not db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            return _made(db)
        found = db.execute("SELECT value FROM meta WHERE name = 'form'").fetchone()
        if found is None or found[0] != str(FORM):
            raise _OtherForm
    except BaseException:
        db.close()
        raise
    return db


def _made(db: Connection) -> Connection:
    db.executescript(_TABLES)
    db.execute("INSERT INTO meta VALUES ('form', ?)", (str(FORM),))
    return db


def away(path: str) -> None:
    """Delete an index with its log."""
    for file in Path(path).parent.glob(f"{Path(path).name}*"):
        with suppress(OSError):  # what cannot be deleted cannot be written either: then it is kept in memory
            file.unlink(missing_ok=True)


class Shelf:
    """One open index. One thread at a time."""

    def __init__(self, db: Connection, model: str) -> None:
        self._db = db
        self.lessons = Lessons(db)
        found = db.execute("SELECT value FROM meta WHERE name = 'model'").fetchone()
        if model and (found is None or found[0] != model):
            with together(self._db):
                db.execute("UPDATE piece SET vector = NULL")
                db.execute("DELETE FROM situation")
                db.execute("INSERT OR REPLACE INTO meta VALUES ('model', ?)", (model,))

    # --- What is there ---

    def all(self) -> Iterator[Kept]:
        """Everything, by owner."""
        for owner in self.owners():
            yield from self.of(owner)

    def count(self) -> int:
        """How many sources there are."""
        return int(self._db.execute("SELECT count(*) FROM source").fetchone()[0])

    def of(self, owner: str) -> Iterator[Kept]:
        """All of one owner."""
        rows = self._db.execute(
            "SELECT id, kind, language, until, macro, only_ FROM source WHERE owner = ? ORDER BY id", (owner,)
        )
        for id, kind, language, until, macro, only in rows.fetchall():
            yield Kept(id, owner, intern(kind), intern(language), until, intern(macro), _only(only) if only else ())

    def owners(self) -> list[str]:
        """Of whom there is anything."""
        return [owner for (owner,) in self._db.execute("SELECT DISTINCT owner FROM source").fetchall()]

    def source(self, id: int) -> Source:
        """The whole of one. `KeyError` if it is not there."""
        row = self._db.execute("SELECT body FROM source WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise KeyError(id)
        return _decode(row[0])

    def own(self, most: int) -> list[Source]:
        """What whoever works here has answered, the newest first."""
        rows = self._db.execute("SELECT body FROM source WHERE own_at > 0 ORDER BY own_at DESC LIMIT ?", (most,))
        return [_decode(body) for (body,) in rows.fetchall()]

    def vectors(self, source: int) -> list[tuple[bytes, float]]:
        """(vector, scale) of all pieces of a source that were read."""
        return self._db.execute(
            "SELECT vector, scale FROM piece WHERE source = ? AND vector IS NOT NULL ORDER BY id", (source,)
        ).fetchall()

    def unread(self, most: int) -> list[tuple[int, int, str]]:
        """(piece, source, text) of some pieces whose meaning was not read yet."""
        return self._db.execute(
            "SELECT piece.id, piece.source, words.body FROM piece JOIN words ON words.rowid = piece.id"
            " WHERE piece.vector IS NULL ORDER BY piece.id LIMIT ?",
            (most,),
        ).fetchall()

    def count_unread(self) -> int:
        """How many of them there are."""
        return int(self._db.execute("SELECT count(*) FROM piece WHERE vector IS NULL").fetchone()[0])

    # --- What changes ---

    def put(
        self, owner: str, sources: Sequence[Source], tidy: Callable[[Source], Source], how: str = ""
    ) -> tuple[list[int], list[Kept]] | None:
        """All that there is of one owner, as it is told; it is kept as `tidy` makes it, and `how` names the way it does
        so. Returns what went and what came; None if it was all there already: that is known by what was told, for to
        make it tidy takes longer than all else.
        """
        digests = [hashlib.sha256(how.encode() + b"\0" + _encode(source)).digest() for source in sources]
        old = self._db.execute("SELECT id, digest FROM source WHERE owner = ? ORDER BY id", (owner,)).fetchall()
        if [bytes(digest) for _, digest in old] == digests:
            return None
        with together(self._db):
            self._drop([id for id, _ in old])
            came = [self._add(owner, tidy(source), digest) for source, digest in zip(sources, digests, strict=True)]
        return [id for id, _ in old], came

    def _add(self, owner: str, source: Source, digest: bytes) -> Kept:
        only = msgspec.json.encode(source.only).decode() if source.only else ""
        head = (owner, source.kind, source.language, source.until, source.macro)
        row = self._db.execute(
            "INSERT INTO source (owner, kind, language, until, macro, only_, own_at, digest, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*head, only, source.at if source.by else 0, digest, _encode(source)),
        )
        id = int(row.lastrowid or 0)
        for piece in pieces(source):
            at = self._db.execute("INSERT INTO piece (source) VALUES (?)", (id,)).lastrowid
            self._db.execute("INSERT INTO words (rowid, body) VALUES (?, ?)", (at, piece))
            self._count(piece, 1)
        return Kept(
            id, owner, intern(source.kind), intern(source.language), source.until, intern(source.macro), source.only
        )

    def _count(self, text: str, by: int) -> None:
        words = set(terms(text))
        self._db.executemany(
            "INSERT INTO word VALUES (?, ?) ON CONFLICT (term) DO UPDATE SET n = n + excluded.n",
            [(word, by) for word in words],
        )
        if by < 0:
            self._db.executemany("DELETE FROM word WHERE term = ? AND n <= 0", [(word,) for word in words])

    def _drop(self, ids: Iterable[int]) -> None:
        for id in ids:
            found = "SELECT piece.id, words.body FROM piece JOIN words ON words.rowid = piece.id WHERE source = ?"
            for piece, body in self._db.execute(found, (id,)).fetchall():
                self._count(body, -1)
                self._db.execute("DELETE FROM words WHERE rowid = ?", (piece,))
            self._db.execute("DELETE FROM piece WHERE source = ?", (id,))
            self._db.execute("DELETE FROM situation WHERE source = ?", (id,))
            self._db.execute("DELETE FROM source WHERE id = ?", (id,))

    def drop_owners(self, owners: Iterable[str]) -> None:
        """Forget all that there is of these."""
        with together(self._db):
            for owner in owners:
                self._drop([id for (id,) in self._db.execute("SELECT id FROM source WHERE owner = ?", (owner,))])

    def keep_vectors(self, read: Iterable[tuple[int, bytes, float]]) -> None:
        """(piece, vector, scale): what was read of them."""
        with together(self._db):
            self._db.executemany(
                "UPDATE piece SET vector = ?, scale = ? WHERE id = ?", [(data, scale, id) for id, data, scale in read]
            )

    def scour(self) -> None:
        """Nothing of what was dropped stays in the file: pages are wiped as they are freed, the log is cut."""
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """End it."""
        self._db.close()

    # --- Words ---

    def rarity(self, text: str) -> dict[str, float]:
        """How telling each word of a text is here (inverse document frequency); common words are none."""
        wanted = [word for word in dict.fromkeys(terms(text)) if word not in COMMON_WORDS][:200]
        marks = ",".join("?" * len(wanted))
        counts = dict(self._db.execute(f"SELECT term, n FROM word WHERE term IN ({marks})", wanted).fetchall())
        all_ = self._db.execute("SELECT max(id) FROM piece").fetchone()[0] or 0
        known = {word: math.log1p(all_ / (counts.get(word, 1) + 0.5)) for word in wanted}
        return {word: value if word in counts else value * UNHEARD for word, value in known.items()}

    def by_words(self, text: str, most: int) -> list[tuple[int, float]]:
        """(source, share) of those that have some of a text's rarest words: how much of what is telling in the text
        they have, from 0 to 1. The best first.
        """
        rarity = self.rarity(text)
        whole = sum(rarity.values())
        if not whole:
            return []
        best: dict[int, float] = {}
        for source, body in self._matches(" OR ".join(f'"{word}"' for word in self._rare(list(rarity))), most * 2):
            have = set(terms(body))
            best[source] = max(best.get(source, 0), sum(rarity[word] for word in rarity if word in have) / whole)
        return sorted(best.items(), key=lambda one: -one[1])[:most]

    def _rare(self, words: Sequence[str]) -> list[str]:
        """The rarest of these that are here at all: together in not too many pieces."""
        marks = ",".join("?" * len(words))
        rows = self._db.execute(f"SELECT term, n FROM word WHERE term IN ({marks}) ORDER BY n", list(words))
        taken, postings = list[str](), 0
        for term, count in rows.fetchall():
            postings += count
            if taken and (postings > MOST_POSTINGS or len(taken) == MOST_WORDS):
                break
            taken.append(term)
        return taken

    def by_phrase(self, phrase: str, most: int) -> list[int]:
        """The sources in which these words stand together."""
        inside = " ".join(terms(phrase))
        return list(dict.fromkeys(source for source, _ in self._matches(f'"{inside}"', most))) if inside else []

    def _matches(self, query: str, most: int) -> list[tuple[int, str]]:
        """(source, text) of pieces, the best by BM25 first."""
        if not query:
            return []
        rows = self._db.execute(
            "SELECT piece.source, words.body FROM (SELECT rowid AS id, bm25(words) AS score FROM words"
            " WHERE words MATCH ? ORDER BY score LIMIT ?) AS found CROSS JOIN piece ON piece.id = found.id"
            " CROSS JOIN words ON words.rowid = found.id ORDER BY found.score",
            (query, most),
        )
        return [(int(source), str(body)) for source, body in rows.fetchall()]


def pieces(source: Source) -> list[str]:
    """A source in parts that can be read at once: of a past case what was asked, else title, question and text."""
    if source.kind == "case":
        return [source.asked]
    head = " ".join(filter(None, (source.title, source.asked)))
    parts, part = list[str](), list[str]()
    for paragraph in filter(None, map(str.strip, source.text.split("\n"))):
        for start in range(0, len(words := paragraph.split()), PIECE_WORDS):
            some = words[start : start + PIECE_WORDS]
            if part and len(part) + len(some) > PIECE_WORDS:
                parts.append(" ".join(part))
                part = []
            part += some
    if part:
        parts.append(" ".join(part))
    return [f"{head}. {part}" for part in parts] or [head]
