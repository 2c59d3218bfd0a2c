"""Leaves pictures of the page of the forum: `python tests/desk/preview_forum.py FOLDER`."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import msgspec
from tests.desk.fake_desk import FakeDesk
from tests.desk.preview_knowledge import picture
from tests.desk.previewing import NARROW, WIDE, Look, windows

from agentdesk.desk.pages.forum import ForumPage
from agentdesk.domain.forum import Accept, Answer, Ask, CastVote, EditPost, Moderate
from agentdesk.domain.governed import UseAnswer
from agentdesk.domain.kernel import Actor

OTHERS = (
    ("Chat widget drops the language on Safari", "App", "dario"),
    ("What do we say about the battery recall?", "Product", "ben"),
    ("Macro for lost parcels in Norway", "Orders", "rosa"),
    ("How do you calm a caller who wants a manager at once?", "Craft", "ben"),
    ("أين نجد رقم الفاتورة؟", "Billing", "dario"),
    ("CRM is slow again, 09:40–10:10", "Systems", "rosa"),
)
LOOKS = (Look("light", "en", WIDE), Look("dark", "en", WIDE), Look("dark", "de", NARROW))


def desk() -> FakeDesk:
    """Some topics, one of them solved and used."""
    made = FakeDesk()
    made._me = msgspec.structs.replace(made.me, role="supervisor", scopes=made.me.scopes | {"library", "oversight"})
    people = {id: Actor(id, "agent", id.title(), ("billing",), made.me.scopes) for id in ("dario", "rosa", "ben")}
    for n, (title, space, who) in enumerate(OTHERS):
        made.act(Ask(topic=f"o{n}", post=f"oq{n}", space=space, title=title, text="What do you say?"), people[who])
    made.do(Moderate(post="oq5", act="incident", reason="It is slow for all."))
    made.do(Moderate(post="oq1", act="vouch", reason="Approved by the product team."))
    made.open_case("c1", "Where is my refund?")
    made.time += 5_000
    first = "A customer's refund is marked as issued since the 10th, her bank shows nothing. What do you ask for?"
    made.act(
        Ask(topic="t", post="q", space="Billing", title="Refund says issued, customer sees nothing", text=first,
            case="c1"), people["dario"],
    )  # fmt: skip
    said = (
        ("a", "rosa", "Open the payment in the ledger and copy the **ARN** (23 digits). With it her bank can trace the "
         "refund on the same day. If it is older than ten working days, escalate with the *Payments* hand-off form."),
        ("b", "ben", "Worked twice today. One bank had merged two refunds into one line, so compare the sum as well."),
    )  # fmt: skip
    for id, who, text in said:
        made.time += 3_600_000
        made.act(Answer(topic="t", post=id, text=text), people[who])
    made.time += 3_600_000
    made.do(Answer(topic="t", post="m", text="Could we have that as a macro?"))
    shot = made.stage(picture(), "payments.png")
    made.act(Answer(topic="t", post="s", text="It stands here:", files=(shot,)), people["dario"])
    made.do(EditPost(post="m", edit="me", text="Could we have that as a macro? I'd use it daily."))
    for who in ("dario", "ben"):
        made.act(CastVote(post="a"), people[who])
    made.do(CastVote(post="a"))
    made.act(Accept(topic="t", post="a"), people["dario"])
    made.do(UseAnswer(use="u", kind="topic", record="t", case="c1", how="text"))
    return made


def main(folder: Path) -> None:
    for window in windows(*LOOKS):
        shell, look, made = window.shell, window.look, desk()
        page = ForumPage(made, shell.settings, shell)
        shell.add_page(page)
        shell.open_page("forum")
        for name, show in (
            ("today", page.show_today),
            ("thread", partial(page.open_topic, "t")),
            ("history", partial(page.thread_.act, "act:history:m")),
            ("ask", page.ask),
        ):
            show()
            window.grab(folder / f"forum-{name}-{look.theme}-{look.size[0]}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
