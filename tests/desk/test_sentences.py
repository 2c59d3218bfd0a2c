"""What stops a person at the door is said in their language too, though it comes from below the desk."""

from __future__ import annotations

import pytest

from agentdesk.desk import texts
from agentdesk.desk.holding import LOST
from agentdesk.desk.startup import STRIPPED
from agentdesk.store.lease import LAPSED, SET_BACK_SENTENCE
from agentdesk.store.staging import _damaged
from agentdesk.store.vault import VaultError, VaultState, _decoded
from agentdesk.sync.worker.asking import Asks


def damaged() -> str:
    with pytest.raises(VaultError) as caught:
        _decoded("no key")
    return str(caught.value)


def unasked() -> str:
    from concurrent.futures import Future

    asks, future = Asks(), Future[None]()
    asks.add(1, future)
    asks.end()
    return str(future.exception())


SENTENCES = (
    *(state.value for state in VaultState), LAPSED, SET_BACK_SENTENCE, LOST, STRIPPED, str(_damaged()), damaged(),
    unasked(),
)  # fmt: skip


@pytest.mark.parametrize("sentence", SENTENCES)
def test_each_has_its_german(sentence: str) -> None:
    german = texts.words("de").get(sentence, "")
    assert german, f"no German for {sentence!r} in resources/i18n/de"
    assert german != sentence
