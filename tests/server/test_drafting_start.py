"""What desks are told of the drafting service when a server starts: nothing that the one before it has seen."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from tests.server.running import Company, company

from agentdesk.domain.suggestions.drafting import NoteService
from agentdesk.domain.suggestions.steering import ASSIST, AssistState
from agentdesk_server.drafting.service import SYSTEM
from agentdesk_server.gate.seen import done, given


def state(shop: Company) -> str:
    found = shop.state.reader.records.of(AssistState, ASSIST)
    return found.service if found is not None else ""


@pytest.mark.parametrize(("before", "after"), [("resting", "on"), ("on", "on"), ("", "")])
def test_a_server_that_starts_does_not_rest_for_the_one_before(
    tmp_path: Path, before: Literal["", "on", "resting"], after: str
) -> None:
    with company(tmp_path) as first:
        first.running.do(done(first.state.writer, given(SYSTEM, NoteService(state=before))))
        assert state(first) == before
    with company(tmp_path, new=False) as second:
        assert state(second) == after
