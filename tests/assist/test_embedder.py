"""The embedder: pieces of words, the pack and its digest, and that like texts come out near each other."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from agentdesk.assist import packs
from agentdesk.assist.embedder import MOST_PIECES, WIDTH, Embedder, gelu
from agentdesk.assist.pack import BadPack, read, small, write
from agentdesk.assist.wordpiece import WordPiece, words
from agentdesk.desk.resources import resource


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    try:
        path = resource(packs.EMBEDDER)
    except FileNotFoundError:
        pytest.skip("the model's pack was not made: scripts/make_pack.py")
    return Embedder(read(path, packs.EMBEDDER_SHA256))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Hello, World!", ["hello", ",", "world", "!"]),
        ("don't stop", ["don", "'", "t", "stop"]),
        ("e\tmail\r\nA-4711", ["e", "mail", "a", "-", "4711"]),
        ("nul\0and\x7fbell\x07", ["nulandbell"]),
        ("Grüße à Ångström", ["gruße", "a", "angstrom"]),
        ("我的包裹 ok", ["我", "的", "包", "裹", "ok"]),
        ("«quoted»…end", ["«", "quoted", "»", "…", "end"]),
        ("\u200bzero\ufeff width", ["zero", "width"]),
        ("ΟΔΟΣ", ["οδοσ"]),
        ("  ", []),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    assert list(words(text)) == found


@pytest.mark.parametrize("text", ["Hello, World! a_b {x} ~", "tabs\tand\nlines", "bell\x07bell", "1,000.50$", "a\x00b"])
def test_ascii_and_all_else_are_cut_alike(text: str) -> None:
    assert [*words(text), "…"] == list(words(f"{text} …"))


def test_pieces_are_the_longest_there_are() -> None:
    cut = WordPiece(["[UNK]", "[CLS]", "[SEP]", "un", "##aff", "##able", "##a", "##ff", "x"])
    assert cut.ids("unaffable x", 9) == [1, 3, 4, 5, 8, 2]
    assert cut.ids("unknown", 9) == [1, 0, 2]
    assert cut.ids("x" * 101, 9) == [1, 0, 2]
    assert cut.ids("x " * 50, 9) == [1, *[8] * 7, 2]


def test_a_pack_comes_back_and_a_changed_byte_is_refused(tmp_path: Path) -> None:
    weights = np.random.default_rng(1).normal(size=(20, 30)).astype(np.float32)
    weights[3] = 0
    numbers, scale = small(weights)
    path = tmp_path / "a.pack"
    digest = write(path, "a", "here", "none", {"w": numbers, "w.scale": scale})
    assert write(path, "a", "here", "none", {"w": numbers, "w.scale": scale}) == digest
    assert np.abs(read(path, digest).rows("w") - weights).max() <= scale.max() / 2 + 1e-7
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(BadPack, match="Install AgentDesk again"):
        read(path, digest)
    with pytest.raises(BadPack, match="cannot be read"):
        read(tmp_path / "none.pack", digest)


def test_gelu() -> None:
    found = gelu(np.array([-10, -1, 0, 1, 10], np.float32))
    assert np.allclose(found, [0, -0.15865525, 0, 0.84134475, 10], atol=1e-6)


def test_like_texts_are_near_and_of_length_one(embedder: Embedder) -> None:
    refund, money, weather = (
        embedder.embed(text) for text in ("I want a refund", "How do I get my money back?", "The weather is nice")
    )
    assert refund @ money > 0.5 > 0.2 > refund @ weather
    assert np.linalg.norm(refund) == pytest.approx(1, abs=1e-5)
    assert refund.shape == (WIDTH,)
    assert not embedder.embed(" \x00 ").any()


def test_texts_read_together_mean_what_they_mean_alone(embedder: Embedder) -> None:
    texts = ["I want a refund", "", "refund " * 400, "我的包裹", "\x00", "Where is A-4711?"]
    together = embedder.embed_all(texts)
    assert np.allclose(together, [embedder.embed(text) for text in texts], atol=1e-5)
    assert embedder.embed_all([]).shape == (0, WIDTH)


def test_a_very_long_text_is_cut(embedder: Embedder) -> None:
    long = embedder.embed("refund " * 100_000)
    assert np.allclose(long, embedder.embed("refund " * (MOST_PIECES - 2)))
    assert np.isfinite(embedder.embed("\U0001f600" * 5000)).all()


def test_published_pieces(embedder: Embedder) -> None:
    """BERT's own example of a word in pieces."""
    assert embedder.pieces.ids("unaffable", 9) == [101, 14477, 20961, 3468, 102]


def test_it_finds_what_a_customer_wants_by_its_name_alone(embedder: Embedder, data_dir: Path) -> None:
    """banking77, every 20th text of the test part against the names of the 77 intents, never seen."""
    rows = list(csv.reader((data_dir / "banking77" / "test.csv").read_text("utf-8").splitlines()))[1::20]
    names = sorted({row[1] for row in rows})
    meant = np.array([embedder.embed(name.replace("_", " ")) for name in names])
    best = [np.argsort(-(meant @ embedder.embed(row[0])))[:3] for row in rows]
    assert np.mean([row[1] in [names[i] for i in three] for row, three in zip(rows, best, strict=True)]) >= 0.75
