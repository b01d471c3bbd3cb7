"""Cameras that are there already: found, changed and removed, each change with its version and its author.

A change names the version that it is meant for, so that nobody overwrites what they have not seen. Removing a camera
takes it out of use for good: it stops, its passwords are forgotten and its name and code are free, while its recordings,
alerts and history remain.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from runtime.database import Connection, Database
from runtime.vault import Vault
from streams.camera import CameraId, ProfileName, StreamProfile
from streams.probe import probe as probe_stream
from streams.store import ring_cameras
from streams.url import StreamUrl, parse_stream_url
from vms.audit.audit import write
from vms.audit.entry import AuditEntry
from vms.cameras import store, writing
from vms.cameras.configuration import Configuration, faults
from vms.cameras.errors import (
    CameraAmbiguous,
    CameraCodeTaken,
    CameraNameTaken,
    CameraUnknown,
    VersionStale,
)
from vms.cameras.networks import Networks
from vms.cameras.stored_camera import CameraVersion, StoredCamera
from vms.cameras.units import store as unit_store
from vms.cameras.units.errors import UnitIdUnknown
from vms.cameras.units.unit import Tree
from vms.cameras.writing import Credentials

Edit = Callable[[Configuration, Tree], Configuration]


class Editor:
    def __init__(self, *, database: Database, vault: Vault, networks: Networks) -> None:
        self._database = database
        self._vault = vault
        self._networks = networks

    async def find(self, reference: str) -> CameraId:
        """The camera of that number, code or name. Raises: CameraUnknown, CameraAmbiguous, DatabaseUnavailable."""
        reference = reference.strip()
        async with self._database.connection() as connection:
            found = await store.ids_by_reference(connection, reference)
            if not found and reference.isascii() and reference.isdigit() and len(reference) < 19:
                camera = await store.stored_camera(connection, CameraId(int(reference)))
                found = [] if camera is None else [camera.id]
        if not found:
            raise CameraUnknown(camera=reference)
        if len(found) > 1:
            raise CameraAmbiguous(camera=reference, numbers=", ".join(map(str, found)))
        return found[0]

    async def get(self, camera_id: CameraId) -> StoredCamera:
        """Raises: CameraUnknown, DatabaseUnavailable."""
        async with self._database.connection() as connection:
            return await _known(connection, camera_id)

    async def profiles(self, camera_id: CameraId) -> list[StreamProfile]:
        """Its streams with their credentials in clear, to be tried: never for a person.

        Raises: CameraUnknown, SecretUnreadable, DatabaseUnavailable.
        """
        camera = await self.get(camera_id)
        urls: dict[ProfileName, str | None] = {
            "main": camera.configuration.main_url,
            "sub": camera.configuration.sub_url,
        }
        return [
            StreamProfile(
                name=name,
                url=url,
                username=camera.secrets[name].username,
                password=self._vault.decrypt(token) if (token := camera.secrets[name].token) else "",
            )
            for name, url in urls.items()
            if url is not None
        ]

    async def versions(self, camera_id: CameraId) -> list[CameraVersion]:
        """Oldest first; of a camera that was removed too. Raises: CameraUnknown, DatabaseUnavailable."""
        async with self._database.connection() as connection:
            rows = await store.versions(connection, camera_id)
            if not rows:
                await _known(connection, camera_id)
        return [
            CameraVersion(version=number, at=at, author=author, changes=changes)
            for number, at, author, changes in rows
        ]

    async def change(
        self,
        camera_id: CameraId,
        edit: Edit,
        *,
        author: str,
        password: str | None = None,
        version: int | None = None,
        probe: bool = False,
    ) -> int:
        """Change the camera to what `edit` makes of it; the version from then on, the same where nothing changed.

        The account and the password are those of all its streams, unless an address carries its own. With `version`, the
        change is refused if the camera is at another. With `probe`, streams whose address or account changed are tried.

        Raises: CameraUnknown, VersionStale, what is wrong with the configuration, the StreamErrors of a probe,
        CameraNameTaken, CameraCodeTaken, UnitIdUnknown, DatabaseUnavailable.
        """
        if probe:
            await self._probe(await self.get(camera_id), edit, password)
        async with self._database.transaction() as connection:
            await store.lock_cameras(connection)
            before = await _known(connection, camera_id, version)
            tree = Tree(await unit_store.units(connection))
            after, credentials = self._edited(before, edit, tree, password)
            await check_free(connection, after, tree, besides=camera_id)
            new = await writing.change(connection, self._vault, before, after, credentials, author=author)
            if new != before.version:
                await ring_cameras(connection)
                await write(connection, _audited("camera.change", before, new, author))
        return new

    async def remove(self, camera_id: CameraId, *, author: str, version: int | None = None) -> None:
        """Raises: CameraUnknown, VersionStale, DatabaseUnavailable."""
        async with self._database.transaction() as connection:
            await store.lock_cameras(connection)
            before = await _known(connection, camera_id, version)
            await store.remove_camera(connection, camera_id, before.version + 1)
            await store.forget_passwords(connection, camera_id)
            await store.add_version(
                connection,
                camera_id=camera_id,
                version=before.version + 1,
                author=author,
                changes={"removed": [False, True]},
            )
            await ring_cameras(connection)
            await write(connection, _audited("camera.remove", before, before.version + 1, author))

    def _edited(
        self, before: StoredCamera, edit: Edit, tree: Tree, password: str | None
    ) -> tuple[Configuration, Mapping[ProfileName, Credentials]]:
        after = edit(before.configuration, tree)
        username = None if after.username == before.configuration.username else after.username
        credentials: dict[ProfileName, Credentials] = {}
        main, credentials["main"] = _taken_out(parse_stream_url(after.main_url), username, password)
        sub = None
        if after.sub_url is not None:
            sub, credentials["sub"] = _taken_out(parse_stream_url(after.sub_url), username, password)
        after = replace(after, main_url=main, sub_url=sub).settled(before.configuration)
        for _name, fault in faults(after, self._networks):
            raise fault
        return after, credentials

    async def _probe(self, before: StoredCamera, edit: Edit, password: str | None) -> None:
        async with self._database.connection() as connection:
            tree = Tree(await unit_store.units(connection))
        after, credentials = self._edited(before, edit, tree, password)
        secrets = writing.settle_secrets(self._vault, after, before.secrets, credentials)
        urls: dict[ProfileName, str | None] = {"main": after.main_url, "sub": after.sub_url}
        had = {"main": before.configuration.main_url, "sub": before.configuration.sub_url}
        for name, url in urls.items():
            if url is None or (url == had[name] and secrets[name] == before.secrets.get(name)):
                continue
            token = secrets[name].token
            clear = self._vault.decrypt(token) if token else ""
            await probe_stream(
                StreamProfile(name=name, url=url, username=secrets[name].username, password=clear)
            )


def _taken_out(url: StreamUrl, username: str | None, password: str | None) -> tuple[str, Credentials]:
    """The address without its credentials, and these."""
    own = url.username or url.password
    given = Credentials(username=url.username, password=url.password) if own else None
    return url.public, given or Credentials(username=username, password=password)


async def _known(connection: Connection, camera_id: CameraId, version: int | None = None) -> StoredCamera:
    found = await store.stored_camera(connection, camera_id)
    if found is None:
        raise CameraUnknown(camera=camera_id)
    if version is not None and version != found.version:
        raise VersionStale(found=found.version, expected=version)
    return found


async def check_free(
    connection: Connection, configuration: Configuration, tree: Tree, *, besides: CameraId | None
) -> None:
    """Whether its unit exists and its name and code are free. Raises: UnitIdUnknown, CameraNameTaken, CameraCodeTaken."""
    unit = tree.get(configuration.unit_id)
    if unit is None:
        raise UnitIdUnknown(unit_id=configuration.unit_id)
    holder = await store.id_by_name(connection, unit.id, configuration.name)
    if holder is not None and holder != besides:
        raise CameraNameTaken(unit=unit.name, name=configuration.name)
    if configuration.facts.code is None:
        return
    coded = await store.id_and_name_by_code(connection, configuration.facts.code)
    if coded is not None and coded[0] != besides:
        raise CameraCodeTaken(code=configuration.facts.code, name=coded[1])


def _audited(act: str, before: StoredCamera, version: int, author: str) -> AuditEntry:
    """What changed stands in the camera's versions."""
    return AuditEntry(
        author=author,
        act=act,
        target=f"camera {before.id}",
        camera_ids=[before.id],
        unit_ids=[before.configuration.unit_id],
        detail={"name": before.configuration.name, "version": version},
    )
