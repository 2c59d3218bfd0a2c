"""The network as the settings have it: which way the desk goes, and the login for a proxy in the keyring."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from agentdesk.desk.follow import follow
from agentdesk.desk.settings import Settings
from agentdesk.desk.texts import tr
from agentdesk.sync import way

if TYPE_CHECKING:
    from agentdesk.store.vault import Secrets

OwnVault = Callable[[], "Secrets | None"]
"""Where secrets are kept instead of in the system's keyring, if anywhere."""
Run = Callable[[Callable[[], None], Callable[[object, BaseException | None], None]], None]
"""Does something on a thread that may wait, then something on Qt's."""


def go_by(settings: Settings, vault: OwnVault) -> None:
    """Go as the settings say, now and whenever they change."""

    def choose() -> None:
        proxy = settings.text("network.proxy")
        if proxy == "own":
            proxy = settings.text("network.proxy_address")
        way.choose(way.Route(proxy, settings.text("network.authorities"), lambda: login(vault)))

    follow(settings, settings.changed, lambda key, _: choose() if key.startswith("network.") else None)
    choose()


def login(vault: OwnVault) -> way.Login | None:
    """Name and password for the proxy. Waits for the keyring; without one there is none."""
    from agentdesk.store.vault import VaultError, open_vault

    try:
        return (vault() or open_vault()).proxy_login()
    except VaultError:
        return None


def keeper(vault: OwnVault, run: Run) -> Callable[[str, str, Callable[[str], None]], None]:
    """Keeps name and password in the keyring, and tells the sentence that prevented it, or nothing."""

    def keep(name: str, password: str, told: Callable[[str], None]) -> None:
        def work() -> None:
            from agentdesk.store.vault import open_vault

            (vault() or open_vault()).keep_proxy_login(name, password)

        run(work, lambda _, error: told(tr(str(error)) if error is not None else ""))

    return keep
