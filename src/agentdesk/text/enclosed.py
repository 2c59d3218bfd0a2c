"""Pictures beside articles in files: which a text names, found in a folder or an archive, and written into one."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from agentdesk.domain.governed.files import address_of, file_at
from agentdesk.text.archives import BROKEN
from agentdesk.text.folders import Unreadable, is_one_of
from agentdesk.text.pictures import picture_type

ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp")
LARGEST = 8 * 1024 * 1024
"""Bytes of one picture; a larger one is left out."""
MOST, MOST_BYTES = 2_000, 200 * 1024 * 1024
"""Pictures of an archive, and their bytes together."""
FOLDER = "pictures/"
_WRITTEN = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp"}


class Enclosed(NamedTuple):
    """A picture that came with articles."""

    name: str
    data: bytes


def pictures_of(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """The pictures of an archive, or the file itself if it is one, by their names. Raises `Unreadable`; nothing is read
    further than a picture may be long, whatever an archive promises.
    """
    if not data.startswith(b"PK"):
        if picture_type(data):
            yield name, data
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [one for one in archive.namelist() if is_one_of(one, ENDINGS)]
            if len(names) > MOST:
                raise Unreadable("This archive has too many files. Import it in parts.")
            left = MOST_BYTES
            for one in names:
                with archive.open(one) as file:
                    found = file.read(min(left, LARGEST) + 1)
                left -= len(found)
                if left < 0:
                    raise Unreadable("This archive has too many files. Import it in parts.")
                if len(found) <= LARGEST and picture_type(found):
                    yield one, found
    except BROKEN as error:
        raise Unreadable("This archive cannot be read. Pack it anew, without a password.") from error


def path_in(folder: str, link: str) -> str:
    """The file that a link from a folder leads to; nothing if it leads elsewhere."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    if parts.scheme or parts.netloc or not parts.path.lower().endswith(ENDINGS):
        return ""
    return posixpath.normpath(posixpath.join(folder, unquote(parts.path)))


def taken_in(files: Mapping[str, bytes], found: dict[str, Enclosed]) -> Callable[[str, str], str]:
    """What makes of (folder, link) the address of a picture of these files, named by the SHA-256 of its bytes; nothing
    of any other link. Those that are named are put into `found`.
    """

    def address(folder: str, link: str) -> str:
        path = path_in(folder, link)
        if path not in files:
            return ""
        digest = sha256(files[path]).hexdigest()
        found.setdefault(digest, Enclosed(posixpath.basename(path), files[path]))
        return address_of(digest)

    return address


def file_name(id: str, data: bytes) -> str:
    """Where a picture lies in an archive of articles."""
    return f"{FOLDER}{sha256(id.encode()).hexdigest()[:16]}{_WRITTEN.get(picture_type(data), '.bin')}"


def written_out(pictures: Mapping[str, bytes]) -> Callable[[str], str]:
    """What makes of the address of one of these pictures (by id) the name under which it is packed."""

    def name(link: str) -> str:
        id = file_at(link)
        return file_name(id, pictures[id]) if id in pictures else link

    return name
