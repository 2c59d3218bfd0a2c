"""Where this server stands, which classes of data stay in which region, and how far other regions have told theirs."""

from __future__ import annotations

import re
from typing import Literal, get_args

from ..cases import Case, Customer
from ..kernel import Millis, Name, Question, Record, Refusal, View, clean, eq, ne, on_taking, record
from ..kernel.values import END

HERE = "here"
"""The id of the one residence that a server has."""
Pinnable = Literal["name", "contact", "payment", "health", "identity", "free"]
"""Classes that can be pinned. What files hold is never sent to another region, pinned or not."""
PINNABLE = get_args(Pinnable)
_REGION = re.compile(r"^[a-z0-9][a-z0-9._-]{0,39}" + END)


@record("residence", complete=True, public=("region",))
class Residence(Record, frozen=True):
    """The region in which this server and its database stand."""

    region: Name


@record("pin", complete=True, public=("data_class", "region", "by"))
class Pin(Record, frozen=True):
    """Data of a class, of customers of a region, is kept in that region's database alone."""

    data_class: str
    region: Name
    by: str
    since: Millis


@record("neighbour", public=("key",))
class Neighbour(Record, frozen=True):
    """Another region that tells what may be seen of its cases; the id is its name. All that it has told up to its own
    revision `at` is here. `key` stands for all that decides what it tells: with another one it begins anew.
    """

    key: Name
    at: int
    since: Millis


PINS = Question("pin.all", Pin, (), ("region", "data_class"))
KEPT_CASES = Question("case.kept_in", Case, (eq("home", ":home"), ne("home", "")), ())
KEPT_CUSTOMERS = Question("customer.kept_in", Customer, (eq("home", ":home"), ne("home", "")), ())
CUSTOMERS_OF = Question("customer.of_region", Customer, (eq("region", ":region"), eq("home", "")), ())
MOST = 1_000


def region_word(text: str) -> str:
    """The name of a region as it is compared: in small letters."""
    word = clean(text).lower()
    if not _REGION.match(word):
        raise Refusal(
            "{region} is no name of a region. Use letters, digits, dots and dashes, such as eu or us-east.",
            "region",
            region=word[:50],
        )
    return word


def here(view: View) -> str:
    """The region in which this server stands; nothing if nobody has said."""
    found = view.get(Residence, HERE)
    return found.region if found is not None else ""


def pinned(view: View, region: str) -> frozenset[str]:
    """The classes of data that stay in a region."""
    return frozenset(pin.data_class for pin in view.page(PINS(), limit=MOST) if pin.region == region)


@on_taking
def belongs_elsewhere(view: View, region: str) -> bool:
    """Whether customers of a region may not be taken in here: something of what they say stays in that region."""
    word = clean(region).lower()
    return word != here(view) and bool(pinned(view, word))
