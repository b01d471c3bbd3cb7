"""Examples of what is sent and answered: made up, and held to the shapes and to the server by a test."""

from dataclasses import asdict
from typing import Any, Final

from vms.cameras.configuration import NO_FACTS

_AT: Final = "2026-11-05T12:00:00+00:00"
_PLACE: Final = {"id": 1, "name": "示范社区"}

ZONE_GIVEN: Final[dict[str, Any]] = {
    "name": "广场",
    "polygon": [[0.0, 0.35], [1.0, 0.35], [1.0, 1.0], [0.0, 1.0]],
    "rules": ["crowd"],
    "crowd_limit": 20,
    "ground": {"points": [[0.35, 0.4], [0.65, 0.4], [0.9, 0.9], [0.1, 0.9]], "metres": [6.0, 12.0]},
    "hours": "mon-fri 07:00-22:00; sat sun 09:00-23:00",
}
ZONE: Final[dict[str, Any]] = {"id": 7, **ZONE_GIVEN, "area_m2": 169.2}

NEW_CAMERA: Final[dict[str, Any]] = {
    "author": "王",
    "name": "东口",
    "url": "rtsp://10.0.0.5/main",
    "sub_url": "rtsp://10.0.0.5/sub",
    "username": "admin",
    "password": "a password",
    "unit": "示范社区",
    "rules": ["fall", "person_down"],
    "hours": {"person_down": "22:00-06:00"},
    "masks": [[[0.0, 0.0], [0.3, 0.0], [0.3, 0.2]]],
    "zones": [ZONE_GIVEN],
    "code": "42010200001320000001",
    "place_kind": "road",
    "retention_days": 90,
    "probe": False,
}
CAMERA: Final[dict[str, Any]] = {
    "id": 1,
    "version": 1,
    "name": "东口",
    "unit": _PLACE,
    "enabled": True,
    "rules": ["fall", "person_down"],
    "hours": {"person_down": "22:00-06:00"},
    "masks": [[[0.0, 0.0], [0.3, 0.0], [0.3, 0.2]]],
    "recorded": "main",
    "analysed": "auto",
    **asdict(NO_FACTS),
    "code": "42010200001320000001",
    "address": "10.0.0.5",
    "place_kind": "road",
    "filed_on": "2026-11-20",
    "longitude": 114.3,
    "latitude": 30.6,
    "retention_days": 90,
    "zones": [ZONE],
    "profiles": [
        {
            "name": "main",
            "url": "rtsp://10.0.0.5/main",
            "recorded": True,
            "analysed": False,
            "state": "live",
            "causes": [],
            "since": _AT,
            "fps": 25.0,
            "error": None,
        },
        {
            "name": "sub",
            "url": "rtsp://10.0.0.5/sub",
            "recorded": False,
            "analysed": True,
            "state": "offline",
            "causes": ["refused"],
            "since": _AT,
            "fps": None,
            "error": {
                "code": "camera_refused",
                "message": {"en": "The camera refuses the connection.", "zh": "摄像机拒绝连接。"},
            },
        },
    ],
}
CAMERA_PAGE: Final[dict[str, Any]] = {"cameras": [CAMERA], "next": "1"}
CAMERA_PATCH: Final[dict[str, Any]] = {
    "author": "李",
    "place": "东口北侧灯杆",
    "hours": {"crowd": "07:00-22:00"},
    "analysed": "main",
    "sign_confirmed": True,
    "probe": False,
}
CAMERA_VERSIONS: Final[list[dict[str, Any]]] = [
    {"version": 1, "at": _AT, "author": "王", "changes": {"name": [None, "东口"], "main_password": [False, True]}},
    {"version": 2, "at": _AT, "author": "李", "changes": {"sign_confirmed": [False, True]}},
]  # fmt: skip
ZONES_GIVEN: Final[dict[str, Any]] = {
    "author": "李",
    "zones": [
        ZONE_GIVEN,
        {"name": "台阶", "polygon": [[0.1, 0.1], [0.5, 0.1], [0.5, 0.5]], "rules": ["fall"], "hours": "22:00-06:00"},
    ],
}  # fmt: skip
ZONES: Final[dict[str, Any]] = {"zones": [ZONE]}
_STEERED_UNIT: Final[dict[str, Any]] = {"camera_id": 1, "unit": {"id": 1, "name": "示范社区"}}
PTZ_COMMAND: Final[dict[str, Any]] = {"author": "李", "action": "move", "pan": 0.5, "tilt": 0.0, "zoom": 0.0}
STEERED: Final[dict[str, Any]] = {**_STEERED_UNIT, "action": "move", "holds_s": 1.0}
PRESETS: Final[dict[str, Any]] = {**_STEERED_UNIT, "presets": [{"token": "1", "name": "东门"}]}
IMAGING: Final[dict[str, Any]] = {
    **_STEERED_UNIT,
    "imagers": [
        {
            "source_token": "VideoSource_1",
            "brightness": 50.0,
            "contrast": 50.0,
            "saturation": 50.0,
            "sharpness": None,
            "ir_cut_filter": "auto",
            "exposure": "auto",
            "focus": None,
            "white_balance": "auto",
            "wide_dynamic_range": "off",
            "backlight_compensation": None,
        }
    ],
}
DEVICE: Final[dict[str, Any]] = {
    **_STEERED_UNIT,
    "listening": "live",
    "error": None,
    "clock_offset_s": 0.4,
    "states": [
        {
            "kind": "tamper",
            "active": True,
            "since": _AT,
            "told_at": _AT,
            "said_at": _AT,
            "detector": "tns1:RuleEngine/TamperDetector/Tamper VideoSource_1",
        }
    ],
}
SHEET: Final = "名称,辖区,主码流地址,场所类型\n西口,示范社区,rtsp://10.0.0.6/main,道路\n"
IMPORTED: Final[dict[str, Any]] = {
    "written": True,
    "encoding": "utf-8",
    "created": 1,
    "changed": 0,
    "unchanged": 0,
    "refused": 0,
    "rows": [{"line": 2, "outcome": "created", "name": "西口", "camera_id": 2, "changed": [], "faults": []}],
}
ROOM_CAMERAS: Final[list[dict[str, Any]]] = [
    {
        "id": 1,
        "name": "东口",
        "enabled": True,
        "profiles": [{"name": "main", "state": "live", "causes": [], "since": _AT, "error": None}],
    }
]

UNIT: Final[dict[str, Any]] = {
    "id": 2,
    "parent_id": 1,
    "level": "grid",
    "name": "第一网格",
    "code": "420102001001001",
    "path": "示范社区/第一网格",
    "merged_into": None,
    "merged_at": None,
}
UNITS: Final[list[dict[str, Any]]] = [{**UNIT, "cameras": 12, "rooms": ["网格值班室"]}]
NEW_UNIT: Final[dict[str, Any]] = {"author": "王", "name": "第一网格", "level": "grid", "parent_id": 1}
UNIT_PATCH: Final[dict[str, Any]] = {"author": "王", "name": "东片网格"}
UNIT_MOVE: Final[dict[str, Any]] = {"author": "王", "to_id": 1}
UNIT_MERGE: Final[dict[str, Any]] = {"author": "王", "into_id": 1}
MERGED: Final[dict[str, Any]] = {"into": UNIT, "cameras": 12, "rooms": 0, "units": 0}
UNIT_CHANGES: Final[list[dict[str, Any]]] = [
    {"at": _AT, "author": "王", "verb": "rename", "before": {"name": "第一网格"}, "after": {"name": "东片网格"}}
]  # fmt: skip

ROOM: Final[dict[str, Any]] = {"id": 1, "name": "社区值班室", "unit": _PLACE}
WORKERS: Final[dict[str, Any]] = {
    "workers": [
        {
            "name": "node-1:/srv/vms",
            "host": "node-1",
            "version": "0.1.0",
            "live": True,
            "seen_at": _AT,
            "cameras": 64,
            "capacity": 64,
            "lag": 0.0125,
        }
    ],
    "free_cameras": 0,
}
ALERT: Final[dict[str, Any]] = {
    "id": 3,
    "camera": {"id": 1, "name": "东口"},
    "zone": {"id": 7, "name": "广场"},
    "kind": "crowd",
    "level": "crowded",
    "severity": "major",
    "state": "acknowledged",
    "raised_at": _AT,
    "last_event_at": _AT,
    "event_count": 1,
    "facts": {"score": 0.8, "count": 24.0, "limit": 20.0},
    "taken_by": "赵",
    "taken_at": _AT,
    "ended_at": None,
    "note": "",
    "outage": None,
    "snapshot_url": "/api/v1/alerts/3/snapshot.jpg",
}
ALERT_ACTION: Final[dict[str, Any]] = {"room_id": 1, "author": "赵", "note": "已派人前往"}
ALERT_WITH_HISTORY: Final[dict[str, Any]] = {
    **ALERT,
    "history": [
        {"from_state": "none", "verb": "raise", "to_state": "raised", "author": "system", "room_id": None,
         "at": _AT, "note": ""},
    ],
    "events": [
        {
            "id": "4f0c6a0e-6a0b-4a53-9a55-3d5b0f3c9f10",
            "kind": "crowd",
            "zone_id": 7,
            "track": None,
            "level": "crowded",
            "rising": True,
            "score": 0.8,
            "media_time_s": 42.5,
            "occurred_at": _AT,
            "recorded_at": _AT,
            "rule_version": "crowd-2",
            "models": [{"name": "nanodet_416", "sha256": "0" * 64}],
            "measurements": {"count": 24.0, "limit": 20.0, "mark": 20.0, "held_s": 3.0},
            "curves": [{"name": "count", "at_s": [39.5, 42.5], "values": [22.0, 24.0], "limit": 20.0}],
            "strip_url": "/api/v1/events/4f0c6a0e-6a0b-4a53-9a55-3d5b0f3c9f10/strip.jpg",
        }
    ],
}  # fmt: skip
WALL: Final[dict[str, Any]] = {"room": ROOM, "last_seq": 12, "alerts": [ALERT]}
HEALTH: Final[dict[str, Any]] = {
    "status": "ready",
    "checks": {"database": {"ok": True, "detail": {"en": "it answers", "zh": "正常"}}},
}
