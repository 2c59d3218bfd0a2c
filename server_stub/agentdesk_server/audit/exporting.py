"""Making a bundle: the whole log or a part of it, up to a head that is signed now."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import IO, Any, NamedTuple

from agentdesk.domain.audit import ExportAudit
from agentdesk.domain.audit import head as head_
from agentdesk.domain.audit.handover import SignedHandover
from agentdesk.domain.audit.proofs import prove_consistency, prove_inclusion
from agentdesk_server.audit import bundle
from agentdesk_server.audit.evidence import write_evidence
from agentdesk_server.audit.export import export
from agentdesk_server.audit.head import SignedHead
from agentdesk_server.audit.index import Nodes, open_nodes
from agentdesk_server.audit.lines import GrowthLine, ProofLine
from agentdesk_server.authority import Authority
from agentdesk_server.authority.database import open_reader
from agentdesk_server.authority.signer import handovers
from agentdesk_server.core import Core


class Source(NamedTuple):
    """The log to export: where it lies, and the head under which all that is exported stands."""

    folder: Path
    key: bytes | None
    epoch: str
    public: bytes
    signed: SignedHead
    handovers: tuple[SignedHandover, ...] = ()


def source_now(core: Core, authority: Authority) -> Source:
    """The log up to a head that is signed now. On the authority's thread."""
    signed, passed = authority.sign_head(), handovers(core.database.conn)
    return Source(core.folder, core.key, authority.epoch, authority.ledger.public_key, signed, passed)


def write_bundle(source: Source, asked: ExportAudit) -> tuple[IO[bytes], int]:
    """A file without a name, at its beginning, and how long it is: closed, it is gone. Raises OSError.

    The index must have followed the log up to the head.
    """
    database = open_reader(source.folder, source.key)
    conn, nodes = open_nodes(source.folder, source.key, database.conn)
    file = tempfile.TemporaryFile(dir=source.folder)  # noqa: SIM115 it outlives this function
    try:
        _write(file, source, asked, head_.decode(source.signed.data).size, database.conn, nodes)
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    finally:
        conn.close()
        database.close()
    return file, size


def _write(file: IO[bytes], source: Source, asked: ExportAudit, size: int, log: Any, nodes: Nodes) -> None:
    heads = [SignedHead(*row) for row in log.execute(_HEADS, (size,))]
    made, epoch, public, passed = bundle.BundleWriter(file), source.epoch, source.public, source.handovers
    if asked.whole:
        made.add(bundle.LOG, export(epoch, public, _leaves(log, 0, size), heads, handovers=passed))
    else:
        proofs = _proofs(log, nodes, asked.first, asked.last, size)
        made.add(bundle.ENTRIES, write_evidence(epoch, public, [source.signed], proofs, passed))
    made.add(bundle.HEADS, write_evidence(epoch, public, heads, _growths(heads, nodes), passed))
    made.finish(epoch, public, size, size if asked.whole else asked.last - asked.first + 1)


_HEADS = "SELECT data, signature FROM signed_head WHERE size<=? ORDER BY size, rowid"


def _leaves(log: Any, first: int, end: int) -> Iterator[bytes]:
    for (data,) in log.execute("SELECT data FROM leaf WHERE number>=? AND number<? ORDER BY number", (first, end)):
        yield data


def _proofs(log: Any, nodes: Nodes, first: int, last: int, size: int) -> Iterator[ProofLine]:
    for number, data in enumerate(_leaves(log, first, last + 1), first):
        yield ProofLine(size, number, data, tuple(prove_inclusion(nodes.at, number, size)))


def _growths(heads: list[SignedHead], nodes: Nodes) -> Iterator[GrowthLine]:
    sizes = sorted({head_.decode(signed.data).size for signed in heads})
    for first, second in pairwise(sizes):
        yield GrowthLine(first, second, tuple(prove_consistency(nodes.at, first, second)))
