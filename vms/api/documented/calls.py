"""The calls of /api/v1 as a table: what each is asked with, what it answers, and which refusals it knows."""

from collections.abc import Iterator, Mapping
from typing import Final

from alerts.errors import (
    AlertAlreadyTaken,
    AlertTransitionRefused,
    AlertUnknown,
    RoomUnknown,
    SnapshotUnknown,
    StripUnknown,
)
from detectors.errors import HoursUnreadable, ZoneError
from runtime.errors import VmsError
from runtime.vault import SecretUnreadable
from streams.errors import InvalidStreamUrl, StreamError
from streams.onvif.errors import OnvifError, PresetUnknown
from vms.api.documented import examples, shapes
from vms.api.documented.call import Call, Errors
from vms.api.documented.evidence import EVIDENCE_CALLS
from vms.api.documented.health import HEALTH_CALLS
from vms.api.documented.playback import PLAYBACK_CALLS
from vms.api.documented.probes import PROBE_CALLS
from vms.api.documented.timeline import TIMELINE_CALLS
from vms.cameras import errors as camera_errors
from vms.cameras.sheets.errors import SheetError
from vms.cameras.units import errors as unit_errors


def leaves(kind: type[VmsError]) -> Iterator[type[VmsError]]:
    """The errors that are raised: those of which there is no narrower one."""
    narrower = kind.__subclasses__()
    if not narrower:
        yield kind
    for each in narrower:
        yield from leaves(each)


def _of_status(kinds: Iterator[type[VmsError]], status: int) -> Errors:
    return tuple(
        sorted((each for each in kinds if each.http_status == status), key=lambda each: each.__name__)
    )


_CAMERA: Final = (camera_errors.CameraUnknown,)
#: whatever may come of asking the device itself
_DEVICE: Final[Errors] = (
    *_CAMERA,
    camera_errors.OnvifPortMissing,
    camera_errors.AddressRefused,
    camera_errors.AddressOfMetadata,
    camera_errors.HostNameRefused,
    SecretUnreadable,
    OnvifError,
    *(each for each in leaves(OnvifError) if each is not PresetUnknown),
)
_VERSION: Final = (
    camera_errors.VersionMissing, camera_errors.VersionStale, camera_errors.VersionUnreadable
)  # fmt: skip
_ZONES: Final = (*_of_status(leaves(ZoneError), 422), HoursUnreadable)
#: whatever may be wrong with a configuration
_CONFIGURATION: Final = (
    *(each for each in _of_status(leaves(camera_errors.CameraError), 422)),
    *_ZONES,
    *_of_status(leaves(StreamError), 422),
    camera_errors.CameraNameTaken,
    camera_errors.CameraCodeTaken,
    unit_errors.UnitIdUnknown,
    unit_errors.UnitUnknown,
    unit_errors.UnitAmbiguous,
)
_UNIT: Final = (unit_errors.UnitIdUnknown,)
_UNIT_CHANGE: Final = (
    *_of_status(leaves(unit_errors.UnitError), 409), *_of_status(leaves(unit_errors.UnitError), 422), *_UNIT
)  # fmt: skip
assert InvalidStreamUrl in _CONFIGURATION

CALLS: Final[Mapping[tuple[str, str], Call]] = {
    ("get", "/api/v1/cameras"): Call(
        answer=shapes.CameraPageShape,
        example=examples.CAMERA_PAGE,
        errors=(camera_errors.CursorInvalid, *_UNIT),
    ),
    ("post", "/api/v1/cameras"): Call(
        asked=examples.NEW_CAMERA,
        answer=shapes.CameraShape,
        example=examples.CAMERA,
        status=201,
        errors=_CONFIGURATION,
    ),
    ("get", "/api/v1/cameras/{camera_id}"): Call(
        answer=shapes.CameraShape, example=examples.CAMERA, errors=_CAMERA
    ),
    ("patch", "/api/v1/cameras/{camera_id}"): Call(
        asked=examples.CAMERA_PATCH,
        answer=shapes.CameraShape,
        example=examples.CAMERA,
        errors=(*_CAMERA, *_VERSION, *_CONFIGURATION),
    ),
    ("delete", "/api/v1/cameras/{camera_id}"): Call(status=204, errors=(*_CAMERA, *_VERSION)),
    ("get", "/api/v1/cameras/{camera_id}/versions"): Call(
        answer=shapes.CameraVersionsShape, example=examples.CAMERA_VERSIONS, errors=_CAMERA
    ),
    ("get", "/api/v1/cameras/{camera_id}/zones"): Call(
        answer=shapes.ZonesShape, example=examples.ZONES, errors=_CAMERA
    ),
    ("put", "/api/v1/cameras/{camera_id}/zones"): Call(
        asked=examples.ZONES_GIVEN,
        answer=shapes.ZonesShape,
        example=examples.ZONES,
        errors=(*_CAMERA, *_VERSION, *_ZONES, camera_errors.TextInvalid),
    ),
    ("post", "/api/v1/cameras/{camera_id}/ptz"): Call(
        asked=examples.PTZ_COMMAND,
        answer=shapes.SteeredShape,
        example=examples.STEERED,
        errors=(*_DEVICE, PresetUnknown),
    ),
    ("get", "/api/v1/cameras/{camera_id}/ptz/presets"): Call(
        answer=shapes.PresetsShape, example=examples.PRESETS, errors=_DEVICE
    ),
    ("get", "/api/v1/cameras/{camera_id}/imaging"): Call(
        answer=shapes.ImagingShape, example=examples.IMAGING, errors=_DEVICE
    ),
    ("get", "/api/v1/cameras/{camera_id}/device"): Call(
        answer=shapes.DeviceShape, example=examples.DEVICE, errors=_CAMERA
    ),
    ("post", "/api/v1/cameras/imports"): Call(
        asked=examples.SHEET,
        asked_media="text/csv",
        answer=shapes.ImportShape,
        example=examples.IMPORTED,
        errors=tuple(leaves(SheetError)),
        refusals={422: "rows_refused"},
    ),
    ("get", "/api/v1/cameras.{form}"): Call(media="text/csv", errors=_UNIT),
    ("get", "/api/v1/workers"): Call(answer=shapes.WorkersShape, example=examples.WORKERS),
    ("get", "/api/v1/rooms"): Call(answer=shapes.RoomsShape, example=[examples.ROOM]),
    ("get", "/api/v1/rooms/{room_id}/wall"): Call(
        answer=shapes.WallShape, example=examples.WALL, errors=(RoomUnknown,)
    ),
    ("get", "/api/v1/rooms/{room_id}/cameras"): Call(
        answer=shapes.RoomCamerasShape, example=examples.ROOM_CAMERAS, errors=(RoomUnknown,)
    ),
    ("get", "/api/v1/alerts/{alert_id}"): Call(
        answer=shapes.AlertWithHistoryShape, example=examples.ALERT_WITH_HISTORY, errors=(AlertUnknown,)
    ),
    ("get", "/api/v1/alerts/{alert_id}/snapshot.jpg"): Call(media="image/jpeg", errors=(SnapshotUnknown,)),
    ("post", "/api/v1/alerts/{alert_id}/{verb}"): Call(
        asked=examples.ALERT_ACTION,
        answer=shapes.AlertShape,
        example=examples.ALERT,
        errors=(AlertUnknown, RoomUnknown, AlertAlreadyTaken, AlertTransitionRefused),
    ),
    ("get", "/api/v1/events/{event_id}/strip.jpg"): Call(media="image/jpeg", errors=(StripUnknown,)),
    ("get", "/api/v1/units"): Call(answer=shapes.ListedUnitsShape, example=examples.UNITS),
    ("post", "/api/v1/units"): Call(
        asked=examples.NEW_UNIT,
        answer=shapes.UnitShape,
        example=examples.UNIT,
        status=201,
        errors=_UNIT_CHANGE,
    ),
    ("get", "/api/v1/units/{unit_id}"): Call(answer=shapes.UnitShape, example=examples.UNIT, errors=_UNIT),
    ("patch", "/api/v1/units/{unit_id}"): Call(
        asked=examples.UNIT_PATCH, answer=shapes.UnitShape, example=examples.UNIT, errors=_UNIT_CHANGE
    ),
    ("get", "/api/v1/units/{unit_id}/changes"): Call(
        answer=shapes.UnitChangesShape, example=examples.UNIT_CHANGES, errors=_UNIT
    ),
    ("post", "/api/v1/units/{unit_id}/move"): Call(
        asked=examples.UNIT_MOVE, answer=shapes.UnitShape, example=examples.UNIT, errors=_UNIT_CHANGE
    ),
    ("post", "/api/v1/units/{unit_id}/merge"): Call(
        asked=examples.UNIT_MERGE, answer=shapes.MergeShape, example=examples.MERGED, errors=_UNIT_CHANGE
    ),
    ("get", "/api/v1/health"): Call(answer=shapes.HealthShape, example=examples.HEALTH),
    **EVIDENCE_CALLS,
    **HEALTH_CALLS,
    **PROBE_CALLS,
    **PLAYBACK_CALLS,
    **TIMELINE_CALLS,
}
