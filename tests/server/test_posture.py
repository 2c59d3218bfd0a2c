"""How the server is protected: true, without a secret, and there only for those who answer for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from tests.certs import signed
from tests.server.running import PATIENCE, Company, company

from agentdesk.domain.kernel.rights import ROLES
from agentdesk_server import posture
from agentdesk_server.certificate import Certificate
from agentdesk_server.operating import AuditHead, Backup
from agentdesk_server.state import Settings

DAY = 86_400_000
ALLOWED = {"admin", "auditor"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    with company(tmp_path_factory.mktemp("data") / "server", egress_allow=("https://id.corp.example:8443",)) as found:
        yield found


def ask(shop: Company, path: str, email: str = "", **more: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {shop.sign_in(email)}"} if email else {}
    return requests.get(shop.url + path, headers=headers, timeout=PATIENCE, **more)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_for_whom_it_is_not_it_is_not_there(shop: Company, role: str) -> None:
    """Byte for byte as a path that leads nowhere."""
    email = f"{role}@example.com"
    shop.hire(role.title(), email, role=role, teams=() if role in ALLOWED else ("Billing",))
    answer = ask(shop, "/api/v1/posture", email)
    if role in ALLOWED:
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        return
    nowhere = ask(shop, "/api/v1/nowhere", email)
    told = {"date"}
    assert (answer.status_code, answer.content) == (nowhere.status_code, nowhere.content) == (404, nowhere.content)
    assert {k: v for k, v in answer.headers.lower_items() if k not in told} == {
        k: v for k, v in nowhere.headers.lower_items() if k not in told
    }


def test_nobody_and_visitors_do_not_come_in(shop: Company) -> None:
    assert ask(shop, "/api/v1/posture").status_code == 401
    token = {"Authorization": f"Bearer {shop.visitor().token}"}
    assert requests.get(f"{shop.url}/api/v1/posture", headers=token, timeout=PATIENCE).status_code == 401


def test_what_is_said_is_so(shop: Company, tmp_path: Path) -> None:
    """Before a backup and a head, and after."""
    before = posture.found(shop.state)
    assert before.transport == posture.Transport("nobody", (), (), 0)
    assert (before.database_encrypted, before.master_key_apart) == (False, False)
    assert before.egress_allowed == ("https://id.corp.example:8443",)
    assert before.backup.at == 0
    assert {posture.PLAIN_DATABASE, posture.KEY_BESIDE, posture.NO_BACKUP} <= set(before.advice)
    assert posture.ANY_NAME not in before.advice
    shop.running.operate(Backup(file=str(tmp_path / "backup.tar")))
    shop.running.operate(AuditHead())
    after = posture.found(shop.state)
    assert before.at <= after.backup.at <= after.at
    assert after.backup.rev == shop.state.writer.authority.rev
    assert after.audit.covered == after.audit.entries > 0
    assert after.audit.signed
    assert posture.NO_BACKUP not in after.advice


def test_a_head_that_somebody_else_signed_is_told(shop: Company) -> None:
    shop.running.operate(AuditHead())
    other = b"\x01" * 32
    with pytest.MonkeyPatch.context() as here:
        here.setattr(type(shop.state.writer.authority.ledger), "public_key", property(lambda _: other))
        assert not posture.found(shop.state).audit.signed
    assert posture.found(shop.state).audit.signed


def test_what_grows_old_is_told(shop: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.running.operate(Backup(file=str(tmp_path / "backup.tar")))
    shop.running.operate(AuditHead())
    pair = signed(tmp_path, None, "desk.example", days=20)
    now = shop.state.clock()
    served = {"core": shop.state.core, "tls": Certificate(pair.cert, pair.key, shop.state.clock)}

    def at(days: float, **settings: Any) -> set[str]:
        state = type(shop.state)(**{**_parts(shop), **served})
        monkeypatch.setattr(type(state), "clock", property(lambda _: lambda: now + int(days * DAY)))
        changed = Settings(shop.state.folder, **settings)
        return set(posture.found(type(state)(**{**_parts(shop), **served, "settings": changed})).advice)

    always = {posture.PLAIN_DATABASE, posture.KEY_BESIDE}
    assert at(0, names=("desk.example",)) == always
    assert at(0) == always | {posture.ANY_NAME}
    assert at(3, names=("x",)) == always | {posture.OLD_BACKUP}
    assert at(7, names=("x",), echo=True) == always | {posture.OLD_BACKUP, posture.CERTIFICATE_ENDS, posture.ECHO}
    shop.hire("Late", "late@example.com")
    assert posture.OLD_HEAD in at(3)


def _parts(shop: Company) -> dict[str, Any]:
    return {name: getattr(shop.state, name) for name in type(shop.state).__dataclass_fields__}


def test_no_secret_and_no_path_is_in_it(shop: Company) -> None:
    text = ask(shop, "/api/v1/posture", "admin@example.com").text
    folder = shop.state.folder
    secrets = [shop.state.admin_token, (folder / "master.key").read_bytes().hex(), str(folder)]
    assert not any(secret in text for secret in secrets)


def test_a_damaged_note_is_no_backup(tmp_path: Path) -> None:
    (tmp_path / "backup.json").write_bytes(b"{")
    assert posture.newest_backup(tmp_path).at == 0
