"""Signing heads with the server's key. What a head is, and its bytes: `agentdesk.domain.audit.head`."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from agentdesk.domain.audit.head import Epoch, Head, SignedHead, decode, encode, key_id
from agentdesk.domain.audit.merkle import Tree
from agentdesk.store.signature import is_signed as is_signed_bytes

__all__ = [
    "Epoch",
    "Head",
    "SignedHead",
    "decode",
    "encode",
    "is_signed",
    "key_id",
    "new_signing_key",
    "public_key",
    "sign",
    "sign_bytes",
    "sign_tree",
]


def new_signing_key() -> bytes:
    """A new secret key, 32 raw bytes: store it wrapped, never in the clear."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_key(secret: bytes) -> bytes:
    """The raw public key, 32 bytes, that people pin."""
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def sign(secret: bytes, head: Head) -> SignedHead:
    """The head with the server's signature."""
    data = encode(head)
    return SignedHead(data, Ed25519PrivateKey.from_private_bytes(secret).sign(data))


def sign_tree(secret: bytes, epoch: str, tree: Tree, rev: int, time: int) -> SignedHead:
    """The signed head of this tree now; clamp `time` if the clock went behind the last leaf."""
    return sign(secret, Head(epoch, tree.size, tree.root, rev, time))


def sign_bytes(secret: bytes, data: bytes) -> bytes:
    """The signature of what is no head: a handover to another key."""
    return Ed25519PrivateKey.from_private_bytes(secret).sign(data)


def is_signed(public: bytes, signed: SignedHead) -> bool:
    """Whether the holder of this key signed exactly these bytes."""
    return is_signed_bytes(public, signed.data, signed.signature)
