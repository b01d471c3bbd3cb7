"""What programs are sent, as shapes: the server does not check its answers against them, tests do."""

from datetime import datetime
from typing import Any, Literal, get_type_hints
from uuid import UUID

from pydantic import BaseModel, ConfigDict, RootModel, create_model

from alerts.alert import AlertKind, Severity, State
from detectors.event import EventKind, Level
from streams.camera import ProfileName
from streams.condition import ConditionState
from streams.onvif.topics import DeviceEventKind
from vms.cameras.configuration import FACT_COLUMNS, Analysed, Facts, Recorded
from vms.cameras.sheets.plan import Outcome
from vms.cameras.units.unit import Level as UnitLevel
from vms.devices.device_state import Listening

Point = tuple[float, float]


class Shape(BaseModel):
    """Exactly so: a field that nobody documented is a fault."""

    model_config = ConfigDict(extra="forbid")


class Problem(Shape):
    """RFC 9457; `detail_zh` and `code` are ours."""

    type: Literal["about:blank"]
    title: str
    status: int
    code: str
    detail: str
    detail_zh: str
    context: dict[str, Any]


class Words(Shape):
    en: str
    zh: str


class Fault(Shape):
    code: str
    message: Words


class Named(Shape):
    id: int
    name: str


class GroundShape(Shape):
    points: list[Point]
    metres: list[float]


class ZoneShape(Shape):
    id: int
    name: str
    polygon: list[Point]
    rules: list[EventKind]
    crowd_limit: int | None
    ground: GroundShape | None
    hours: str | None
    area_m2: float | None


class ZonesShape(Shape):
    zones: list[ZoneShape]


class ProfileShape(Shape):
    name: ProfileName
    url: str
    recorded: bool
    analysed: bool
    state: ConditionState | None
    causes: list[str]
    since: datetime | None
    fps: float | None
    error: Fault | None


_FACTS: dict[str, Any] = {name: (get_type_hints(Facts)[name], ...) for name in FACT_COLUMNS}
FactsShape: Any = create_model("FactsShape", __base__=Shape, **_FACTS)


class CameraShape(FactsShape):  # type: ignore[misc]
    id: int
    version: int
    name: str
    unit: Named
    enabled: bool
    rules: list[EventKind]
    hours: dict[EventKind, str]
    masks: list[list[Point]]
    recorded: Recorded
    analysed: Analysed
    zones: list[ZoneShape]
    profiles: list[ProfileShape]


class CameraPageShape(Shape):
    cameras: list[CameraShape]
    #: cursor of the next page; null on the last
    next: str | None


class CameraVersionShape(Shape):
    version: int
    at: datetime
    author: str
    #: {name: [before, after]}
    changes: dict[str, list[Any]]


class CameraVersionsShape(RootModel[list[CameraVersionShape]]):
    pass


class RoomProfileShape(Shape):
    name: ProfileName
    state: ConditionState | None
    causes: list[str]
    since: datetime | None
    error: Fault | None


class RoomCameraShape(Shape):
    id: int
    name: str
    enabled: bool
    profiles: list[RoomProfileShape]


class RoomCamerasShape(RootModel[list[RoomCameraShape]]):
    pass


class CellFaultShape(Fault):
    column: str | None


class ImportedRowShape(Shape):
    line: int
    outcome: Outcome
    name: str
    camera_id: int | None
    changed: list[str]
    faults: list[CellFaultShape]


class ImportShape(Shape):
    written: bool
    encoding: str
    created: int
    changed: int
    unchanged: int
    refused: int
    rows: list[ImportedRowShape]


class UnitShape(Shape):
    id: int
    parent_id: int | None
    level: UnitLevel
    name: str
    code: str | None
    path: str | None
    merged_into: int | None
    merged_at: datetime | None


class ListedUnitShape(UnitShape):
    cameras: int
    rooms: list[str]


class ListedUnitsShape(RootModel[list[ListedUnitShape]]):
    pass


class MergeShape(Shape):
    into: UnitShape
    cameras: int
    rooms: int
    units: int


class UnitChangeShape(Shape):
    at: datetime
    author: str
    verb: Literal["add", "rename", "recode", "move", "merge"]
    before: dict[str, Any]
    after: dict[str, Any]


class UnitChangesShape(RootModel[list[UnitChangeShape]]):
    pass


class RoomShape(Named):
    unit: Named


class WorkerShape(Shape):
    name: str
    host: str
    version: str
    live: bool
    seen_at: datetime
    cameras: int
    capacity: int | None
    lag: float


class WorkersShape(Shape):
    workers: list[WorkerShape]
    free_cameras: int


class RoomsShape(RootModel[list[RoomShape]]):
    pass


class AlertShape(Shape):
    id: int
    camera: Named
    zone: Named | None
    kind: AlertKind
    level: Level | None
    severity: Severity
    state: State
    raised_at: datetime
    last_event_at: datetime
    event_count: int
    facts: dict[str, float]
    taken_by: str | None
    taken_at: datetime | None
    ended_at: datetime | None
    note: str
    outage: dict[str, Any] | None
    snapshot_url: str | None


class WallShape(Shape):
    room: RoomShape
    last_seq: int
    alerts: list[AlertShape]


class TransitionShape(Shape):
    from_state: str
    verb: str
    to_state: str
    author: str
    room_id: int | None
    at: datetime
    note: str


class CurveShape(Shape):
    name: str
    at_s: list[float]
    values: list[float | None]
    limit: float | None


class ModelShape(Shape):
    name: str
    sha256: str


class EventShape(Shape):
    id: UUID
    kind: EventKind
    zone_id: int | None
    track: int | None
    level: Level | None
    rising: bool
    score: float
    media_time_s: float
    occurred_at: datetime
    recorded_at: datetime
    rule_version: str
    models: list[ModelShape]
    measurements: dict[str, float]
    curves: list[CurveShape]
    strip_url: str | None


class AlertWithHistoryShape(AlertShape):
    #: oldest first; events newest first
    history: list[TransitionShape]
    events: list[EventShape]


class CheckShape(Shape):
    ok: bool
    detail: Words


class OfACamera(Shape):
    """Names the unit that is touched."""

    camera_id: int
    unit: Named


class SteeredShape(OfACamera):
    action: Literal["move", "stop", "preset"]
    #: seconds after which a move is stopped that is not sent again
    holds_s: float | None


class PresetShape(Shape):
    token: str
    name: str


class PresetsShape(OfACamera):
    presets: list[PresetShape]


class ImagerShape(Shape):
    source_token: str
    brightness: float | None
    contrast: float | None
    saturation: float | None
    sharpness: float | None
    ir_cut_filter: str | None
    exposure: str | None
    focus: str | None
    white_balance: str | None
    wide_dynamic_range: str | None
    backlight_compensation: str | None


class ImagingShape(OfACamera):
    imagers: list[ImagerShape]


class DeviceStateShape(Shape):
    kind: DeviceEventKind
    active: bool
    since: datetime
    told_at: datetime
    said_at: datetime | None
    detector: str


class DeviceShape(OfACamera):
    listening: Listening
    error: Fault | None
    clock_offset_s: float | None
    states: list[DeviceStateShape]


class HealthShape(Shape):
    status: Literal["ready", "not ready"]
    checks: dict[str, CheckShape]
