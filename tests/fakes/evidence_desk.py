"""The parts about recordings as evidence on a test's database, with folders of the test's own."""

from pathlib import Path

from runtime.clock import Clock
from runtime.database import Database
from runtime.vault import Vault
from vms.evidence.desk import EvidenceDesk, evidence_desk
from vms.settings import Settings


def desk_in(folder: Path, database: Database, clock: Clock, **settings: object) -> EvidenceDesk:
    """`folder` is its data folder: recordings lie below it, and the key."""
    return evidence_desk(
        Settings(**settings),  # type: ignore[arg-type]
        database=database,
        vault=Vault.open(folder / "secret.key"),
        data=folder,
        clock=clock,
    )
