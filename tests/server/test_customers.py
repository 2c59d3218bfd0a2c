"""Tiers from a table: everybody who is known by an address is served by theirs, and a second time nothing changes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agentdesk.domain.cases import Customer, OpenCase
from agentdesk.domain.kernel import Actor
from agentdesk_server.asked import Cannot
from agentdesk_server.channels.email import import_command
from agentdesk_server.core import Core, open_core
from agentdesk_server.customers import rows_of
from agentdesk_server.gate.seen import done, given
from agentdesk_server.operating import Operator, TeamAdd

CHANNEL = Actor("webchat", "channel")


async def never(_: str) -> str:
    return ""


async def furnish(core: Core) -> None:
    team = (await Operator(core, never).do(TeamAdd(name="Support"))).text
    for one, email in (("u1", "jo@o.example"), ("u2", "li@o.example")):
        told = {"case": f"{one}-c", "conversation": f"{one}-v", "message": f"{one}-m", "customer": one}
        opened = OpenCase(team=team, text="Hi", customer_email=email, **told)
        await done(core.writer, given(CHANNEL, opened))


def company(folder: Path) -> None:
    async def start() -> None:
        async with open_core(folder) as core:
            await furnish(core)

    asyncio.run(start())


def tiers(folder: Path) -> dict[str, tuple[str, str]]:
    async def read() -> dict[str, tuple[str, str]]:
        async with open_core(folder) as core:
            found = (core.reader.records.of(Customer, id) for id in ("u1", "u2"))
            return {one.id: (one.tier, one.language) for one in found if one is not None}

    return asyncio.run(read())


def test_it_is_brought_in_and_again_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, table = tmp_path / "server", tmp_path / "tiers.csv"
    company(folder)
    table.write_text("\ufeffLanguage;E-Mail;Tier;Email\npt-BR;x;Gold;JO@o.example\n;;;\n;;silver;gone@o.example\n"
                     ";;a>b;li@o.example\n", "utf-8")  # fmt: skip
    call = ["customers", str(table), "--data", str(folder)]
    assert import_command.main(call) == 1
    told = capsys.readouterr()
    assert told.out == "1 customers changed, 0 were so already, 2 lines not taken\n"
    assert "line 4: nobody who is known by gone@o.example" in told.err
    assert "line 5: A tier is one word or a few" in told.err
    assert tiers(folder) == {"u1": ("Gold", "pt-BR"), "u2": ("", "")}
    table.write_text("email\ttier\njo@o.example\tGold\nli@o.example\tSilver\n", "utf-8")
    assert import_command.main(call) == 0
    assert capsys.readouterr().out == "1 customers changed, 1 were so already, 0 lines not taken\n"
    for told in ("1 customers changed, 0 were so already", "0 customers changed, 1 were so already"):
        table.write_text("email,tier\njo@o.example,Key  \u202eaccount\n", "utf-8")
        assert import_command.main(call) == 0
        assert capsys.readouterr().out.startswith(told), "a tier is compared as it is kept"
    table.write_text("email,tier\njo@o.example,-\nli@o.example,\n", "utf-8")
    assert import_command.main(call) == 0
    assert tiers(folder) == {"u1": ("", "pt-BR"), "u2": ("Silver", "")}


def test_a_column_without_a_name_says_nothing() -> None:
    for text in (",email,tier\n0,jo@o.example,gold\n", "email;tier;;\njo@o.example;gold;;nice\n"):
        (row,) = rows_of(text)
        assert (row.email, row.tier, row.language) == ("jo@o.example", "gold", "")


def test_what_is_no_table_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("", "name,tier\nJo,gold\n", "email\njo@o.example\n"):
        with pytest.raises(Cannot, match="The first line names the columns"):
            rows_of(text)
    with pytest.raises(Cannot, match="no table that can be read"):
        rows_of('email,tier\n"jo,gold\n')
    with pytest.raises(Cannot, match=r"Lines 2 and 4 say different things of JO@o\.example"):
        rows_of("email,tier\njo@o.example,gold\nli@o.example,gold\nJO@o.example,silver\n")
    table = tmp_path / "tiers.csv"
    table.write_bytes(b"email,tier\n\xff\xfe")
    assert import_command.main(["customers", str(table), "--data", str(tmp_path)]) == 1
    assert "it is not written in UTF-8" in capsys.readouterr().err
