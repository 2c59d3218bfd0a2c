"""Names of attachments that are safe to show and to save under, whatever system the name or the reader is on."""

from __future__ import annotations

import re
from unicodedata import normalize

from agentdesk.domain.kernel import file_name

from .limits import Limits
from .words import one_line

_FORBIDDEN = re.compile(r'[<>:"|?*]')
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")
_ENDINGS = {
    "application/gzip": "gz",
    "application/json": "json",
    "application/msword": "doc",
    "application/pdf": "pdf",
    "application/rtf": "rtf",
    "application/vnd.ms-excel": "xls",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/xml": "xml",
    "application/zip": "zip",
    "audio/mpeg": "mp3",
    "image/gif": "gif",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/svg+xml": "svg",
    "image/webp": "webp",
    "message/delivery-status": "txt",
    "message/disposition-notification": "txt",
    "message/rfc822": "eml",
    "text/calendar": "ics",
    "text/csv": "csv",
    "text/html": "html",
    "text/plain": "txt",
    "text/rfc822-headers": "txt",
    "text/vcard": "vcf",
    "video/mp4": "mp4",
}
_RUNS = frozenset(
    {"exe", "scr", "com", "bat", "cmd", "pif", "js", "jse", "vbs", "vbe", "wsf", "wsh", "hta", "lnk", "url", "msi"}
    | {"msp", "reg", "ps1", "jar", "iso", "img", "vhd", "vhdx", "chm", "cpl", "dll", "docm", "dotm", "xlsm", "xltm"}
    | {"xlam", "pptm", "potm", "ppam", "sldm", "html", "htm", "xhtml", "svg", "shtml", "mht", "application", "gadget"}
    | {"scf", "inf", "one"}
)


def safe(told: str, media_type: str, limits: Limits) -> str:
    """The name without folders, signs that a system forbids or that are not seen, or a device's name; made up if none
    is left.
    """
    name = one_line(told.replace("\\", "/").strip())
    if len(name) > 1 and name[0] == name[-1] == "'":
        name = name[1:-1]
    name = _FORBIDDEN.sub("_", normalize("NFC", name).rpartition("/")[2]).strip(" .")
    if not name:
        ending = _ENDINGS.get(media_type, "")
        return f"attachment.{ending}" if ending else "attachment"
    name = f"_{name}" if _DEVICE.match(name) else name
    return file_name(name)[: limits.name]


def runs(name: str) -> bool:
    """Whether opening such a file can run a program on some system."""
    return name.rpartition(".")[2].lower() in _RUNS and "." in name
