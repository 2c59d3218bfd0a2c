"""What goes over HTTPS beside the stream: signing in, and blobs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_to_bytes

import msgspec

from . import route
from .passport import Passport, Tokens

if TYPE_CHECKING:  # takes as long to load as half of Qt, and most starts need none of it
    import requests

TIMEOUT = (5.0, 20.0)
PATIENT = (5.0, 600.0)
"""For what the server has to make first."""
CHUNK = 64 * 1024
PROBLEM = "application/problem+json"


class Problem(Exception):
    """The server said no, or could not be reached; the text is a sentence for people.

    `status` is 0 if there was no answer; `permanent` says that trying again changes nothing.
    """

    def __init__(self, sentence: str, status: int = 0, code: str = "") -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code

    @property
    def shut_out(self) -> bool:
        """Whether the server wants this device wiped."""
        return self.status == 403 and self.code.endswith(":device-revoked")

    @property
    def not_enrolled(self) -> bool:
        """Whether a code from IT would help."""
        return self.status == 403 and self.code.endswith((":not-enrolled", ":bad-code"))

    @property
    def permanent(self) -> bool:
        return 400 <= self.status < 500 and self.status not in (401, 408, 425, 429)


class Lent(msgspec.Struct, frozen=True):
    """The server's half of the key to what this device holds (hexadecimal), and until when it may be kept (ms)."""

    half: str
    until: int
    generation: int = 0


class Granted(msgspec.Struct, frozen=True):
    """A session: the token, until when it is good (ms, and seconds from now), and whose it is.

    `refresh` is there if the token is bound to the key of this device.
    """

    token: str
    expires_at: int
    person: dict[str, Any]
    refresh: str = ""
    expires_in: int = 0
    lease: Lent | None = None

    def tokens(self, now: int) -> Tokens:
        """For a passport, by this device's clock."""
        return Tokens(self.token, now + self.expires_in * 1000, self.refresh)


class Needed(Exception):
    """One thing was proved, another one is needed. `ways` are totp, passkey and recovery; with `enrol` none is there
    yet, and an authenticator app has to be set up."""

    def __init__(self, ticket: str, ways: tuple[str, ...], enrol: bool) -> None:
        super().__init__("A second step is needed.")
        self.ticket, self.ways, self.enrol = ticket, ways, enrol


class _Half(msgspec.Struct, frozen=True):
    ticket: str
    ways: tuple[str, ...] = ()
    enrol: bool = False


class _Told(msgspec.Struct):
    """RFC 9457, as far as it is for people."""

    type: str = ""
    title: str = ""
    detail: str = ""


def sign_in(
    server: str, email: str, password: str, device: str, device_name: str, authorities: str = "",
    passport: Passport | None = None,
) -> Granted:  # fmt: skip
    """Start a session for a person at this device, bound to the passport's key. Raises `Problem`, or `Needed`."""
    body = {"email": email, "password": password, "device": {"id": device, "name": device_name}}
    return granted(ask("POST", _session(server), authorities, proof=passport, json=body))


def report_wiped(server: str, passport: Passport, authorities: str = "") -> None:
    """Say that all that was here is gone. Raises `Problem`."""
    ask("POST", f"{server.rstrip('/')}/api/v1/device/wiped", authorities, proof=passport)


def renew(server: str, refresh: str, passport: Passport, authorities: str = "") -> Granted:
    """The next tokens for the last refresh token. Raises `Problem`."""
    body = {"refresh": refresh}
    return granted(ask("POST", f"{_session(server)}/refresh", authorities, proof=passport, json=body))


def sign_out(server: str, who: Passport | str, authorities: str = "") -> None:
    """End the session. Raises `Problem`."""
    ask("DELETE", _session(server), authorities, who)


def upload(
    server: str, who: Passport | str, digest: str, size: int, media_type: str, chunks: Iterable[bytes],
    authorities: str = "",
) -> None:  # fmt: skip
    """Send a blob's bytes; the server checks them against the digest. Raises `Problem`."""
    headers = {"Content-Type": media_type}
    ask("PUT", _blob(server, digest), authorities, who, headers=headers, data=_sized(chunks, size))


def download(server: str, who: Passport | str, digest: str, start: int = 0, authorities: str = "") -> Iterator[bytes]:
    """A blob's bytes, from an offset on. Raises `Problem`, perhaps midway."""
    import requests

    headers = {"Range": f"bytes={start}-"} if start else {}
    with ask("GET", _blob(server, digest), authorities, who, headers=headers, stream=True) as response:
        try:
            yield from response.iter_content(CHUNK)
        except requests.RequestException:
            raise Problem("The download was interrupted.") from None


def get(server: str, who: Passport | str, where: str, authorities: str = "") -> Iterator[bytes]:
    """What the server has under a path of its own, piece by piece. Raises `Problem`, perhaps midway."""
    import requests

    url = f"{server.rstrip('/')}{where}"
    with ask("GET", url, authorities, who, stream=True, timeout=PATIENT) as response:
        told, have = response.headers.get("Content-Length", ""), 0
        try:
            for piece in response.iter_content(CHUNK):
                have += len(piece)
                yield piece
        except requests.RequestException:
            raise Problem("The download was interrupted.") from None
        if told.isdecimal() and have != int(told):
            raise Problem("The download was interrupted.")


class _Sized:
    """Chunks whose total length is known beforehand, so that they are not sent in pieces of unknown number."""

    def __init__(self, chunks: Iterable[bytes], size: int) -> None:
        self._chunks = chunks
        self._size = size

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._chunks)


def _sized(chunks: Iterable[bytes], size: int) -> Any:
    return _Sized(chunks, size) if size else b""


def _blob(server: str, digest: str) -> str:
    return f"{server.rstrip('/')}/api/v1/blobs/{digest}"


def _session(server: str) -> str:
    return f"{server.rstrip('/')}/api/v1/session"


def granted(response: requests.Response) -> Granted:
    """The session in an answer. Raises `Needed`, or `Problem` where there is neither."""
    try:
        if response.status_code == 202:
            half = msgspec.json.decode(response.content, type=_Half)
            raise Needed(half.ticket, half.ways, half.enrol)
        return msgspec.json.decode(response.content, type=Granted)
    except msgspec.DecodeError:
        raise Problem("This server does not speak as AgentDesk expects. Is the address right?") from None


def ask(
    method: str,
    url: str,
    authorities: str = "",
    who: Passport | str = "",
    proof: Passport | None = None,
    **options: Any,
) -> requests.Response:
    """One request, never redirected: a token goes to no other server. Asked once more if the server wants a nonce."""
    import requests

    own = options.pop("headers", {})
    tries = 1 if "data" in options else 2  # a body that was read is gone
    for last in (False, True)[-tries:]:
        headers = {**own, **_shown(method, url, who, proof)}
        try:
            response = _send(method, url, authorities, headers=headers, **options)
        except (requests.RequestException, route.NoWay) as error:
            raise Problem(route.trouble(error)) from None
        if 200 <= response.status_code < 300:
            return response
        with response:
            asked = next((one for one in (who, proof) if isinstance(one, Passport)), None)
            if last or response.status_code != 401 or asked is None or not asked.heard(response.headers):
                raise _problem(response)
    raise AssertionError("the last try returns or raises")


def _shown(method: str, url: str, who: Passport | str, proof: Passport | None) -> dict[str, str]:
    if isinstance(who, Passport):
        return who.headers(method, url)
    return proof.proof(method, url) if proof is not None else {"Authorization": f"Bearer {who}"} if who else {}


def _send(
    method: str, url: str, authorities: str, timeout: tuple[float, float] = TIMEOUT, **options: Any
) -> requests.Response:
    """On the chosen route, and no other: neither a proxy nor a login that lies about on this computer is used."""
    import requests

    route.check(url)
    proxy, adapter = route.proxy_for(url), requests.adapters.HTTPAdapter()
    if url.startswith("https:"):
        tls = route.trust(authorities)
        adapter.init_poolmanager(1, 1, ssl_context=tls)
        if proxy:
            proxy = _in_utf8(proxy)
            adapter.proxy_manager_for(proxy, ssl_context=tls)  # kept there, and taken for the request
    proxies = {"https": proxy} if proxy else {}
    with requests.Session() as session:
        session.trust_env = False
        session.mount("https://", adapter)
        return session.request(method, url, timeout=timeout, allow_redirects=False, proxies=proxies, **options)


def _in_utf8(proxy: str) -> str:
    """requests writes a login in Latin-1; given like this it comes out in UTF-8, as RFC 7617 wants it."""
    who, at, place = proxy.rpartition("@")
    scheme, slashes, login = who.partition("://")
    parts = [quote(unquote_to_bytes(part).decode("latin-1"), safe="") for part in login.split(":", 1)]
    return f"{scheme}{slashes}{':'.join(parts)}@{place}" if at else proxy


def _problem(response: requests.Response) -> Problem:
    import requests

    told = _Told()
    if response.headers.get("Content-Type", "").split(";")[0].strip() == PROBLEM:
        try:
            told = msgspec.json.decode(response.content[:100_000], type=_Told)
        except (msgspec.DecodeError, requests.RequestException):
            pass
    sentence = told.detail or told.title or f"The server answered with error {response.status_code}."
    return Problem(sentence[:500], response.status_code, told.type)
