"""The directory's token: shown once, kept as a hash, replaced, revoked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests
from tests.server.running import PATIENCE, company

from agentdesk import cli


def run(capsys: pytest.CaptureFixture[str], folder: Path, *argv: str) -> str:
    """What the command line prints when all is well."""
    capsys.readouterr()
    assert cli.main(["admin", "--data", str(folder), "scim", *argv]) == 0
    return capsys.readouterr().out.strip()


def asks(url: str, token: str, where: str = "header") -> int:
    """The status that a token gets, in the header or where it does not belong."""
    headers = {"Authorization": f"Bearer {token}"} if where == "header" else {}
    query = {"access_token": token} if where == "query" else {}
    cookies = {"token": token} if where == "cookie" else {}
    path = f"{url}/scim/v2/Users"
    return requests.get(path, headers=headers, params=query, cookies=cookies, timeout=PATIENCE).status_code


def test_a_token_is_good_until_the_next_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "data"
    first = run(capsys, folder, "token")
    assert "token\tsince 20" in run(capsys, folder, "status")
    assert first not in run(capsys, folder, "status")
    with company(folder) as shop:
        assert [asks(shop.url, first, where) for where in ("header", "query", "cookie")] == [200, 401, 401]
        second = run(capsys, folder, "token")
        assert (asks(shop.url, first), asks(shop.url, second), asks(shop.url, "")) == (401, 200, 401)
        assert run(capsys, folder, "group", "Desk Admins", "admin").endswith("desk admins\tadmin")
        assert run(capsys, folder, "revoke") == "revoked"
        assert asks(shop.url, second) == 401
        assert run(capsys, folder, "revoke") == "there was none"
    assert run(capsys, folder, "status") == "token\tnone\ndesk admins\tadmin"
    for file in folder.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            assert first.encode() not in data, file
            assert second.encode() not in data, file


def test_nothing_is_let_in_before_there_is_a_token(tmp_path: Path, capsys: Any) -> None:
    with company(tmp_path / "data") as shop:
        assert [asks(shop.url, token) for token in ("", "None", "null", shop.state.admin_token)] == [401] * 4
