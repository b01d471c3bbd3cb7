"""What people draw on a camera's picture, zones and privacy masks: read from what they send, within bounds. No I/O."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from detectors.errors import ZoneUnreadable
from detectors.event import ZoneId
from detectors.zones import Zone, check_drawn_polygon, check_polygon
from streams.mask import Polygon
from vms.cameras.errors import MasksTooMany, MasksUnreadable, TextInvalid, ZonesUnreadable
from vms.cameras.rule_hours import NONE_WORDS

#: of a camera
MOST_MASKS: Final = 16
#: letters of a zone's name
LONGEST_NAME: Final = 100
#: least share of the picture of a mask: a square of a hundredth of its sides
_LEAST_MASK: Final = 0.0001
#: decimals of a corner: a tenth of a pixel of the largest pictures
_DECIMALS: Final = 5
_KEYS: Final = frozenset({"name", "polygon", "rules", "crowd_limit", "ground", "hours"})
#: what is shown of a zone, and is no part of it
_SHOWN: Final = frozenset({"id", "area_m2"})


def zones_from(value: object) -> tuple[Zone, ...]:
    """Zones from JSON as the API shows them. Raises: ZonesUnreadable, ZoneError, GroundError, HoursUnreadable, TextInvalid."""
    if isinstance(value, Mapping) and set(value) <= {"zones"}:
        value = value.get("zones")
    if not isinstance(value, list):
        raise ZonesUnreadable(reason="no list")
    return tuple(_zone(each, number) for number, each in enumerate(value, 1))


def parse_zones(text: str) -> tuple[Zone, ...]:
    """The same from its text; `none` is none. Raises: as `zones_from`."""
    if text.strip().lower() in NONE_WORDS:
        return ()
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ZonesUnreadable(reason=str(error)[:120]) from error
    return zones_from(value)


def zones_text(zones: Sequence[Zone]) -> str:
    """What `parse_zones` reads, as short as may be; empty for none."""
    if not zones:
        return ""
    shown = [{key: value for key, value in zone.as_json().items() if value is not None} for zone in zones]
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))


def _zone(value: object, number: int) -> Zone:
    if not isinstance(value, Mapping):
        raise ZonesUnreadable(reason=f"zone {number} is no object")
    name = value.get("name")
    if not isinstance(name, str) or not name.strip():
        raise ZonesUnreadable(reason=f"zone {number} has no name")
    name = name.strip()
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise TextInvalid(text=f"{name[:40]}…", most=LONGEST_NAME)
    if unknown := set(map(str, value)) - _KEYS - _SHOWN:
        raise ZoneUnreadable(zone=name, reason=", ".join(sorted(unknown))[:80])
    limit, hours, rules = value.get("crowd_limit"), value.get("hours"), value.get("rules", ["crowd"])
    # bool is an int to Python
    if not (limit is None or (type(limit) is int and 0 < limit < 100_000)):
        raise ZoneUnreadable(zone=name, reason=f"crowd_limit {limit!r}"[:80])
    if not (hours is None or isinstance(hours, str)):
        raise ZoneUnreadable(zone=name, reason=f"hours {hours!r}"[:80])
    if not (isinstance(rules, list) and all(isinstance(rule, str) for rule in rules)):
        raise ZoneUnreadable(zone=name, reason="rules")
    return Zone.parse(
        id=ZoneId(0),
        name=name,
        polygon=_polygon(value.get("polygon"), name),
        rules=rules,
        crowd_limit=limit,
        ground=value.get("ground"),
        hours=hours,
    )


def _polygon(value: object, name: str) -> Polygon:
    try:
        if not isinstance(value, list | tuple):
            raise TypeError("polygon")
        return tuple((round(float(x), _DECIMALS), round(float(y), _DECIMALS)) for x, y in value)
    except (TypeError, ValueError, OverflowError) as error:
        raise ZoneUnreadable(zone=name, reason=str(error)[:80]) from error


def masks_from(value: Sequence[object]) -> tuple[Polygon, ...]:
    """Polygons as the API shows them. Raises: ZoneUnreadable."""
    return tuple(_polygon(each, mask_name(number)) for number, each in enumerate(value, 1))


def parse_masks(text: str) -> tuple[Polygon, ...]:
    """From 'x,y x,y x,y; x,y …', a polygon after the other; `none` is none. Raises: MasksUnreadable."""
    text = text.strip().replace("；", ";").replace("，", ",")
    if not text or text.lower() in NONE_WORDS:
        return ()
    try:
        return tuple(
            tuple(_corner(corner) for corner in polygon.split())
            for polygon in text.split(";")
            if polygon.strip()
        )
    except ValueError as error:
        raise MasksUnreadable(reason=str(error)[:80]) from error


def _corner(text: str) -> tuple[float, float]:
    x, y = (round(float(part), _DECIMALS) for part in text.split(","))
    return x, y


def masks_text(masks: Sequence[Polygon]) -> str:
    """What `parse_masks` reads; empty for none."""
    return "; ".join(" ".join(f"{x:g},{y:g}" for x, y in polygon) for polygon in masks)


def check_masks(masks: Sequence[Polygon]) -> None:
    """Raises: MasksTooMany, ZoneError, which speaks of the mask by its number."""
    if len(masks) > MOST_MASKS:
        raise MasksTooMany(count=len(masks), most=MOST_MASKS)
    for number, polygon in enumerate(masks, 1):
        check_polygon(mask_name(number), polygon)
        check_drawn_polygon(mask_name(number), polygon, least=_LEAST_MASK)


def mask_name(number: int) -> str:
    return f"mask {number}"
