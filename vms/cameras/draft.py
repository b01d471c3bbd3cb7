"""A camera as somebody asks for it, and what that comes to: streams, zones and a configuration. No I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from detectors.event import EventKind, ZoneId
from detectors.zones import Zone
from streams.camera import ProfileName, StreamProfile
from streams.onvif.facts import DeviceFacts
from streams.onvif.profile_choice import ChannelChoice
from streams.url import parse_stream_url
from vms.cameras.configuration import NO_FACTS, Configuration, Facts
from vms.cameras.units.unit import UnitId


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
    #: see detectors.hours; None is always
    hours: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraDraft:
    """A camera as somebody asks for it."""

    name: str
    url: str
    sub_url: str | None = None
    #: used where the URL carries none of its own
    username: str = ""
    password: str = ""
    #: code, path or name of a unit; None is the first
    unit: str | None = None
    rules: frozenset[EventKind] = frozenset({"fall", "person_down"})
    zones: tuple[ZoneDraft, ...] = ()
    #: what may be said beside, by the names of a configuration: hours, masks, recorded, analysed
    settings: Mapping[str, object] = field(default_factory=dict)
    facts: Facts = NO_FACTS


def with_device(draft: CameraDraft, device: DeviceFacts, choice: ChannelChoice) -> CameraDraft:
    """The draft with the streams that were chosen and with what the device says of itself; what was given wins."""
    facts = draft.facts
    return replace(
        draft,
        url=choice.main.stream_url or "",
        sub_url=choice.sub.stream_url if choice.sub else None,
        facts=replace(
            facts,
            address=facts.address or device.address,
            onvif_port=facts.onvif_port or device.port,
            make=facts.make or device.make,
            model=facts.model or device.model,
            serial=facts.serial or device.serial,
        ),
    )


def zones_of(draft: CameraDraft) -> list[Zone]:
    """Raises: ZoneError."""
    return [
        Zone.parse(
            id=ZoneId(0),
            name=zone.name,
            polygon=zone.polygon,
            rules=zone.rules,
            crowd_limit=zone.crowd_limit,
            ground=asdict(zone.ground) if zone.ground else None,
            hours=zone.hours,
        )
        for zone in draft.zones
    ]


def configuration_of(draft: CameraDraft, profiles: Sequence[StreamProfile]) -> Configuration:
    """Of a unit that is not known yet. Raises: ZoneError."""
    main, *rest = profiles
    configuration = Configuration(
        unit_id=UnitId(0),
        name=draft.name,
        main_url=main.url,
        sub_url=rest[0].url if rest else None,
        username=main.username,
        rules=draft.rules,
        zones=tuple(zones_of(draft)),
        facts=draft.facts,
    )
    return configuration.with_values(draft.settings).settled()


def profiles_of(draft: CameraDraft) -> list[StreamProfile]:
    """To be probed: what is recorded and analysed, the configuration says. Raises: InvalidStreamUrl."""
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
            )
        )
    return profiles
