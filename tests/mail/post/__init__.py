"""A real post office on loopback: Dovecot (IMAP, LMTP, Sieve, XOAUTH2) and Postfix from Debian's packages."""

from .office import WHY_NOT, Office

__all__ = ["WHY_NOT", "Office"]
