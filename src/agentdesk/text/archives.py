"""What ZIP archives raise that are damaged, or packed by a means that is not known here."""

from __future__ import annotations

import lzma
import zipfile
import zlib

BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, EOFError, OSError, ValueError)
