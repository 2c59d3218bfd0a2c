"""Leaves pictures of handing on: conversation, dialogs, graph: `python tests/desk/preview_escalation.py FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
from tests.desk.fake_desk import MINUTE, FakeDesk
from tests.desk.graphed import SYSTEM, in_both, publish
from tests.desk.previewing import WIDE, Look, windows

from agentdesk.desk.pages.escalation import EscalationPage
from agentdesk.desk.pages.queue.escalating import open_escalate
from agentdesk.desk.pages.queue.page import QueuePage
from agentdesk.desk.pages.queue.returning import open_return
from agentdesk.domain.cases import Claim
from agentdesk.domain.clocks import Draft, Policy, Publish, Target
from agentdesk.domain.escalation import Answer, Escalate


def desk() -> FakeDesk:
    """Clocks run, the graph holds, and one case was handed on."""
    made = FakeDesk()
    in_both(made)
    targets = (Target(metric="first", minutes=(480, 240, 60, 15)),)
    made.act(Draft(regime="rules", calendars=(), policies=(Policy(id="usual", name="Usual", targets=targets),)), SYSTEM)
    made.act(Publish(regime="rules"), SYSTEM)
    publish(made)
    for n, name in enumerate(("Lena Sorensen", "Tomas Okafor"), 1):
        made.time += 7 * MINUTE
        made.open_case(f"c{n}", customer=f"u{n}", customer_name=name)
    said = (Answer("What was tried?", "A new cable."), Answer("What does the customer want?", "Her money back."))
    made.act(Claim(case="c2"), made.me)
    made.act(
        Escalate(
            handoff="h1", case="c2", to="second", transfers=0, answers=said, words="She is in a hurry.", warm=True
        ),
        made.me,
    )
    made.time += 4 * MINUTE
    return made


def main(folder: Path) -> None:
    for window in windows(Look("light", "en", WIDE), Look("dark", "de", (1240, 680))):
        shell, made, of = window.shell, desk(), f"{window.look.theme}-{window.look.language}.png"
        queue = QueuePage(made, shell.settings, shell)
        shell.add_page(queue)
        shell.open_page("queue")
        queue.show_case("c2")
        window.grab(folder / f"handed-{of}")
        for name, dialog in (
            ("hand-on", open_escalate(made, "c1", shell)), ("return", open_return(made, "c2", shell)),
        ):  # fmt: skip
            assert dialog is not None
            window.grab(folder / f"{name}-{of}", dialog)
            dialog.reject()
        lead = msgspec.structs.replace(made.me, role="supervisor", scopes=made.me.scopes | {"routing"})
        made._me = lead
        page = EscalationPage(made, shell.settings, shell)
        shell.add_page(page)
        shell.open_page("escalation")
        page.choose("second")
        page.form.ends.setChecked(False)
        page.form.to.line.setText("")
        page.form.waits.line.setText("")
        page.verify()
        window.grab(folder / f"graph-{of}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
