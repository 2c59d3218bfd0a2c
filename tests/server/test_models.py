"""`agentdesk admin model`: entered, measured by what a bench printed, withdrawn, in the operator's words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from tests.server.running import Company, company

from agentdesk.domain.models import OWN
from agentdesk_server.admin import _parser, _request
from agentdesk_server.asked import Cannot
from agentdesk_server.models import ModelKeep, ModelList, ModelMeasure

OTHER, DATA = "ab" * 32, "cd" * 32
REPORT = {"task": "intents", "figures": [{"name": "R@1", "value": 0.85, "low": 0.84, "high": 0.86, "of": 3080}],
          "p50_ms": 5.0, "p99_ms": 12.5, "memory_mb": 210.0, "train": {},
          "test": {"test.jsonl": DATA}}  # fmt: skip


def report(model: str, **other: object) -> str:
    return msgspec.json.encode({**REPORT, "model": model, **other}).decode()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with company(tmp_path_factory.mktemp("server")) as made:
        yield made


def test_the_registry(shop: Company) -> None:
    tell = shop.running.operate
    assert "built in" in tell(ModelList())
    assert "trial" in tell(ModelKeep(model=OTHER, name="Own", licence="MIT", state="trial"))
    told = tell(ModelMeasure(model=OWN, report=report(OWN)))
    assert "intents: R@1 0.850 [0.840, 0.860]; p99 12.5 ms; data cdcdcdcdcdcd" in told
    assert "all-MiniLM" in told, "what it came with is entered as it is"
    told = tell(ModelKeep(model=OWN, state="withdrawn", note="It mixes things up."))
    assert ("withdrawn" in told, "R@1 0.850" in told) == (True, True)
    for wish, why in (
        (ModelKeep(model="ff" * 32, state="in_use"), "what the model is called"),
        (ModelKeep(model=OTHER, state="withdrawn"), "why the model is withdrawn"),
        (ModelMeasure(model=OTHER, report="{}"), "is not what"),
        (ModelMeasure(model=OTHER, report="[" * 60_000), "is not what"),
        (ModelMeasure(model=OTHER, report='{"task":' * 7_000), "is not what"),
        (ModelMeasure(model=OTHER, report=report(OWN)), "another model"),
        (ModelMeasure(model=OTHER, report=report(OTHER, test={})), "not as the registry needs it"),
        (ModelMeasure(model="ff" * 32, report=report("ff" * 32)), "not in the registry"),
    ):
        with pytest.raises(Cannot, match=why):
            tell(wish)


def test_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text(report(OWN))

    def asked(words: str) -> object:
        return _request(_parser().parse_args(["--data", "x", "model", *words.split()]))

    assert asked("list") == ModelList()
    assert asked(f"measure {OWN} {file}") == ModelMeasure(model=OWN, report=report(OWN))
    assert asked(f"state {OTHER} in-use --name N --licence MIT --languages en,de") == ModelKeep(
        model=OTHER, state="in_use", name="N", licence="MIT", languages=("en", "de")
    )
    with pytest.raises(Cannot, match="cannot be read"):
        asked(f"measure {OWN} {tmp_path / 'none.json'}")
    for held in (f"{report(OWN)}{' ' * 60_000}", "[" * 1_000_000):
        file.write_text(held)
        with pytest.raises(Cannot, match=r"report\.json is too long: .* at most 60,000 characters"):
            asked(f"measure {OWN} {file}")
