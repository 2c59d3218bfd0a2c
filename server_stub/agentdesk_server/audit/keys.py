"""A random key per person, wrapped under the master key; destroying it makes what it sealed unreadable for ever."""

import hmac
import os
from collections.abc import MutableMapping
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_SIZE = 32
NONCE_SIZE = 12
DESTROYED = b""
_CACHED = 10_000
_FORMAT = b"\x01"


class KeyLostError(Exception):
    """The key was destroyed, never was, or does not open under this master key."""


def derive(master: bytes, purpose: str) -> bytes:
    """A key for one purpose ("pseudonym", "signing", …), so that the server keeps one secret only."""
    return hmac.digest(master, b"agentdesk audit key v1\0" + purpose.encode(), sha256)


def wrap(master: bytes, name: str, secret: bytes) -> bytes:
    """A secret encrypted for storage, bound to its name: format byte, nonce, AES-256-GCM."""
    nonce = os.urandom(NONCE_SIZE)
    return _FORMAT + nonce + AESGCM(derive(master, "wrap")).encrypt(nonce, secret, name.encode())


def unwrap(master: bytes, name: str, wrapped: bytes) -> bytes:
    """The secret again; KeyLostError if it was wrapped under another name or master, or was changed."""
    nonce, sealed = wrapped[1 : 1 + NONCE_SIZE], wrapped[1 + NONCE_SIZE :]
    if wrapped[:1] != _FORMAT or len(nonce) < NONCE_SIZE:
        raise KeyLostError("this is not a wrapped key")
    try:
        return AESGCM(derive(master, "wrap")).decrypt(nonce, sealed, name.encode())
    except InvalidTag as error:
        raise KeyLostError("the key does not open under this master key") from error


GENERATION = "\0seal generation"
"""Where it is kept how often keys were replaced: among the wrapped keys, under a name that no person has."""
_GENERATION_SIZE = 4


class Keys:
    """The data keys of all persons, over a mapping {subject: wrapped key} that the caller keeps in a table.

    The mapping is asked at every use and unwrapped keys are remembered by their wrapped form: so a key whose insertion
    was rolled back is never used again, and one destroyed by another process is gone here as well. A destroyed key
    leaves `DESTROYED` in the mapping, so that nobody gets a second one by accident. Backups must not outlive what they
    hold: leave this table out and back it up by itself with a short life, or apply the erasures again after a restore.

    `rotate` begins a new generation: from then on what concerns a person is sealed with a new key, made when it is
    first needed. The keys before it stay, for what they have sealed; to destroy means all of them.
    """

    def __init__(self, master: bytes, wrapped: MutableMapping[str, bytes]) -> None:
        if len(master) < KEY_SIZE:
            raise ValueError("the master key has at least 32 bytes")
        self._master, self._wrapped = master, wrapped
        self._open: dict[tuple[str, bytes], AESGCM] = {}

    @property
    def generation(self) -> int:
        """How often keys were replaced."""
        return int.from_bytes(self._wrapped.get(GENERATION, b""), "big")

    def rotate(self) -> None:
        """Begin a new generation of keys."""
        self._wrapped[GENERATION] = (self.generation + 1).to_bytes(_GENERATION_SIZE, "big")

    def to_seal(self, subject: str) -> AESGCM:
        """The cipher for writing. A new person gets a key; an erased one gets a key that is thrown away at once."""
        name = _name(subject, self.generation)
        wrapped = DESTROYED if self._is_destroyed(subject) else self._wrapped.get(name)
        if wrapped is None:
            wrapped = self._wrapped[name] = wrap(self._master, name, AESGCM.generate_key(256))
        return AESGCM(AESGCM.generate_key(256)) if wrapped == DESTROYED else self._cipher(name, wrapped)

    def to_unseal(self, subject: str, generation: int = 0) -> AESGCM:
        """The cipher for reading; KeyLostError if the person was erased or is unknown."""
        name = _name(subject, generation)
        wrapped = DESTROYED if self._is_destroyed(subject) else self._wrapped.get(name, DESTROYED)
        if wrapped == DESTROYED:
            raise KeyLostError("the key of this person was destroyed")
        return self._cipher(name, wrapped)

    def _is_destroyed(self, subject: str) -> bool:
        return self._wrapped.get(subject) == DESTROYED

    def destroy(self, subject: str) -> None:
        """Erase the person's keys of all generations: what they sealed can no longer be read, here or anywhere the
        table is not copied.
        """
        for generation in range(self.generation + 1):
            name = _name(subject, generation)
            wrapped = self._wrapped.get(name)
            if wrapped or generation == 0:  # the first one carries the mark, whether there was such a key or not
                self._wrapped[name] = DESTROYED
            self._open.pop((name, wrapped or DESTROYED), None)

    def _cipher(self, subject: str, wrapped: bytes) -> AESGCM:
        cipher = self._open.get((subject, wrapped))
        if cipher is None:
            cipher = AESGCM(unwrap(self._master, subject, wrapped))
            if len(self._open) >= _CACHED:
                self._open.pop(next(iter(self._open)), None)
            self._open[subject, wrapped] = cipher
        return cipher


def _name(subject: str, generation: int) -> str:
    """Under which a key is kept; keys from before there were generations keep theirs."""
    return f"{subject}\0{generation}" if generation else subject
