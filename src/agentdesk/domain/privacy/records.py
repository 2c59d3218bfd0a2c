"""What proves that data went, and what keeps it: erasures, the devices that confirm them, legal holds."""

from __future__ import annotations

from ..kernel import Millis, Question, Record, ShortText, View, eq, on_returning, record
from ..kernel.values import Stamp

PRIVACY = "privacy"
"""The home of all these records: held by whoever may see what is kept how long."""


@record("erasure", public=("customer", "ground", "by"))
class Erasure(Record, frozen=True):
    """All data about one customer was erased. It names nobody: `customer` is an id that no longer leads anywhere, and
    late laptops are told by it what to destroy.

    `ground` is one of `GROUNDS`; the counts say how much there was. `done` once nothing is left here, `told` once the
    devices that may hold something are listed; `confirmed` counts those of them that have destroyed it.
    """

    customer: str
    ground: str
    by: str
    since: Millis
    cases: int = 0
    messages: int = 0
    files: int = 0
    done: Millis = 0
    told: Millis = 0
    devices: int = 0
    confirmed: int = 0


@record("confirmation", public=("erasure", "customer", "person", "device"))
class Confirmation(Record, frozen=True):
    """A device that may hold something of what was erased. `at` is when it said that nothing is left on it."""

    erasure: str
    customer: str
    person: str
    device: str
    asked: Millis
    at: Millis = 0


@record(
    "hold",
    classes={"reason": "free"},
    public=("customer", "case", "by", "released_by"),
    about={"customer": "customer", "case": "case"},
)
class Hold(Record, frozen=True):
    """A legal matter: all there is about a customer, or one case of theirs (`case`), stays, whatever the schedule says
    and whoever asks for its erasure, until somebody releases it.
    """

    customer: str
    case: str
    reason: ShortText
    by: str
    since: Millis
    released: Millis = 0
    released_by: str = ""
    stamp: Stamp = ""


ERASURES = Question("erasure.all", Erasure, (), ("-since",))
ERASURE_OF = Question("erasure.of_customer", Erasure, (eq("customer", ":customer"),), ("-since",))
ERASING = Question("erasure.unfinished", Erasure, (eq("done", 0),), ("since",))
UNTOLD = Question("erasure.untold", Erasure, (eq("told", 0),), ("since",))
CONFIRMATIONS = Question("confirmation.of_erasure", Confirmation, (eq("erasure", ":erasure"),), ("asked",))
OWED = Question(
    "confirmation.owed", Confirmation, (eq("person", ":person"), eq("device", ":device"), eq("at", 0)), ("asked",)
)
HOLDS = Question("hold.all", Hold, (), ("-since",))
HELD = Question("hold.of", Hold, (eq("customer", ":customer"), eq("case", ":case"), eq("released", 0)), ("since",))


@on_returning
def was_erased(view: View, kind: str, id: str) -> bool:
    """Whether this customer's data was erased, or is being erased."""
    return kind == "customer" and bool(view.page(ERASURE_OF(customer=id), limit=1))


def is_held(view: View, customer: str, case: str = "") -> bool:
    """Whether a legal hold keeps this customer as a whole, or this one case of theirs."""
    return bool(view.page(HELD(customer=customer, case=case), limit=1))
