"""Who a worker is to the others."""

import socket
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerIdentity:
    name: str
    host: str
    #: data folder, which only one process of a host may have
    folder: str
    version: str


def identity_of(name: str, folder: Path, *, embedded: bool) -> WorkerIdentity:
    """`name` is what was asked for, or empty. Whoever has an embedded database is alone on it, wherever its folder stands."""
    host, path = ("embedded", "data") if embedded else (socket.gethostname(), str(folder))
    return WorkerIdentity(
        name=name or ("vms" if embedded else f"{host}:{path}"), host=host, folder=path, version=version("vms")
    )
