"""`agentdesk admin assist`: rules of queues in versions, and drills, in the operator's words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.server.running import Company, company

from agentdesk.domain.people import TEAMS
from agentdesk.domain.suggestions import limit
from agentdesk_server.admin import _parser, _request
from agentdesk_server.asked import Cannot
from agentdesk_server.privacy.schedule import view_on
from agentdesk_server.steering import AssistDrill, AssistSet, AssistShow, AssistVersions


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with company(tmp_path_factory.mktemp("server")) as made:
        yield made


def test_rules_and_drills(shop: Company) -> None:
    tell = shop.running.operate
    assert "every team, chat: from 80 %" in tell(AssistSet(channel="chat", least=80, note="Safer."))
    told = tell(AssistSet(team=shop.team, on=False))
    assert "every team, chat: from 80 %" in told
    name = next(one.name for one in view_on(shop.state.core.reader).page(TEAMS()) if one.id == shop.team)
    assert f"{name} ({shop.team}), every channel: off" in told
    assert f"{name} ({shop.team}), every channel: off" in tell(AssistVersions())
    assert tell(AssistVersions()).count("\n") == 1
    view, now = view_on(shop.state.core.reader), shop.state.clock()
    assert limit(view, shop.team, "email", now).level == 1
    assert limit(view, "other", "chat", now).least == 0.8
    assert "drill: level 2, by words only" in tell(AssistDrill(level=2, minutes=5, reason="To see."))
    assert "drill" not in tell(AssistDrill(level=2, minutes=0))
    assert "version 2" in tell(AssistShow())
    with pytest.raises(Cannot, match="why"):
        tell(AssistDrill(level=1, minutes=5))
    with pytest.raises(Cannot, match="no team"):
        tell(AssistSet(team="nobody"))
    with pytest.raises(Cannot, match=r"There is no channel Fax\. There are: chat, email\."):
        tell(AssistSet(channel=" Fax "))


@pytest.mark.parametrize(
    ("words", "expected"),
    [("show", AssistShow()), ("versions", AssistVersions()),
     ("set --team A --channel chat --least 80 --note Why", AssistSet(team="A", channel="chat", least=80, note="Why")),
     ("set --off", AssistSet(on=False)), ("drill 1 30 --reason Test", AssistDrill(level=1, minutes=30, reason="Test"))],
)  # fmt: skip
def test_the_command_line(words: str, expected: object) -> None:
    assert _request(_parser().parse_args(["--data", "x", "assist", *words.split()])) == expected
