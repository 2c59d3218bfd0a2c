"""Certificates made for a test: an authority of its own, and what it signs; elliptic or RSA."""

from __future__ import annotations

import datetime
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, as files and as they are."""

    cert: Path
    key: Path
    made: x509.Certificate
    private: Key


def new_key(kind: str = "ecdsa") -> Key:
    """ecdsa: P-256; rsa: 2048 bits; weak: RSA with 1024."""
    if kind == "ecdsa":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, 1024 if kind == "weak" else 2048)


def authority(folder: Path, name: str = "An authority of our own") -> Pair:
    """Signs others, and itself."""
    private = new_key()
    subject = _named(name)
    builder = _builder(subject, subject, private, DAY * 30, -DAY)
    usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
    builder = builder.add_extension(x509.BasicConstraints(True, 0), critical=True).add_extension(usage, critical=True)
    skid = x509.SubjectKeyIdentifier.from_public_key(private.public_key())
    return _kept(folder, "ca", builder.add_extension(skid, critical=False).sign(private, hashes.SHA256()), private)


def signed(
    folder: Path, by: Pair | None, *names: str, kind: str = "ecdsa", days: float = 30, stem: str = "server"
) -> Pair:
    """A server's certificate for these names and addresses; signed by itself if by nobody. `days` < 0: over by then."""
    private = new_key(kind)
    subject = _named(names[0])
    start = min(-DAY, DAY * days - DAY)
    builder = _builder(subject, by.made.subject if by else subject, private, DAY * days, start)
    builder = builder.add_extension(x509.BasicConstraints(False, None), critical=True)
    builder = builder.add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
    builder = builder.add_extension(x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    signer = by.private if by else private
    akid = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    return _kept(folder, stem, builder.add_extension(akid, critical=False).sign(signer, hashes.SHA256()), private)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: Key, until: datetime.timedelta, since: datetime.timedelta
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    return builder.serial_number(x509.random_serial_number()).not_valid_before(now + since).not_valid_after(now + until)


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _kept(folder: Path, stem: str, made: x509.Certificate, key: Key) -> Pair:
    cert_file, key_file = folder / f"{stem}.pem", folder / f"{stem}.key"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return Pair(cert_file, key_file, made, key)
