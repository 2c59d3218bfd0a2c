"""The wire: frames, encoding, versions. No I/O."""

from .checks import row_hash
from .closing import Close
from .rows import Row, decode_command, decode_rows, encode_rows, record_of
from .wire import BINARY, JSON, SUBPROTOCOLS, UNREADABLE, BadMessage, Codec, desk_codec, server_codec

__all__ = [
    "BINARY",
    "JSON",
    "SUBPROTOCOLS",
    "UNREADABLE",
    "BadMessage",
    "Close",
    "Codec",
    "Row",
    "decode_command",
    "decode_rows",
    "desk_codec",
    "encode_rows",
    "record_of",
    "row_hash",
    "server_codec",
]
