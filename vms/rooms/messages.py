"""What is said on a room's socket, as JSON. The console and any other client rely on these shapes."""

from typing import TypedDict

from alerts.notification import Notification
from runtime.errors import VmsError


class Hello(TypedDict):
    type: str
    room_id: int
    #: the room's last sequence number when the session joined
    last_seq: int


class Told(TypedDict):
    type: str
    seq: int
    kind: str
    at: str
    alert: object


class Failed(TypedDict):
    type: str
    code: str
    message: dict[str, str]


def hello(room_id: int, last_seq: int) -> Hello:
    return {"type": "hello", "room_id": room_id, "last_seq": last_seq}


def told(notification: Notification) -> Told:
    return {
        "type": "notification",
        "seq": notification.seq,
        "kind": notification.kind,
        "at": notification.at.isoformat(),
        "alert": notification.alert,
    }


def failed(error: VmsError) -> Failed:
    return {
        "type": "error",
        "code": error.code,
        "message": {"en": error.message("en"), "zh": error.message("zh")},
    }
