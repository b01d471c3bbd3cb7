"""The cameras that are registered: checked before they are written, read with what their streams do now.

Whoever registers a camera is told at once what is wrong with it: the address, the zones and, when the stream is
probed, whether it plays. Nothing is written unless all of it is right.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from detectors import store as zone_store
from detectors.event import EventKind, ZoneId
from detectors.zones import Zone
from runtime.database import Connection, Database
from runtime.vault import SecretUnreadable, Vault
from streams import store
from streams.camera import Camera, CameraId, ProfileName, StreamProfile
from streams.health import StreamHealth
from streams.probe import ProbeResult, probe
from streams.url import parse_stream_url
from vms.cameras.units.units import Units
from vms.errors import CameraNameTaken, UnitUnknown


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundDraft:
    """Marks on the ground as somebody measured them."""

    #: of the picture, each 0 to 1
    points: tuple[tuple[float, float], ...]
    metres: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneDraft:
    name: str
    polygon: tuple[tuple[float, float], ...]
    rules: frozenset[EventKind]
    crowd_limit: int | None
    #: see detectors.ground
    ground: GroundDraft | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraDraft:
    """A camera as somebody asks for it."""

    name: str
    url: str
    sub_url: str | None = None
    #: used where the URL carries none of its own
    username: str = ""
    password: str = ""
    #: name of a unit; None is the first
    unit: str | None = None
    rules: frozenset[EventKind] = frozenset({"fall", "person_down"})
    zones: tuple[ZoneDraft, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredProfile:
    name: ProfileName
    url: str
    recorded: bool
    analysed: bool
    #: None until the stream was first opened
    state: str | None
    since: datetime | None
    #: {"code": …, "message": {"en": …, "zh": …}}
    error: dict[str, object] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredCamera:
    id: CameraId
    name: str
    unit_id: int
    unit_name: str
    enabled: bool
    rules: frozenset[EventKind]
    zones: tuple[Zone, ...]
    profiles: tuple[RegisteredProfile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """All that is needed to watch one camera; two that are equal are watched the same way."""

    camera: Camera
    rules: frozenset[EventKind]
    zones: tuple[Zone, ...]


OnUnreadable = Callable[[CameraId, ProfileName, SecretUnreadable], None]


class Registry:
    def __init__(self, *, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self.units = Units(database)

    async def register(
        self, draft: CameraDraft, *, probe: bool = True, replace: bool = False
    ) -> RegisteredCamera:
        """Check the draft, look at its streams if asked to, and write it; with `replace`, over one of its name.

        Raises: InvalidStreamUrl and the other StreamErrors of a probe, the errors of a zone, UnitUnknown,
        CameraNameTaken, DatabaseUnavailable.
        """
        profiles = _profiles(draft)
        zones = [
            Zone.parse(
                id=ZoneId(0),
                name=zone.name,
                polygon=zone.polygon,
                rules=zone.rules,
                crowd_limit=zone.crowd_limit,
                ground=asdict(zone.ground) if zone.ground else None,
            )
            for zone in draft.zones
        ]
        if probe:
            for profile in profiles:
                await self.probe(profile)
        async with self._database.transaction() as connection:
            camera_id = await self._camera_id(connection, draft, replace=replace)
            for profile in profiles:
                await store.put_profile(
                    connection,
                    camera_id=camera_id,
                    name=profile.name,
                    url=profile.url,
                    username=profile.username,
                    password=self._vault.encrypt(profile.password) if profile.password else None,
                    recorded=profile.recorded,
                    analysed=profile.analysed,
                )
            for zone in zones:
                await zone_store.put_zone(connection, camera_id, zone)
            await store.ring_cameras(connection)
        return next(camera for camera in await self.cameras() if camera.id == camera_id)

    async def probe(self, profile: StreamProfile) -> ProbeResult:
        """Raises: StreamError, named for what is wrong."""
        return await probe(profile)

    async def cameras(self) -> list[RegisteredCamera]:
        async with self._database.connection() as connection:
            cameras = await store.camera_rows(connection)
            rows = await store.profile_rows(connection)
            zones = await zone_store.zones_by_camera(connection)
        profiles: defaultdict[int, list[RegisteredProfile]] = defaultdict(list)
        for row in rows:
            profiles[row["camera_id"]].append(
                RegisteredProfile(
                    name=row["name"],
                    url=row["url"],
                    recorded=row["recorded"],
                    analysed=row["analysed"],
                    state=row["state"],
                    since=row["since"],
                    error=row["error"],
                )
            )
        return [
            RegisteredCamera(
                id=row["id"],
                name=row["name"],
                unit_id=row["unit_id"],
                unit_name=row["unit_name"],
                enabled=row["enabled"],
                rules=frozenset(row["rules"]),
                zones=tuple(zones.get(row["id"], ())),
                profiles=tuple(profiles[row["id"]]),
            )
            for row in cameras
        ]

    async def watches(self, *, on_unreadable: OnUnreadable) -> list[Watch]:
        """Every camera, with its credentials in clear: for the worker, never for a person.

        A camera whose password cannot be decrypted is left out and told of; the others are not held up by it.
        """
        async with self._database.connection() as connection:
            cameras = await store.camera_rows(connection)
            rows = await store.profile_rows(connection)
            zones = await zone_store.zones_by_camera(connection)
        profiles: defaultdict[int, list[StreamProfile]] = defaultdict(list)
        unreadable = set()
        for row in rows:
            try:
                password = self._vault.decrypt(row["password"]) if row["password"] else ""
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
            )
            for row in cameras
            if row["id"] not in unreadable
        ]

    async def put_health(self, camera_id: CameraId, profile: ProfileName, health: StreamHealth) -> None:
        async with self._database.connection() as connection:
            await store.put_health(connection, camera_id, profile, health)

    async def _camera_id(self, connection: Connection, draft: CameraDraft, *, replace: bool) -> CameraId:
        unit_id = await store.unit_id_by_name(connection, draft.unit)
        if unit_id is None:
            known = ", ".join(await store.unit_names(connection))
            raise UnitUnknown(unit=draft.unit, known=known)
        added = await store.add_camera(
            connection, unit_id=unit_id, name=draft.name, rules=sorted(draft.rules)
        )
        if added is not None:
            return added
        if not replace:
            unit = draft.unit or (await store.unit_names(connection))[0]
            raise CameraNameTaken(unit=unit, name=draft.name)
        existing = await store.replace_camera(
            connection, unit_id=unit_id, name=draft.name, rules=sorted(draft.rules)
        )
        assert existing is not None  # it was there a statement ago and cameras are not deleted
        return existing


def _profiles(draft: CameraDraft) -> list[StreamProfile]:
    """Main is recorded; the sub stream is analysed where there is one, else main is."""
    addresses: list[tuple[ProfileName, str]] = [("main", draft.url)]
    if draft.sub_url:
        addresses.append(("sub", draft.sub_url))
    profiles = []
    for name, address in addresses:
        url = parse_stream_url(address)
        profiles.append(
            StreamProfile(
                name=name,
                url=url.public,
                username=url.username or draft.username,
                password=url.password or draft.password,
                recorded=name == "main",
                analysed=name == addresses[-1][0],
            )
        )
    return profiles
