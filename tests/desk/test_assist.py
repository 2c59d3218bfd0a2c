"""Suggestions at a desk: begun beside the window, told of what is there, and gone without a loss when they end."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import msgspec
import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from tests.desk.fake_desk import FakeDesk

from agentdesk.assist.frames import Answer, Open
from agentdesk.desk.assist import assist as assisting
from agentdesk.desk.assist import worker as working
from agentdesk.desk.assist.assist import FULL, OFF, STARTING, STOPPED, WORDS, Assist
from agentdesk.desk.assist.beginning import SETTING, Beginning
from agentdesk.desk.assist.feeding import everything, of_owner
from agentdesk.desk.assist.sources import names_of
from agentdesk.desk.bridge import Bridge
from agentdesk.desk.glance import Identity, folder_of
from agentdesk.desk.holding import INDEX
from agentdesk.desk.live import Live
from agentdesk.desk.settings import Settings
from agentdesk.desk.statusline import StatusLine
from agentdesk.domain.cases import Case, Message, Reply, Solve
from agentdesk.domain.kernel import Actor
from agentdesk.domain.macros import AddMacro, Macro, MacroReply, RemoveMacro, Wording
from agentdesk.domain.suggestions import Drill
from agentdesk.store.vault import SessionVault

PATIENCE = 30_000


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDesk]:
    """A desk with a case, a macro, and no model: by words it answers sooner."""
    monkeypatch.setattr(assisting.packs, "EMBEDDER", "no/such.pack")
    monkeypatch.setattr(working, "BACK_MS", (10,))
    monkeypatch.setattr(assisting, "FAILED", frozenset())  # what is logged then, the story of the levels says
    made = FakeDesk()
    made.open_case()
    words = Wording("en", "I am sorry that the refund is not on your card yet. It left us on {{date}}.")
    made.do(AddMacro(macro="m1", name="Late refund", texts=(words,), acts=()))
    yield made
    made.close()


def answered(qtbot: QtBot, desk: FakeDesk) -> Answer:
    with qtbot.waitSignal(desk.assist.answered, timeout=PATIENCE) as told:
        assert desk.assist.ask(desk.view.get(Case, "c1"))
    found = told.args[0] if told.args else None
    assert isinstance(found, Answer)
    return found


def stands(qtbot: QtBot, assist: Assist, *wanted: int) -> None:
    qtbot.waitUntil(lambda: assist.standing in wanted and (assist.standing != WORDS or assist.state.texts > 0),
                    timeout=PATIENCE)  # fmt: skip


def test_it_serves_forgets_comes_back_and_at_last_stays_away(qtbot: QtBot, desk: FakeDesk, tmp_path: Path) -> None:
    assist, index = desk.assist, tmp_path / INDEX
    assert (assist.standing, assist.ask(desk.view.get(Case, "c1"))) == (STARTING, False)
    assist.start(b"k" * 32, str(index))
    assert assist.standing == STARTING
    stands(qtbot, assist, WORDS, FULL)
    assert [card.source for card in answered(qtbot, desk).cards] == ["macro:m1"]
    desk.do(RemoveMacro(macro="m1"))
    assert answered(qtbot, desk).cards == ()
    words = Wording("en", "The refund is on its way to your card.")
    desk.do(AddMacro(macro="m2", name="Refund", texts=(words,), acts=()))
    qtbot.waitUntil(lambda: [card.source for card in answered(qtbot, desk).cards] == ["macro:m2"], timeout=PATIENCE)
    worker = assist._worker
    assert worker is not None
    for after in (WORDS, STOPPED):
        assert index.exists()
        os.kill(worker.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        qtbot.waitUntil(lambda: assist.standing in (STARTING, STOPPED), timeout=PATIENCE)
        stands(qtbot, assist, after)
    assert not list(tmp_path.glob(f"{INDEX}*"))  # nobody would tell it of what is erased
    assert not assist.ask(desk.view.get(Case, "c1"))
    assert "searched as always" in assist.why()
    assist.again()
    stands(qtbot, assist, WORDS)
    assist.stop()
    assert (assist.standing, worker.pid) == (OFF, 0)


class Holder(QObject):
    """What of a session suggestions are begun with; the keyring is one that lasts."""

    def __init__(self, desk: FakeDesk) -> None:
        super().__init__()
        self.assist, self.me, self.vault = desk.assist, desk.me, SessionVault()
        self.vault.lasting = True
        self.identity = Identity("https://desk.example.com", "mina@example.org", "mina", "laptop")


def test_where_they_are_off_no_index_stays_on_the_disk(qtbot: QtBot, desk: FakeDesk, tmp_path: Path) -> None:
    holder, settings, line = Holder(desk), Settings(tmp_path / "settings"), StatusLine(desk.now)
    qtbot.addWidget(line)
    index, other = (folder_of(tmp_path, holder.identity) / name for name in (INDEX, "replica.db"))
    files = [index, index.with_name(f"{INDEX}-wal"), other]
    begun = Beginning(cast(Live, holder), Bridge(), settings, line, tmp_path)
    for choose in (lambda: settings.put(SETTING, False), begun._begin):  # switched off; off at the next start
        for file in files:
            file.write_bytes(b"kept")
        choose()
        assert [file.exists() for file in files] == [False, False, True]
    assert desk.assist.standing == OFF


@pytest.mark.parametrize("level", [1, 2])
def test_in_a_drill_no_index_lies_where_nobody_tells_it_of_what_is_erased(
    desk: FakeDesk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, level: int
) -> None:
    begun: list[Open] = []
    monkeypatch.setattr(Assist, "_begin", lambda _, first: begun.append(first))
    index, other = tmp_path / INDEX, tmp_path / "replica.db"
    files = [index, index.with_name(f"{INDEX}-wal"), other]
    for file in files:
        file.write_bytes(b"kept")
    desk.assist.start(b"k" * 32, str(index))
    assert [one.index for one in begun] == [str(index)]
    assert all(file.exists() for file in files)
    desk.act(Drill(level=level, until=desk.now() + 600_000, reason="A test."), Actor("system", "system"))
    assert [file.exists() for file in files] == [False, False, True]
    desk.time += 11 * 60_000
    desk.assist._drill.look()
    assert begun[-1].index == str(index), "afterwards it is made anew"


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for the installed program is a shell script")
def test_an_installed_program_is_its_own_worker(
    qtbot: QtBot, desk: FakeDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There `sys.executable` is the program, which knows no `-m`."""
    program = tmp_path / "agentdesk"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -s -B -c "import sys; from agentdesk.cli import main;'
                       ' sys.exit(main())" "$@"\n')  # fmt: skip
    program.chmod(0o755)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    desk.assist.start(b"k" * 32, "")
    stands(qtbot, desk.assist, WORDS, FULL)
    assert [card.source for card in answered(qtbot, desk).cards] == ["macro:m1"]


def test_the_key_is_in_no_argument_and_no_environment(qtbot: QtBot, desk: FakeDesk, tmp_path: Path) -> None:
    desk.assist.start(b"\x07secret-key-of-32-bytes-in-all!!!", str(tmp_path / "assist.db"))
    worker = desk.assist._worker
    assert worker is not None
    qtbot.waitUntil(lambda: worker.pid > 0, timeout=PATIENCE)
    process = worker._process
    assert process is not None
    told = [*process.arguments(), *process.processEnvironment().toStringList()]
    assert not any("secret-key" in one or b"secret-key".hex() in one for one in told)
    assert process.processEnvironment().value("OPENBLAS_NUM_THREADS") == "1"


def test_what_went_or_changed_while_all_is_told_is_not_told_as_it_was(desk: FakeDesk) -> None:
    for id in ("m2", "m3"):
        desk.do(AddMacro(macro=id, name=f"Refund {id}", texts=(Wording("en", "It is on its way."),), acts=()))
    walk = everything(desk.view, desk.now())
    assert next(walk)[0] == "macro:m1"
    desk.do(RemoveMacro(macro="m2"))
    macro = desk.view.get(Macro, "m3")
    desk.put(msgspec.structs.replace(macro, texts=(Wording("en", "It has come back."),), version=2))
    assert [(owner, [one.text for one in some]) for owner, some in walk if owner.startswith("macro:")] == [
        ("macro:m2", []),
        ("macro:m3", ["It has come back."]),
    ]


def test_a_hidden_name_is_not_looked_for(desk: FakeDesk) -> None:
    case = desk.view.get(Case, "c1")
    assert names_of(case, None) == ("Lena Sorensen",)
    assert names_of(msgspec.structs.replace(case, customer_name="\x00masked:name\x00"), None) == ()


def test_what_is_told_of_a_solved_case(desk: FakeDesk) -> None:
    macro = MacroReply(case="c1", macro="m1", version=1, message="r1", text="It left us on 3 May, Lena.", seen=1)
    assert desk.do(macro)
    assert not list(of_owner(desk.view, "case:c1", desk.now()))
    desk.receive("Thank you, it is here now.")
    desk.do(Reply(case="c1", message="r2", text="ok", seen=9))
    assert desk.do(Solve(case="c1", seen=9))
    (found,) = of_owner(desk.view, "case:c1", desk.now())
    assert (found.asked, found.text) == ("Hello, my parcel is late.", "It left us on 3 May, Lena.")
    assert (found.macro, found.names) == ("m1", ("Lena Sorensen",))
    assert [owner for owner, _ in everything(desk.view, desk.now())] == ["macro:m1", "case:c1"]
    reply = desk.view.get(Message, "r1")
    desk.put(msgspec.structs.replace(reply, state="failed"))
    assert of_owner(desk.view, "case:c1", desk.now()) == ()
    case = desk.view.get(Case, "c1")
    desk.put(msgspec.structs.replace(reply, state="sent"), msgspec.structs.replace(case, reopened=1))
    assert of_owner(desk.view, "case:c1", desk.now()) == ()
