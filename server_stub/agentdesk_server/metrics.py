"""Figures for Prometheus: what was asked, what was committed, who is connected."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from .authority import Entry

MEDIA_TYPE = CONTENT_TYPE_LATEST.partition(";")[0]
CONTENT_TYPE = CONTENT_TYPE_LATEST
BEATS = (0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0)


class Metrics:
    """One server's own registry. No label ever holds a person, a visitor or a text."""

    def __init__(self) -> None:
        self._all = CollectorRegistry()
        own = self._all
        self.requests = Counter("agentdesk_http_requests", "HTTP requests", ("method", "status"), registry=own)
        self.seconds = Histogram("agentdesk_http_seconds", "Time to answer", ("method",), buckets=BEATS, registry=own)
        self.commits = Counter("agentdesk_transactions", "Committed transactions", registry=own)
        self.records = Counter("agentdesk_records_changed", "Records changed by commands", registry=own)
        self._rev = Gauge("agentdesk_revision", "The newest revision", registry=own)

    def watch(self, name: str, about: str, read: Callable[[], float]) -> None:
        """A figure that is read when somebody asks."""
        Gauge(name, about, registry=self._all).set_function(read)

    def committed(self, entries: list[Entry]) -> None:
        """A listener of the writer."""
        self.commits.inc(len(entries))
        self.records.inc(sum(len(entry.changes) for entry in entries))
        self._rev.set(entries[-1].rev)

    def start_at(self, rev: int) -> None:
        self._rev.set(rev)

    def text(self) -> bytes:
        return generate_latest(self._all)
