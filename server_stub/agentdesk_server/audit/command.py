"""`agentdesk verify-audit`: one sentence and an exit code about what was exported of an audit log, offline."""

import argparse
import re
import sys
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from agentdesk_server.audit import memory
from agentdesk_server.audit.head import SignedHead
from agentdesk_server.audit.lines import read_head_line
from agentdesk_server.audit.verify import Verdict, verify_file

UNTOUCHED, TOUCHED, USAGE = 0, 1, 2
_SMALL = 64 * 1024
_PEM = b"-----BEGIN PUBLIC KEY-----"
_NO_KEY = "--key is neither 64 hex digits nor a file with an Ed25519 public key"


def run(argv: list[str]) -> int:
    """Verify as the arguments say: 0 untouched, 1 not, 2 for arguments that make no sense."""
    try:
        options = _parser().parse_args(argv)
        key = _key(options.key) if options.key else None
        heads = [_head(name) for name in options.head]
        Path(options.file).stat()
        kept = memory.recall(options.remember) if options.remember else None
    except SystemExit as leave:  # argparse has already said why, or shown its help
        return USAGE if leave.code else UNTOUCHED
    except OSError as error:
        print(f"agentdesk verify-audit: {error.filename} cannot be read: {error.strerror}.", file=sys.stderr)
        return USAGE
    except ValueError as error:
        print(f"agentdesk verify-audit: {error}", file=sys.stderr)
        return USAGE
    if kept is not None:
        key, heads = key or kept.key, [*heads, kept.signed]
    verdict = verify_file(options.file, key, heads, options.size)
    said = _sentences(verdict, key)
    if options.remember and verdict.ok:
        try:
            said.append(memory.remember(options.remember, verdict))
        except OSError as error:
            print(f"agentdesk verify-audit: {options.remember}: {error.strerror}", file=sys.stderr)
            return USAGE
    print("\n".join(said))
    return UNTOUCHED if verdict.ok else TOUCHED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="agentdesk verify-audit",
        description="Check an exported audit log. Exits 0 only if it is untouched. Needs no server and no network.",
    )
    parser.add_argument("file", metavar="FILE", help="an exported log, a proof, compared heads, or a bundle (.zip)")
    parser.add_argument(
        "--key", metavar="HEX|FILE", help="the server's public key as you know it: hex, or a file with it"
    )
    parser.add_argument("--head", metavar="FILE", action="append", default=[], help="a signed head kept from earlier")
    parser.add_argument(
        "--remember",
        metavar="FILE",
        help="keep the newest head and the key in this file; a log that does not go on from them is then found",
    )
    parser.add_argument(
        "--size", metavar="N", type=_count, default=0, help="the log is known to have at least N leaves"
    )
    return parser


def _count(given: str) -> int:
    if not (given.isascii() and given.isdecimal() and len(given) < 16):
        raise argparse.ArgumentTypeError(f"{given} is no number of leaves: write a whole number from 0 on")
    return int(given)


def _key(given: str) -> bytes:
    """The public key from 64 hex digits, or from a file with those, with the 32 raw bytes, or with PEM."""
    if re.fullmatch(r"[0-9a-fA-F]{64}", given):
        return bytes.fromhex(given)
    try:
        data = _small(given)
    except (OSError, ValueError) as error:
        raise ValueError(_NO_KEY) from error
    if data.startswith(_PEM):
        return _from_pem(data)
    if len(data) == 32:
        return data
    if re.fullmatch(rb"[0-9a-fA-F]{64}", data.strip()):
        return bytes.fromhex(data.strip().decode())
    raise ValueError(_NO_KEY)


def _from_pem(data: bytes) -> bytes:
    try:
        key = load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError(_NO_KEY) from error
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError(_NO_KEY)
    return key.public_bytes_raw()


def _head(name: str) -> SignedHead:
    try:
        return read_head_line(_small(name))
    except ValueError as error:
        raise ValueError("--head is not a file with a signed head") from error


def _small(name: str) -> bytes:
    with Path(name).open("rb") as stream:
        return stream.read(_SMALL)


def _proved(verdict: Verdict) -> str:
    if not verdict.leaves:
        return "The heads hold, and each goes on from the one before; the newest is that of"
    return "1 entry is proved: it stands in" if verdict.leaves == 1 else f"{verdict.leaves} entries are proved: all in"


def _sentences(verdict: Verdict, key: bytes | None) -> list[str]:
    if not verdict.ok:
        return ["This log is not as the server wrote it, or it cannot be checked:", *verdict.problems]
    log = f"{verdict.size} leaves, root {verdict.root.hex()}, signed with the key {verdict.key_id}"
    said = [f"The log is untouched: {log}." if verdict.whole else f"{_proved(verdict)} the log of {log}."]
    said += verdict.story
    if key is None:
        said.append(
            "The key was not pinned but taken from the file: whoever could rewrite it could also have"
            " put in a key of their own. Compare the key with the server's, or give it with --key."
        )
    return said
