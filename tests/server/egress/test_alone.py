"""All that the server asks of others goes through one door: no other module of it can open a connection."""

from __future__ import annotations

from tests.source import Module, all_imports, calls, is_under, modules, root

DOOR = "agentdesk_server.egress"
# Who else may call out, with the reason.
MAY = {
    "agentdesk_server.admin": "an operator's program, which calls the server on this machine",
    "agentdesk_server.replay": "a program of its own, which plays the customers' side",
    "agentdesk_server.demo": "a program of its own, which plays a company",
}
CLIENTS = {
    *("requests", "httpx", "httpcore", "aiohttp", "urllib3", "h11", "pycurl", "http.client", "urllib.request"),
    *("websockets.client", "websockets.sync.client", "websockets.asyncio.client", "websockets.connect", "xmlrpc"),
    *("authlib.integrations", "ftplib", "telnetlib", "subprocess", "asyncio.open_connection"),
    *("socket.create_connection", "urllib.robotparser"),
}
CALLS = {"open_connection", "create_connection", "sock_connect", "connect_ex", "getaddrinfo", "urlopen", "urlretrieve"}
SOCKETS = {
    "agentdesk_server.serve": "listens",
    "agentdesk_server.channels.email.imap": "ends the line to a mailbox that an operator named",
}


def _inside() -> list[Module]:
    return [module for module in modules() if module.layer == "server" and not is_under(module.name, DOOR, *MAY)]


def _breaches(found: list[Module]) -> list[str]:
    names = {module.name for module in found}
    told = [
        f"{module.at(imported.line)}: {imported.target}"
        for module, imported in all_imports()
        if module.name in names
        and (is_under(imported.target, *CLIENTS) or (root(imported.target) == "socket" and module.name not in SOCKETS))
    ]
    told += [f"{m.at(line)}: {on}.{verb}" for m in found for on, verb, line in calls(m) if verb in CALLS]
    return told


def test_nobody_calls_out_beside_the_door() -> None:
    """Neither through a client library nor through a socket of one's own."""
    assert _breaches(_inside()) == []


def test_the_door_is_found_by_the_rule() -> None:
    """The rule would see it if the door stood elsewhere."""
    found = [module for module in modules() if is_under(module.name, DOOR, *MAY)]
    assert {module.name.split(".")[1] for module in found} == {"egress", "admin", "replay", "demo"}
    told = _breaches(found)
    assert any("h11" in line for line in told)
    assert any("open_connection" in line for line in told)
    assert any("http.client" in line for line in told)
