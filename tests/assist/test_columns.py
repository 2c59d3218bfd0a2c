"""What is held of each source: found again by owner and kind, and gone with what is dropped."""

from __future__ import annotations

import numpy as np

from agentdesk.assist.columns import Columns
from agentdesk.assist.shelf import Kept
from agentdesk.assist.vectors import WIDTH, Vectors


def test_a_source_is_as_it_was_put_until_it_is_dropped() -> None:
    columns = Columns()
    macro = Kept(7, "macro:1", "macro", "en", 0, "1", (("gold",),))
    past = Kept(5_000, "case:9", "case", "de", 12, "1", ())
    own = Kept(5_001, "case:9", "case", "", 0, "", ())
    for one in (macro, past, own):
        columns.put(one)
    assert [columns[one.id] for one in (macro, past, own)] == [macro, past, own]
    assert (list(columns), len(columns)) == ([7, 5_000, 5_001], 3)
    assert (columns.of("case:9"), columns.of("case:8")) == ([5_000, 5_001], [])
    assert columns.ids("case", by_macro=True) == [5_000]
    assert columns.ids("case", by_macro=False) == [5_001]
    assert columns.ids("post", by_macro=False) == []
    assert 6 not in columns
    assert 10_000_000 not in columns
    assert columns.drop(5_000)
    assert not columns.drop(5_000)
    columns.drop(5_001)
    columns.drop_owner("case:9")
    assert (list(columns), columns.has("case:9"), columns.of("case:9")) == ([7], False, [])
    columns.put(Kept(5_002, "case:10", "case", "en", 0, "", ()))
    assert (columns.of("case:10"), columns.of("case:9"), columns[7]) == ([5_002], [], macro)


def test_rows_of_one_source_stay_together_and_leave_together() -> None:
    draw, vectors = np.random.default_rng(1), Vectors()
    rows = draw.integers(-127, 127, (3, WIDTH), np.int8)
    for owner, row in zip((2, 9_000, 2), rows, strict=True):
        vectors.add(owner, row.tobytes(), 0.5)
    first, far = vectors.of(2), vectors.of(9_000)
    assert first is not None
    assert far is not None
    assert np.allclose(first, rows[0] * 0.5)
    assert np.allclose(far, rows[1] * 0.5)
    assert vectors.of(3) is None
    asked = (rows[2] / np.linalg.norm(rows[2].astype(np.float32))).astype(np.float32)
    open_ = np.ones(10_000, np.bool_)
    assert vectors.best(vectors.scan(asked), open_, 2)[0][0] == 2
    vectors.drop(2)
    assert (vectors.has(2), len(vectors)) == (False, 1)
    assert [owner for owner, _ in vectors.best(vectors.scan(asked), open_, 5)] == [9_000]
    vectors.add(4, rows[2].tobytes(), 0.5)
    vectors.add(2, rows[0].tobytes(), 0.5)
    assert (vectors.has(2), vectors.has(4), len(vectors)) == (True, True, 3)
    assert vectors.best(vectors.scan(asked), open_, 1)[0][0] == 4
