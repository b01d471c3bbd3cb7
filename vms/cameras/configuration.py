"""All that is set about a camera and can be changed, what may be wrong with it, and what changed from one to the next.

Streams, rules, zones, masks and facts, but no passwords: a password is written and used, never read back.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import lru_cache
from typing import Final, Literal, get_args

from detectors.event import EventKind
from detectors.zones import Zone, check_drawn
from runtime.errors import VmsError
from streams.camera import ProfileName
from streams.errors import InvalidStreamUrl
from streams.mask import Polygon
from streams.url import parse_stream_url
from vms.cameras.drawn import check_masks
from vms.cameras.errors import (
    CameraNameMissing,
    OnvifPortInvalid,
    PositionInvalid,
    ProfileMissing,
    RetentionInvalid,
    RetentionTooShort,
    TextInvalid,
)
from vms.cameras.gb_code import check_code
from vms.cameras.networks import Networks
from vms.cameras.place import RETENTION_FLOOR, PlaceCategory, parse_place_kind, question_of
from vms.cameras.rule_hours import RuleHours
from vms.cameras.units.unit import UnitId

#: which streams are recorded; which one is analysed, `auto` being the sub stream where there is one
Recorded = Literal["main", "sub", "both"]
Analysed = Literal["auto", "main", "sub"]
RECORDED: Final[tuple[Recorded, ...]] = get_args(Recorded)
ANALYSED: Final[tuple[Analysed, ...]] = get_args(Analysed)

#: letters
LONGEST_TEXT: Final = 200
LONGEST_URL: Final = 1000
#: days
LONGEST_RETENTION: Final = 3650

_TEXTS: Final = (
    "name", "username", "make", "model", "serial", "place", "purpose", "filing_number"
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a camera beside its streams."""

    #: GB/T 28181, 20 digits; None where it has none
    code: str | None = None
    #: host of the device itself; that of its main stream where nobody says another
    address: str = ""
    #: at which the device speaks ONVIF; None where it does not, or nobody said
    onvif_port: int | None = None
    make: str = ""
    model: str = ""
    serial: str = ""
    place: str = ""
    #: a code of vms.cameras.place; None where nobody said
    place_kind: str | None = None
    place_category: PlaceCategory = "public_security"
    purpose: str = ""
    #: somebody has seen the sign that tells people of the camera
    sign_confirmed: bool = False
    #: of the filing with the county police
    filing_number: str = ""
    filed_on: date | None = None
    #: degrees, WGS 84; both or neither
    longitude: float | None = None
    latitude: float | None = None
    #: days that recordings are kept
    retention_days: int = 30


#: of a camera of which nobody said anything
NO_FACTS: Final = Facts()


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    unit_id: UnitId
    name: str
    #: without credentials
    main_url: str
    sub_url: str | None = None
    #: of the main stream
    username: str = ""
    enabled: bool = True
    #: on the whole picture
    rules: frozenset[EventKind] = frozenset({"fall", "person_down"})
    #: when they are on; a rule that is not in it always is
    hours: RuleHours = field(default_factory=dict)
    #: their ids count where a camera is watched, not here
    zones: tuple[Zone, ...] = ()
    #: parts of the picture that nobody sees
    masks: tuple[Polygon, ...] = ()
    recorded: Recorded = "main"
    analysed: Analysed = "auto"
    facts: Facts = NO_FACTS

    def records(self, profile: ProfileName) -> bool:
        return self.recorded in (profile, "both")

    def analyses(self, profile: ProfileName) -> bool:
        """Of exactly one of its streams."""
        chosen = ("main" if self.sub_url is None else "sub") if self.analysed == "auto" else self.analysed
        return profile == chosen

    def values(self) -> dict[str, object]:
        """Every value by its name, as it is kept in the history."""
        flat = {name: getattr(self, name) for name in _OWN_COLUMNS}
        flat |= {name: getattr(self.facts, name) for name in FACT_COLUMNS}
        return flat | {
            "rules": sorted(self.rules),
            "hours": {rule: str(hours) for rule, hours in self.hours.items()},
            "zones": [zone.as_json() for zone in sorted(self.zones, key=lambda zone: zone.name)],
            "masks": [[list(corner) for corner in polygon] for polygon in self.masks],
            "filed_on": self.facts.filed_on.isoformat() if self.facts.filed_on else None,
        }

    def with_values(self, values: Mapping[str, object]) -> "Configuration":
        """With some values replaced, by their names; `rules` may be any collection."""
        own = {name: value for name, value in values.items() if name not in FACT_NAMES}
        rules = own.get("rules")
        if rules is not None:
            own["rules"] = frozenset(rules)  # type: ignore[call-overload]
        of_facts = {name: value for name, value in values.items() if name in FACT_NAMES}
        return replace(self, **own, facts=replace(self.facts, **of_facts))  # type: ignore[arg-type]

    def settled(self, before: "Configuration | None" = None) -> "Configuration":
        """With the address filled in: it follows the main stream unless somebody said another."""
        followed = before is not None and self.facts.address == _host(before.main_url)
        if self.facts.address and not followed:
            return self
        return replace(self, facts=replace(self.facts, address=_host(self.main_url)))


#: in their order
FACT_COLUMNS: Final = tuple(field.name for field in fields(Facts))
FACT_NAMES: Final = frozenset(FACT_COLUMNS)
_OWN_COLUMNS: Final = tuple(field.name for field in fields(Configuration) if field.name != "facts")


def changes(before: Configuration | None, after: Configuration) -> dict[str, list[object]]:
    """{name: [before, after]} of what differs; of a camera that is new, of all that is not the default."""
    new = after.values()
    old = before.values() if before else Configuration(unit_id=UnitId(0), name="", main_url="").values()
    return {name: [old[name] if before else None, value] for name, value in new.items() if value != old[name]}


def faults(configuration: Configuration, networks: Networks) -> Iterator[tuple[str, VmsError]]:
    """All that is wrong with it, each with the name of the value."""
    facts = configuration.facts
    yield from _watching_faults(configuration)
    if not configuration.name.strip():
        yield "name", CameraNameMissing()
    for name in _TEXTS:
        text: str = getattr(configuration if name in ("name", "username") else facts, name)
        if len(text) > LONGEST_TEXT or not text.isprintable():
            yield name, TextInvalid(text=f"{text[:40]}…", most=LONGEST_TEXT)
    for name, url in (("main_url", configuration.main_url), ("sub_url", configuration.sub_url)):
        if url is not None and (fault := _url_fault(url, networks)):
            yield name, fault
    if facts.address and facts.address != _host(configuration.main_url):
        fault = networks.fault(facts.address)
        if fault:
            yield "address", fault
    if facts.code is not None:
        try:
            check_code(facts.code)
        except VmsError as error:
            yield "code", error
    yield from _place_faults(configuration)
    yield from _figure_faults(facts)


def _watching_faults(configuration: Configuration) -> Iterator[tuple[str, VmsError]]:
    if configuration.sub_url is None:
        if configuration.recorded != "main":
            yield "recorded", ProfileMissing()
        if configuration.analysed == "sub":
            yield "analysed", ProfileMissing()
    if configuration.zones:
        try:
            check_drawn(configuration.zones)
        except VmsError as error:
            yield "zones", error
    if configuration.masks:
        try:
            check_masks(configuration.masks)
        except VmsError as error:
            yield "masks", error


def _url_fault(url: str, networks: Networks) -> VmsError | None:
    if len(url) > LONGEST_URL:
        return TextInvalid(text=f"{url[:40]}…", most=LONGEST_URL)
    try:
        host = _parsed(url).host
    except InvalidStreamUrl as error:
        return error
    return networks.fault(host)


def _place_faults(configuration: Configuration) -> Iterator[tuple[str, VmsError]]:
    facts = configuration.facts
    if facts.place_kind is not None:
        try:
            parse_place_kind(facts.place_kind)
        except VmsError as error:
            yield "place_kind", error
        return
    for name, text in (("name", configuration.name), ("place", facts.place)):
        question = question_of(text)
        if question is not None:
            yield name, question
            return


def _figure_faults(facts: Facts) -> Iterator[tuple[str, VmsError]]:
    position = (facts.longitude, facts.latitude)
    if position != (None, None) and not _is_position(*position):
        yield "longitude", PositionInvalid(longitude=facts.longitude, latitude=facts.latitude)
    if facts.onvif_port is not None and not 1 <= facts.onvif_port <= 65535:
        yield "onvif_port", OnvifPortInvalid(port=facts.onvif_port)
    floor = RETENTION_FLOOR[facts.place_category]
    if not 1 <= facts.retention_days <= LONGEST_RETENTION:
        yield "retention_days", RetentionInvalid(days=facts.retention_days, most=LONGEST_RETENTION)
    elif facts.retention_days < floor:
        yield "retention_days", RetentionTooShort(days=facts.retention_days, floor=floor)


def _is_position(longitude: float | None, latitude: float | None) -> bool:
    if longitude is None or latitude is None:
        return False
    finite = math.isfinite(longitude) and math.isfinite(latitude)
    return finite and abs(longitude) <= 180 and abs(latitude) <= 90


#: the same address is looked at several times in a row; the few that are kept carry no credentials
_parsed = lru_cache(maxsize=16)(parse_stream_url)


def _host(url: str) -> str:
    try:
        return _parsed(url).host
    except InvalidStreamUrl:
        return ""
