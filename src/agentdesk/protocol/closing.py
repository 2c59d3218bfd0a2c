"""Why a connection is closed, by number."""

from enum import IntEnum


class Close(IntEnum):
    """Close codes of `/sync`; a desk acts on the number, the reason is for people."""

    NORMAL = 1000
    TOO_BIG = 1009
    BAD_FRAME = 4400
    NOT_ALLOWED = 4401
    TOO_SLOW = 4408
    REPLACED = 4409
    UPGRADE = 4410
    TOO_FAST = 4429
    DRAINING = 4503
