"""The cameras that are registered: checked before they are written, read with what their streams do now.

Whoever registers a camera is told at once what is wrong with it: the address, the zones and, when the stream is
probed, whether it plays. Nothing is written unless all of it is right.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from detectors import store as zone_store
from runtime.clock import SystemClock
from runtime.database import Connection, Database
from runtime.vault import SecretUnreadable, Vault
from streams import store as stream_store
from streams.camera import Camera, CameraId, ProfileName, StreamProfile
from streams.mask import mask_of
from streams.onvif.account import OnvifAccount
from streams.probe import probe
from streams.probe_report import ProbeReport
from vms.audit.audit import write
from vms.audit.entry import AuditEntry
from vms.cameras import store, writing
from vms.cameras.configuration import FACT_COLUMNS, Configuration, Facts, faults
from vms.cameras.draft import CameraDraft, configuration_of, profiles_of
from vms.cameras.drawn import parse_masks
from vms.cameras.editor import Editor, check_free
from vms.cameras.errors import CameraUnknown, OnvifPortMissing
from vms.cameras.key_rotation import KeyRotation
from vms.cameras.networks import Networks
from vms.cameras.prober import Prober
from vms.cameras.query import CameraQuery, cursor_after
from vms.cameras.registered_camera import CameraPage, RegisteredCamera, RegisteredProfile
from vms.cameras.rule_hours import parse_rule_hours
from vms.cameras.settings import CameraSettings
from vms.cameras.sheets.sheets import Sheets
from vms.cameras.units import store as unit_store
from vms.cameras.units.errors import UnitIdUnknown, UnitUnknown
from vms.cameras.units.unit import Tree, Unit, UnitId
from vms.cameras.units.units import Units
from vms.cameras.watch import Watch
from vms.cameras.writing import Credentials

OnUnreadable = Callable[[CameraId, ProfileName, SecretUnreadable], None]


class Registry:
    def __init__(
        self,
        *,
        database: Database,
        vault: Vault,
        settings: CameraSettings | None = None,
        prober: Prober | None = None,
    ) -> None:
        self._database = database
        self._vault = vault
        #: passwords of the cameras that are watched, by their tokens
        self._in_clear: dict[bytes | None, str] = {}
        settings = settings or CameraSettings()
        self._networks = Networks.of(settings)
        self.prober = prober or Prober(networks=self._networks, clock=SystemClock())
        self.units = Units(database)
        self.key_rotation = KeyRotation(database=database, vault=vault)
        self.editor = Editor(database=database, vault=vault, networks=self._networks)
        self.sheets = Sheets(database=database, vault=vault, networks=self._networks, settings=settings)

    async def register(
        self, draft: CameraDraft, *, author: str = "vms", probe: bool = True, replace: bool = False
    ) -> RegisteredCamera:
        """Check the draft, look at its streams if asked to, and write it; with `replace`, over one of its name.

        Raises: InvalidStreamUrl and the other StreamErrors of a probe, the errors of a zone and of a configuration,
        UnitUnknown, UnitAmbiguous, CameraNameTaken, CameraCodeTaken, DatabaseUnavailable.
        """
        profiles = profiles_of(draft)
        configuration = configuration_of(draft, profiles)
        for _name, fault in faults(configuration, self._networks):
            raise fault
        if probe:
            for profile in profiles:
                await self.probe(profile)
        credentials = {
            profile.name: Credentials(username=profile.username, password=profile.password)
            for profile in profiles
        }
        async with self._database.transaction() as connection:
            await store.lock_cameras(connection)
            tree = Tree(await unit_store.units(connection))
            unit = _unit(tree, draft.unit)
            configuration = _in_unit(configuration, unit)
            existing = await store.id_by_name(connection, unit.id, draft.name) if replace else None
            await check_free(connection, configuration, tree, besides=existing)
            if existing is None:
                camera_id = await writing.add(
                    connection, self._vault, configuration, credentials, author=author
                )
            else:
                camera_id = existing
                before = await store.stored_camera(connection, existing)
                assert before is not None  # it was found a statement ago, under the lock
                after = _with_zones_of(before.configuration, configuration)
                await writing.change(connection, self._vault, before, after, credentials, author=author)
            await stream_store.ring_cameras(connection)
            await write(
                connection,
                AuditEntry(
                    author=author,
                    act="camera.add" if existing is None else "camera.change",
                    target=f"camera {camera_id}",
                    camera_ids=[camera_id],
                    unit_ids=[unit.id],
                    detail={"name": draft.name},
                ),
            )
        return await self.camera(camera_id)

    async def probe(self, profile: StreamProfile) -> ProbeReport:
        """Raises: StreamError, named for what is wrong."""
        return await probe(profile)

    async def camera(self, camera_id: CameraId) -> RegisteredCamera:
        """Raises: CameraUnknown, DatabaseUnavailable."""
        found = await self.cameras([camera_id])
        if not found:
            raise CameraUnknown(camera=camera_id)
        return found[0]

    async def page(self, query: CameraQuery) -> CameraPage:
        """Raises: CursorInvalid, UnitIdUnknown, DatabaseUnavailable."""
        after = query.after
        async with self._database.connection() as connection:
            unit_ids = None
            if query.unit_id is not None:
                unit_ids = await _subtree_ids(connection, query.unit_id)
            ids = await store.page_ids(
                connection,
                unit_ids=unit_ids,
                words=query.words,
                state=query.state,
                cause=query.cause,
                enabled=query.enabled,
                filing=query.filing,
                after=after,
                limit=query.limit + 1,
            )
            shown = ids[: query.limit]
            cameras = await _cameras(connection, shown)
        more = len(ids) > query.limit
        return CameraPage(cameras=tuple(cameras), next=cursor_after(shown[-1]) if more else None)

    async def states_as_json(self, unit_id: UnitId) -> str:
        """Every camera of a unit and of all below it, with what each stream does, as JSON.

        Raises: UnitIdUnknown, DatabaseUnavailable.
        """
        async with self._database.connection() as connection:
            unit_ids = await _subtree_ids(connection, unit_id)
            return await store.states_as_json(connection, unit_ids)

    async def recorded_ids(self) -> set[CameraId]:
        """Every camera that may have recordings: those that were removed, too."""
        async with self._database.connection() as connection:
            return await store.all_camera_ids(connection)

    async def ids(self) -> set[CameraId]:
        """Of every camera that is registered now."""
        async with self._database.connection() as connection:
            return await store.camera_ids(connection)

    async def cameras(self, camera_ids: Sequence[CameraId] | None = None) -> list[RegisteredCamera]:
        """All, or those of these numbers that there are; in order of their numbers."""
        async with self._database.connection() as connection:
            return await _cameras(connection, camera_ids)

    async def watches(
        self, *, on_unreadable: OnUnreadable, camera_ids: Collection[CameraId] | None = None
    ) -> list[Watch]:
        """Every camera that is switched on, or those of these numbers, with its credentials in clear: for the worker,
        never for a person.

        A camera whose password cannot be decrypted is left out and told of; the others are not held up by it.
        """
        async with self._database.connection() as connection:
            wanted = None if camera_ids is None else list(camera_ids)
            cameras = await store.camera_rows(connection, wanted, only_enabled=True)
            ids = [row["id"] for row in cameras]
            rows = await stream_store.profile_rows(connection, ids)
            zones = await zone_store.zones_by_camera(connection, ids)
        profiles: defaultdict[int, list[StreamProfile]] = defaultdict(list)
        unreadable = set()
        # A change of one camera must not cost the decryption of thousands: what was read before is known.
        known, self._in_clear = self._in_clear, {}
        for row in rows:
            token = row["password"]
            try:
                password = (known[token] if token in known else self._vault.decrypt(token)) if token else ""
                self._in_clear[token] = password
            except SecretUnreadable as error:
                unreadable.add(row["camera_id"])
                on_unreadable(row["camera_id"], row["name"], error)
                continue
            profiles[row["camera_id"]].append(
                StreamProfile(
                    name=row["name"],
                    url=row["url"],
                    username=row["username"],
                    password=password,
                    recorded=row["recorded"],
                    analysed=row["analysed"],
                )
            )
        return [
            Watch(
                camera=Camera(
                    id=row["id"],
                    unit_id=row["unit_id"],
                    name=row["name"],
                    enabled=row["enabled"],
                    profiles=tuple(profiles[row["id"]]),
                ),
                rules=frozenset(row["rules"]),
                zones=tuple(zones.get(row["id"], ())),
                hours=parse_rule_hours(row["hours"]),
                mask=mask_of(parse_masks(row["masks"])),
                onvif=self._onvif(row["address"], row["onvif_port"], profiles[row["id"]]),
            )
            for row in cameras
            if row["id"] not in unreadable
        ]

    def _onvif(
        self, address: str, port: int | None, profiles: Sequence[StreamProfile]
    ) -> OnvifAccount | None:
        """With the account of the main stream; None where the device may not be called, or is not known."""
        main = next((profile for profile in profiles if profile.name == "main"), None)
        if port is None or main is None or self._networks.fault(address) is not None:
            return None
        return OnvifAccount(address=address, port=port, username=main.username, password=main.password)

    async def onvif_account(self, camera_id: CameraId) -> OnvifAccount:
        """Raises: CameraUnknown, OnvifPortMissing, AddressRefused, SecretUnreadable, DatabaseUnavailable."""
        camera = await self.editor.get(camera_id)
        facts, secret = camera.configuration.facts, camera.secrets["main"]
        if facts.onvif_port is None:
            raise OnvifPortMissing(camera=camera_id)
        fault = self._networks.fault(facts.address)
        if fault is not None:
            raise fault
        return OnvifAccount(
            address=facts.address,
            port=facts.onvif_port,
            username=secret.username,
            password=self._vault.decrypt(secret.token) if secret.token else "",
        )


async def _cameras(connection: Connection, camera_ids: Sequence[CameraId] | None) -> list[RegisteredCamera]:
    cameras = await store.camera_rows(connection, camera_ids)
    rows = await stream_store.profile_rows(connection, camera_ids)
    zones = await zone_store.zones_by_camera(connection, camera_ids)
    profiles: defaultdict[int, list[RegisteredProfile]] = defaultdict(list)
    for row in rows:
        profiles[row["camera_id"]].append(
            RegisteredProfile(
                name=row["name"],
                url=row["url"],
                recorded=row["recorded"],
                analysed=row["analysed"],
                state=row["state"],
                causes=tuple(row["causes"] or ()),
                since=row["since"],
                error=row["error"],
            )
        )
    return [
        RegisteredCamera(
            id=row["id"],
            version=row["version"],
            name=row["name"],
            unit_id=row["unit_id"],
            unit_name=row["unit_name"],
            enabled=row["enabled"],
            rules=frozenset(row["rules"]),
            hours=parse_rule_hours(row["hours"]),
            masks=parse_masks(row["masks"]),
            recorded=row["recorded"],
            analysed=row["analysed"],
            facts=Facts(**{name: row[name] for name in FACT_COLUMNS}),
            zones=tuple(zones.get(row["id"], ())),
            profiles=tuple(profiles[row["id"]]),
        )
        for row in cameras
    ]


def _unit(tree: Tree, reference: str | None) -> Unit:
    """Raises: UnitUnknown, UnitAmbiguous."""
    unit = tree.first() if reference is None else tree.find(reference)
    if unit is None:
        raise UnitUnknown(unit="")
    return unit


async def _subtree_ids(connection: Connection, unit_id: UnitId) -> list[UnitId]:
    found = await unit_store.subtree_ids(connection, unit_id)
    if not found:
        raise UnitIdUnknown(unit_id=unit_id)
    return found


def _with_zones_of(before: Configuration, after: Configuration) -> Configuration:
    """A camera that is registered again keeps the zones that nobody drew anew."""
    zones = {zone.name: zone for zone in (*before.zones, *after.zones)}
    return replace(after, zones=tuple(zones.values()))


def _in_unit(configuration: Configuration, unit: Unit) -> Configuration:
    return replace(configuration, unit_id=unit.id)
