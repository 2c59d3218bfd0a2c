"""Starts Dovecot and Postfix in a folder of their own, on free ports of loopback, without systemd; stops them again.

They deliver to each other: what Postfix takes for desk.test and example.test goes to Dovecot by LMTP, what it cannot
deliver comes back as a report to its sender, and who has a vacation script in Dovecot answers through Postfix.
"""

from __future__ import annotations

import os
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from imapclient import IMAPClient

from . import config
from .tokens import TokenServer

DESK, CUSTOMER, AWAY = "support@desk.test", "cust@example.test", "away@example.test"
PASSWORD = "secret"
SIEVE = Path("/usr/lib/dovecot/modules/lib90_sieve_plugin.so")


def _why_not() -> str:
    """Why there can be no post office here; empty if there can."""
    missing = [name for name in ("dovecot", "doveadm", "postfix") if shutil.which(name, path=_PATH) is None]
    if missing or not SIEVE.exists():
        return "Dovecot with Sieve and Postfix are not installed: apt-get install dovecot-imapd dovecot-lmtpd " \
               "dovecot-sieve postfix"  # fmt: skip
    if os.name != "posix" or os.geteuid() != 0:
        return "Postfix starts for the superuser only"
    return ""


_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
WHY_NOT = _why_not()


class Office:
    """Use it as a context. Any name before the @ has a mailbox, with the same password."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="post-office-"))
        self.imap, self.lmtp, self.smtp, self.oauth = free_ports(4)
        self.tokens = TokenServer(self.oauth)

    def __enter__(self) -> Office:
        self.folder.chmod(0o755)  # Dovecot reads mails as another user
        self.tokens.start()
        try:
            self.start_dovecot()
            self.start_postfix()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_dovecot()
        self._run("postfix", "-c", str(self.folder / "postfix/etc"), "stop", check=False)
        self.tokens.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start_dovecot(self) -> None:
        """Start it, or start it again with the mails that it had."""
        written = config.dovecot(self.folder / "dovecot", self.imap, self.lmtp, self.smtp, self.oauth)
        self._run("dovecot", "-c", str(written))
        _until_it_listens(self.imap)
        _until_it_listens(self.lmtp)

    def stop_dovecot(self) -> None:
        self._run("doveadm", "-c", str(self.folder / "dovecot/dovecot.conf"), "stop", check=False)

    def start_postfix(self) -> None:
        written = config.postfix(self.folder / "postfix", self.smtp, self.lmtp)
        self._run("postfix", "-c", str(written), "start")
        _until_it_listens(self.smtp)

    def _run(self, *words: str, check: bool = True) -> None:
        """Their output goes to a file: a daemon would hold a pipe open."""
        said = self.folder / "said"
        with said.open("w") as file:
            env = {**os.environ, "PATH": _PATH}
            done = subprocess.run(words, env=env, stdin=subprocess.DEVNULL, stdout=file, stderr=file, check=False)
        if check and done.returncode != 0:
            raise RuntimeError(f"{' '.join(words)}: {said.read_text()}")

    # --- What a customer does ---

    def deliver(self, raw: bytes, to: str = DESK, sender: str = CUSTOMER) -> None:
        """Put a mail into a mailbox, as a server that delivers does."""
        with smtplib.LMTP("127.0.0.1", self.lmtp) as line:
            line.sendmail(sender, [to], raw)

    def send(self, raw: bytes, to: str = DESK, sender: str = CUSTOMER) -> None:
        """Send a mail, as a mail program does."""
        with smtplib.SMTP("127.0.0.1", self.smtp, "example.test") as line:
            line.sendmail(sender, [to], raw)

    def mails(self, who: str) -> list[bytes]:
        """All mails in somebody's mailbox."""
        with IMAPClient("127.0.0.1", self.imap, ssl=False) as client:
            client.login(who, PASSWORD)
            client.select_folder("INBOX", readonly=True)
            found = client.fetch(client.search(), ["BODY.PEEK[]"])
        return [found[uid][b"BODY[]"] for uid in sorted(found)]

    def vacation(self, who: str, words: str) -> None:
        """Somebody is away and lets their server say so."""
        home = self.folder / "dovecot/mail" / who.partition("@")[0]
        home.mkdir(parents=True, exist_ok=True)
        script = home / ".dovecot.sieve"
        script.write_text(f'require "vacation";\nvacation :days 1 "{words}";\n', encoding="utf-8")
        for path in (home, script):
            shutil.chown(path, *config.MAIL_USER)


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody listens on, below those that the system gives away."""
    found: list[int] = []
    start = 10_000 + (os.getpid() * 37) % 15_000
    for port in range(start, start + 5_000):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise RuntimeError("there are no free ports")


def _until_it_listens(port: int, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
