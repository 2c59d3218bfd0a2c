"""How the mails of the corpus are put together: plain bytes, so that whatever is wrong with them is meant."""

from __future__ import annotations

import base64
import quopri
from collections.abc import Iterable
from typing import Any, NamedTuple

BASE = {
    "From": "Ann Example <ann@example.com>",
    "To": "desk@shop.example",
    "Subject": "Hello",
    "Date": "Mon, 02 Apr 2012 18:22:10 +0400",
    "Message-ID": "<m1@example.com>",
}
WHEN = 1_333_376_530_000
"""The date of the base, in UTC milliseconds."""


class Case(NamedTuple):
    """A mail and what must come of it: the fields of `agentdesk inspect mail`, and some more.

    `visible` is the text without what is folded, `warns` the codes that must be among the remarks, `quiet` that there
    is none, `why` the reasons of what is unreadable, `images` the number of blocked ones, `within` and `without` what
    must and must not stand in the safe HTML, `starts` how the text begins.
    """

    name: str
    raw: bytes
    expected: dict[str, Any]


def octets(text: str | bytes) -> bytes:
    """Bytes of a header or body: what is not ASCII goes as UTF-8, half characters as the bytes they stand for."""
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")


def mail(body: str | bytes = "Hello\r\n", headers: dict[str, Any] | None = None, eol: bytes = b"\r\n") -> bytes:
    """The base mail with other headers: None leaves one out, a list writes it several times."""
    lines: list[bytes] = []
    for name, value in {**BASE, **(headers or {})}.items():
        values = value if isinstance(value, list) else [] if value is None else [value]
        lines += [octets(name) + b": " + octets(one) for one in values]
    return eol.join([*lines, b"", b""]).replace(b"\r\n", eol) + octets(body)


def typed(content_type: str | bytes, body: str | bytes, encoding: str | bytes = "", **more: Any) -> bytes:
    """A mail of one part of this type."""
    headers: dict[str, Any] = {"MIME-Version": "1.0", "Content-Type": content_type}
    if encoding:
        headers["Content-Transfer-Encoding"] = encoding
    return mail(body, headers | {name.replace("_", "-"): value for name, value in more.items()})


def part(content_type: str | bytes = "text/plain", body: str | bytes = "Hello", **more: Any) -> bytes:
    """One part of a multipart: `encoding`, `disposition` and other headers by name."""
    names = {"encoding": "Content-Transfer-Encoding", "disposition": "Content-Disposition", "cid": "Content-ID"}
    lines = [b"Content-Type: " + octets(content_type)] if content_type else []
    lines += [octets(names.get(key, key.replace("_", "-"))) + b": " + octets(value) for key, value in more.items()]
    return b"\r\n".join([*lines, b"", octets(body)])


def joined(parts: Iterable[bytes], boundary: bytes = b"b1", closed: bool = True) -> bytes:
    """The body of a multipart."""
    whole = b"".join(b"--" + boundary + b"\r\n" + one + b"\r\n" for one in parts)
    return whole + (b"--" + boundary + b"--\r\n" if closed else b"")


def multi(parts: Iterable[bytes], kind: str = "mixed", boundary: str = "b1", **more: Any) -> bytes:
    """A mail of several parts."""
    body = joined(parts, octets(boundary))
    return typed(f'multipart/{kind}; boundary="{boundary}"', body, **more)


def nested(parts: Iterable[bytes], kind: str, boundary: str) -> bytes:
    """A multipart within another."""
    return part(f'multipart/{kind}; boundary="{boundary}"', joined(parts, octets(boundary)))


def b64(data: str | bytes, width: int = 76) -> bytes:
    """Base64 in lines."""
    coded = base64.b64encode(octets(data))
    return b"\r\n".join(coded[at : at + width] for at in range(0, len(coded), width))


def qp(data: str | bytes) -> bytes:
    """Quoted-printable."""
    return quopri.encodestring(octets(data)).replace(b"\n", b"\r\n")


def word(text: str, codec: str = "utf-8", how: str = "B", label: str = "") -> str:
    """One encoded-word of RFC 2047."""
    data = text.encode(codec)
    if how.upper() == "B":
        coded = base64.b64encode(data).decode()
    else:
        coded = "".join(chr(b) if chr(b).isalnum() and b < 128 else "_" if b == 32 else f"={b:02X}" for b in data)
    return f"=?{label or codec}?{how}?{coded}?="


def attachment(name: str | None, media_type: str, size: int) -> dict[str, Any]:
    """What is told of an attachment."""
    return {"name": name, "type": media_type, "size": size}
