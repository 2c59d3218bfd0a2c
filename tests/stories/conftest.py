"""A company for each story; its folder is made once by the command line and copied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from tests.stories.rig import Company, Template, place


@pytest.fixture(scope="session")
def template() -> Iterator[Template]:
    """The company before the first story."""
    folder = place()
    yield Template(folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def shared_company(template: Template) -> Iterator[Company]:
    """A company whose server runs through all stories of a file."""
    with Company(place(), template) as found:
        yield found


@pytest.fixture
def company(shared_company: Company) -> Iterator[Company]:
    """The same, with no laptop open before or after."""
    yield shared_company
    shared_company.close_all()


@pytest.fixture
def own_company(template: Template) -> Iterator[Company]:
    """A company to kill, burn down and restore."""
    with Company(place(), template) as found:
        yield found
