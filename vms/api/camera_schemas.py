"""What programs send about a camera, and the version that a change is meant for."""

import re
from dataclasses import fields
from typing import Annotated, Any, get_type_hints

from fastapi import Header
from pydantic import BaseModel, ConfigDict, create_model

from detectors.event import EventKind
from detectors.hours import Hours
from vms.api.schemas import Name, NewZone
from vms.cameras.configuration import FACT_NAMES, Analysed, Facts, Recorded
from vms.cameras.drawn import masks_from
from vms.cameras.errors import VersionMissing, VersionUnreadable
from vms.cameras.place import parse_place_category, parse_place_kind

IfMatch = Annotated[
    str | None, Header(description='The ETag of the camera as it was read, such as "3"; * is any.')
]


_HINTS = get_type_hints(Facts)


class _Facts(BaseModel):
    """Any of them; what is not sent stays as it is, or is the default of a new camera."""

    model_config = ConfigDict(extra="forbid")

    def given(self) -> dict[str, object]:
        """What was sent, by its name. Raises: PlaceForbidden, PlaceKindUnknown, PlaceCategoryUnknown."""
        values = {name: getattr(self, name) for name in self.model_fields_set & FACT_NAMES}
        if "code" in values:
            values["code"] = (values["code"] or "").strip() or None
        if "place_kind" in values:
            values["place_kind"] = parse_place_kind(values["place_kind"] or "")
        if "place_category" in values:
            values["place_category"] = parse_place_category(values["place_category"])
        return values


#: by their names and defaults as they are in Facts; kinds and categories of places may be words in either language
_FIELDS: dict[str, Any] = {
    field.name: (str if field.name == "place_category" else _HINTS[field.name], field.default)
    for field in fields(Facts)
}
FactFields: Any = create_model("FactFields", __base__=_Facts, **_FIELDS)


class WatchFields(BaseModel):
    """How a camera is watched; what is not sent, or is null, stays as it is."""

    #: when rules are on, by rule: `{"crowd": "07:00-22:00"}`; those that are not named always are
    hours: dict[EventKind, str] | None = None
    #: polygons of the picture, each 0 to 1, that nobody sees
    masks: list[list[tuple[float, float]]] | None = None
    #: which streams are recorded; which one is analysed, `auto` being the sub stream where there is one
    recorded: Recorded | None = None
    analysed: Analysed | None = None

    def watching(self) -> dict[str, object]:
        """What was sent, by its name. Raises: HoursUnreadable, ZoneError."""
        values: dict[str, object] = {
            name: value for name in ("recorded", "analysed") if (value := getattr(self, name)) is not None
        }
        if self.hours is not None:
            values["hours"] = {rule: Hours.parse(text) for rule, text in self.hours.items()}
        if self.masks is not None:
            values["masks"] = masks_from(self.masks)
        return values


class NewCamera(FactFields, WatchFields):  # type: ignore[misc]
    #: there are no accounts yet: the name is what they typed
    author: Name = "api"
    name: Name
    #: rtsp://[user:password@]host[:port]/path
    url: str
    username: str = ""
    password: str = ""
    #: a smaller encoding of the same picture, analysed instead of the main one
    sub_url: str | None = None
    #: code, path or name of the unit it belongs to; the first unit when absent
    unit: str | None = None
    #: rules on the whole picture
    rules: list[EventKind] = ["fall", "person_down"]
    zones: list[NewZone] = []
    #: look at the stream before the camera is registered, and refuse it if that fails
    probe: bool = True


class CameraPatch(FactFields, WatchFields):  # type: ignore[misc]
    #: there are no accounts yet: the name is what they typed
    author: Name
    name: Name | None = None
    #: code, path or name of a unit
    unit: str | None = None
    enabled: bool | None = None
    main_url: str | None = None
    #: null: it has none
    sub_url: str | None = None
    #: of all its streams, as the password is; "" takes it away
    username: str | None = None
    password: str | None = None
    rules: list[EventKind] | None = None
    #: try streams whose address or account changed, and refuse the change if that fails
    probe: bool = True

    def settings(self) -> dict[str, object]:
        """What was sent beside facts, unit and password; null means as it is, but for the sub stream.

        Raises: HoursUnreadable, ZoneError.
        """
        names = ("name", "enabled", "main_url", "username", "rules")
        values: dict[str, object] = {
            name: getattr(self, name) for name in names if getattr(self, name) is not None
        }
        if "sub_url" in self.model_fields_set:
            values["sub_url"] = self.sub_url or None
        return {**values, **self.watching()}


def version_of(if_match: str | None) -> int | None:
    """The version that a change is meant for; None for any. Raises: VersionMissing, VersionUnreadable."""
    if if_match is None:
        raise VersionMissing
    if if_match.strip() == "*":
        return None
    found = re.fullmatch(r'"([0-9]{1,9})"', if_match.strip())
    if found is None:
        raise VersionUnreadable(text=if_match[:40])
    return int(found[1])


def etag(version: int) -> str:
    """Of what is set about a camera; what its streams do is not part of it."""
    return f'"{version}"'
