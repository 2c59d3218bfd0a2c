"""Leaves pictures of due times: the page of rules, the queue, the sum: `python tests/desk/preview_clocks.py FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
from tests.desk.fake_desk import MINUTE, FakeDesk
from tests.desk.previewing import USUAL, windows

from agentdesk.desk.pages.clocks import ClocksPage
from agentdesk.desk.pages.queue.page import QueuePage
from agentdesk.desk.pages.queue.why_due import WhyDialog
from agentdesk.domain.clocks import USUAL_LADDER, Calendar, Draft, Holiday, Policy, Publish, Target

HOURS = tuple((day, *hours) for day in range(5) for hours in ((9 * 60, 12 * 60), (13 * 60, 17 * 60)))


def desk() -> FakeDesk:
    """Rules in force, and cases that are late, soon due and at ease."""
    made = FakeDesk()
    agent = made.me
    made._me = msgspec.structs.replace(agent, role="admin", scopes=agent.scopes | {"planning"})
    office = Calendar("office", "Office", "Europe/Berlin", HOURS, (Holiday(20270118, "Company day"),))
    targets = (
        Target(metric="first", minutes=(480, 240, 60, 15)),
        Target(metric="resolution", minutes=(2880, 960, 480, 240), pauses=("answered",)),
    )
    usual = Policy(id="usual", name="Usual", calendar="office", targets=targets, ladder=USUAL_LADDER)
    made.do(Draft(regime="rules", calendars=(office,), policies=(usual,)))
    made.time -= 400 * MINUTE
    made.do(Publish(regime="rules"))
    made.time += 400 * MINUTE + 5 * 3_600_000
    for n, ago in enumerate((310, 215, 40, 5), 1):
        made.time -= ago * MINUTE
        made.open_case(
            f"c{n}",
            customer=f"u{n}",
            customer_name=("Lena Sorensen", "Tomas Okafor", "Priya Raman", "Jonas Beck")[n - 1],
        )
        made.time += ago * MINUTE
    return made


def main(folder: Path) -> None:
    for window in windows(*USUAL):
        shell, made, of = window.shell, desk(), f"{window.look.theme}-{window.look.language}.png"
        shell.add_page(ClocksPage(made, shell.settings, shell))
        made._me = msgspec.structs.replace(made.me, role="agent")
        queue = QueuePage(made, shell.settings, shell)
        shell.add_page(queue)
        queue.list.show_view("unassigned")
        queue.list.sort_by("due")
        queue.show_case("c1")
        for page in ("clocks", "queue"):
            shell.open_page(page)
            window.grab(folder / f"{page}-{of}")
        queue.conversation.header.due.click()
        (dialog,) = shell.findChildren(WhyDialog)
        window.grab(folder / f"why-{of}", dialog)
        dialog.accept()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
