"""Random histories end with each replica equal to what the server would show: the first of them."""

from __future__ import annotations

import pytest
from tests.oracle.many import FIRST, HALF, broken_of


@pytest.mark.timeout(40_000)
def test_random_histories_end_well() -> None:
    broken = broken_of(FIRST, HALF)
    assert not broken, "\n".join(broken[:20])
