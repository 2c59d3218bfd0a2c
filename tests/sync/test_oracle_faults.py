"""Planted faults are caught by random histories; and those that `test_oracle.py` leaves over end well."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from tests.oracle.faults import FAULTS, Fault
from tests.oracle.history import Broken, play, templates
from tests.oracle.many import END, HALF, broken_of, place

ENOUGH = 60
"""Histories within which a planted fault must show."""


@pytest.mark.timeout(40_000)
def test_the_other_random_histories_end_well() -> None:
    broken = broken_of(HALF, END)
    assert not broken, "\n".join(broken[:20])


@pytest.mark.timeout(600)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_planted_faults_are_caught(fault: Fault) -> None:
    logging.disable(logging.CRITICAL)  # a fault may well be noticed by the server first, loudly
    try:
        with place() as folder:
            made = templates(folder)
            with fault():
                assert _shows(folder, made), f"{fault.__name__}: {fault.__doc__}"
    finally:
        logging.disable(logging.NOTSET)


def _shows(folder: Path, made: Path) -> bool:
    for seed in range(ENOUGH):
        try:
            play(folder, made, seed)
        except (Broken, AssertionError, KeyError, RuntimeError):
            return True
    return False
