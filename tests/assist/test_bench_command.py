"""`agentdesk assist bench`: what it says of a labelled set, and of files that are none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from agentdesk.assist import packs
from agentdesk.assist.bench.command import main
from agentdesk.assist.bench.figures import at_rank, calibration, share
from agentdesk.desk.resources import resource_or_none

TOLD = [
    ("The refund has not arrived at my bank", "refund"),
    ("Refund still missing from my card", "refund"),
    ("I want to change the delivery address", "address"),
    ("Wrong address on the parcel label", "address"),
]


def written(path: Path, lines: Sequence[dict[str, Any]]) -> str:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return str(path)


def measured(capsys: pytest.CaptureFixture[str], *args: str) -> dict[str, Any]:
    assert main(["bench", *args, "--by-words", "--json"], "", resource_or_none(packs.MOOD)) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return {**found, **{one["name"]: one["value"] for one in found["figures"]}}


def test_each_task_is_measured_and_cites_its_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train = written(tmp_path / "train.jsonl", [{"text": text, "label": label} for text, label in TOLD])
    asked = [("my refund has not arrived at the bank", "refund"), ("change delivery address please", "address"),
             ("qqq zzz", None)]  # fmt: skip
    test = written(tmp_path / "test.jsonl", [{"text": text, "label": label} for text, label in asked])
    found = measured(capsys, "intents", "--train", train, "--test", test)
    assert (found["R@1"], found["precision of the first card"], found["model"]) == (1.0, 1.0, "")
    assert len(found["train"]["train.jsonl"]) == len(found["test"]["test.jsonl"]) == 64
    said = [{"context": [{"who": "customer", "text": text}], "reply": f"About {label}.", "dialogue": n}
            for n, (text, label) in enumerate(TOLD)]  # fmt: skip
    train, test = written(tmp_path / "r.jsonl", said[::2]), written(tmp_path / "rt.jsonl", said[1::2])
    assert measured(capsys, "replies", "--train", train, "--test", test)["R@1 of 100"] == 1.0
    known = [{"filter": f"shop {n}", "article": {"id": str(n), "title": "Opening hours", "text": f"We open at {n}."}}
             for n in (8, 9)]  # fmt: skip
    train = written(tmp_path / "a.jsonl", known)
    test = written(tmp_path / "at.jsonl", [{"question": "opening hours", "filter": "shop 9", "article": "9"}])
    assert measured(capsys, "articles", "--train", train, "--test", test)["R@1"] == 1.0
    test = written(tmp_path / "p.jsonl", [{"text": "Write to jo@example.org, please", "spans": [[9, 23, "EMAIL"]]}])
    assert measured(capsys, "pii", "--test", test)["span recall"] == 1.0
    test = written(tmp_path / "m.jsonl", [{"text": "terrible, awful service", "label": "negative"},
                                          {"text": "wonderful and excellent", "label": 3.1}])  # fmt: skip
    assert measured(capsys, "sentiment", "--test", test)["accuracy of the sign"] == 1.0
    test = written(tmp_path / "l.jsonl", [{"text": "Wo ist mein Paket und warum ist es nicht hier?", "label": "de-DE"}])
    assert measured(capsys, "language", "--test", test)["accuracy"] == 1.0


def test_what_cannot_be_measured_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = written(tmp_path / "x.jsonl", [{"words": "no text"}])
    plain = tmp_path / "plain.txt"
    plain.write_text("no json")
    deep, large = tmp_path / "deep.json", tmp_path / "large.json"
    deep.write_text("[" * 100_000)
    with large.open("wb") as file:
        file.truncate((256 << 20) + 1)
    for args, sentence in (
        (["bench", "language", "--test", lines], "a line is not as language needs it"),
        (["bench", "language", "--test", str(plain), "--by-words"], "is not JSON"),
        (["bench", "language", "--test", str(deep), "--by-words"], "is not JSON"),
        (["bench", "language", "--test", str(large), "--by-words"], "is too large: a file has at most 256 MB"),
        (["bench", "language", "--test", str(tmp_path / "none")], "cannot be read"),
        (["bench", "intents", "--test", lines], "needs --train"),
        (["drill"], "usage"),
    ):
        assert main([*args, *(["--by-words"] if len(args) == 4 else [])], "", "") == 2
        assert sentence in capsys.readouterr().err
    assert main(["bench", "language", "--test", lines], str(tmp_path / "none.pack"), "") == 2
    assert "--by-words" in capsys.readouterr().err


def test_figures() -> None:
    one = share("x", 50, 100)
    assert (one.value, one.low, one.high) == (0.5, 0.4038, 0.5962)  # Wilson's interval, as tables give it
    assert (share("x", 0, 0).high, share("x", 3, 3).high) == (1.0, 1.0)
    surely = [(0.9, True)] * 9 + [(0.9, False)] + [(0.15, False)] * 10
    assert calibration("x", surely).value == 0.075
    assert calibration("x", []).value == 0
    assert (at_rank([4, 1, 3, 2], 0.5), at_rank([4, 1, 3, 2], 0.99), at_rank([], 0.5)) == (2, 4, 0.0)
