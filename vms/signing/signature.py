"""An Ed25519 signature (RFC 8032), and the public half of the key that made it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    key_id: str
    #: 64 bytes
    value: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    id: str
    #: 32 bytes
    public: bytes
    made_at: datetime
    #: None for the one that signs
    retired_at: datetime | None

    @property
    def pem(self) -> str:
        return pem_of(self.public)


def key_id_of(public: bytes) -> str:
    """The first 16 digits of the SHA-256 of the raw public key."""
    return hashlib.sha256(public).hexdigest()[:16]


def pem_of(public: bytes) -> str:
    key = Ed25519PublicKey.from_public_bytes(public)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def is_signed(data: bytes, signature: bytes, public: bytes) -> bool:
    """Whether the key with this public half signed exactly `data`. Anything that is no signature or no key is not."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True
