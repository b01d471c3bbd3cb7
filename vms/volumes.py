"""The folder that this house records to, and what it is called in the database."""

from pathlib import Path

from runtime.database import Database
from streams.segment import VolumeId
from vms.cluster.identity import identity_of
from vms.segments import PostgresSegments
from vms.settings import Settings


async def recordings_volume(settings: Settings, database: Database, data: Path) -> tuple[VolumeId, Path]:
    """Its id, which it has from the first time on. Raises: DatabaseUnavailable."""
    embedded = not settings.database.get_secret_value()
    identity = identity_of(settings.worker.name, data, embedded=embedded)
    volume_id = await PostgresSegments(database).volume(identity.host, f"{identity.folder}/recordings")
    return volume_id, data / settings.recording.folder
