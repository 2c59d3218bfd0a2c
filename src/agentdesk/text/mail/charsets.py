"""Bytes to text: the character sets that mails name, by all their names, and a guess where they lie.

The table is an allow-list: the library's own look-up also finds codecs that are no character sets, some of which
take time that grows with the square of the text, or raise what no decoder should.
"""

from __future__ import annotations

import re

from .remarks import Notes

_NAMES = {
    "utf-8": "utf8 utf unicode11utf8 utf8mb4 xutf8 csutf8 utf8sig",
    "ascii": "usascii ascii ansix341968 iso646us 646 us default csascii iso646 7bit",
    "cp1252": "iso88591 latin1 l1 cp819 iso885911 windows1252 cp1252 ansi xcp1252 win1252 88591 ibm819 csisolatin1",
    "iso8859-2": "iso88592 latin2 l2 88592",
    "iso8859-3": "iso88593 latin3",
    "iso8859-4": "iso88594 latin4",
    "iso8859-5": "iso88595 cyrillic",
    "iso8859-6": "iso88596 iso88596e iso88596i arabic",
    "iso8859-7": "iso88597 greek",
    "iso8859-8": "iso88598 iso88598i iso88598e hebrew",
    "cp1254": "iso88599 latin5 windows1254 cp1254",
    "iso8859-10": "iso885910 latin6",
    "cp874": "iso885911thai tis620 windows874 cp874 iso885911t",
    "iso8859-13": "iso885913 latin7",
    "iso8859-14": "iso885914 latin8",
    "iso8859-15": "iso885915 latin9 latin0",
    "iso8859-16": "iso885916 latin10",
    "cp1250": "windows1250 cp1250 xcp1250",
    "cp1251": "windows1251 cp1251 xcp1251 win1251",
    "cp1253": "windows1253 cp1253",
    "cp1255": "windows1255 cp1255",
    "cp1256": "windows1256 cp1256",
    "cp1257": "windows1257 cp1257",
    "cp1258": "windows1258 cp1258",
    "koi8-r": "koi8r koi8 koi",
    "koi8-u": "koi8u koi8ru",
    "cp437": "cp437 ibm437",
    "cp850": "cp850 ibm850",
    "cp852": "cp852 ibm852",
    "cp858": "cp858 ibm858",
    "cp866": "cp866 ibm866 dosencoding",
    "mac-roman": "macintosh macroman xmacroman mac",
    "mac-cyrillic": "maccyrillic xmaccyrillic",
    "gb18030": "gb2312 gbk gb18030 xgbk cp936 ms936 gb231280 euccn windows936 csgb2312 chinese",
    "big5hkscs": "big5 big5hkscs cnbig5 xxbig5 cp950 big5eten",
    "cp932": "shiftjis sjis xsjis ms932 cp932 windows31j mskanji csshiftjis",
    "euc-jp": "eucjp xeucjp cseucpkdfmtjapanese",
    "iso2022_jp_ext": "iso2022jp csiso2022jp iso2022jp1 iso2022jpms iso2022jp2 cp50220 cp50221",
    "cp949": "euckr ksc56011987 ksc5601 cp949 ms949 windows949 uhc korean ksc56011989 cseuckr",
    "iso2022_kr": "iso2022kr csiso2022kr",
    "hz": "hz hzgb2312 hzgb",
    "utf-7": "utf7 unicode11utf7 unicode20utf7 csunicode11utf7",
    "utf-16": "utf16 ucs2 iso10646ucs2 csunicode",
    "utf-16-le": "utf16le",
    "utf-16-be": "utf16be",
    "utf-32": "utf32",
    "utf-32-le": "utf32le",
    "utf-32-be": "utf32be",
}
"""Python's codec to the names that mails use for it, without all signs but letters and digits."""
_CODECS = {name: codec for codec, names in _NAMES.items() for name in names.split()}
_SIGNS = re.compile(r"[^0-9a-z]+")
_LABEL = 40


def codec_of(label: str) -> str:
    """Python's name of a character set; empty if there is none of that name."""
    label = label.partition("(")[0].strip().strip("'\"").lower()
    return _CODECS.get(_SIGNS.sub("", label), "") if label.isascii() and len(label) <= _LABEL else ""


def guess(data: bytes) -> str:
    """Text of bytes that say nothing of themselves: UTF-8 is hardly right by chance, all else is Western."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def decode_short(data: bytes, label: str) -> str:
    """A word of a header or a name: as its label says, else a guess."""
    codec = codec_of(label)
    try:
        return data.decode(codec) if codec not in ("", "ascii") else guess(data)
    except (UnicodeError, ValueError):
        return guess(data)


def decode(data: bytes, label: str, notes: Notes) -> tuple[str, str]:
    """A body, and why it could not be read in full: "" if it could, else the code of the remark that was made."""
    codec = codec_of(label)
    known = bool(codec) or not label.strip(" '\"")
    if not known:
        notes.add("unknown-charset", label[:_LABEL])
    if not codec or codec == "ascii":
        return _unlabelled(data, known, notes)
    try:
        return data.decode(codec), ""
    except (UnicodeError, ValueError):
        notes.add("wrong-charset")
    if codec in ("utf-8", "cp1252"):
        return _mended(data, codec)
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        return data.decode(codec, "replace"), "wrong-charset"


def _unlabelled(data: bytes, known: bool, notes: Notes) -> tuple[str, str]:
    text = guess(data)
    if data.isascii():
        return text, ""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        notes.add("wrong-charset" if known else "unknown-charset")
        return text, "" if known and "\ufffd" not in text else "unknown-charset" if not known else "wrong-charset"
    return text, ""


def _mended(data: bytes, codec: str) -> tuple[str, str]:
    """Bytes that are not quite UTF-8: with a slip or two, or Western under a wrong name."""
    if codec == "cp1252":
        return data.decode("cp1252", "replace"), "wrong-charset"
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(sign > "\x7f" for sign in text) - bad
    if good >= 2 * bad:
        return text, "wrong-charset"
    text = guess(data)
    return text, "wrong-charset" if "\ufffd" in text else ""
