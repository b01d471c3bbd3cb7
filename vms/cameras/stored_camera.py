"""A camera as it is kept, with its secrets still encrypted: what a change is made of. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from streams.camera import CameraId, ProfileName
from vms.cameras.configuration import Configuration


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSecret:
    """The account of one stream profile."""

    username: str
    #: None without a password
    token: bytes | None

    def __repr__(self) -> str:
        return "StoredSecret(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCamera:
    id: CameraId
    version: int
    configuration: Configuration
    secrets: Mapping[ProfileName, StoredSecret]


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraVersion:
    """One change of a camera; the first is its registration."""

    version: int
    at: datetime
    author: str
    #: {name: [before, after]}; of a password only whether there was and is one
    changes: Mapping[str, object]
