"""The calls that show recordings, as part of the table of calls."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from streams.camera import ProfileName
from vms.access import errors as access_errors
from vms.api.documented.call import Call
from vms.api.documented.shapes import Shape
from vms.api.documented.timeline import END, GAP, START, GapShape
from vms.cameras.errors import CameraUnknown
from vms.playback import errors as playback_errors
from vms.playback.playback import Speed


class PlayedCameraShape(Shape):
    camera_id: int
    profile: ProfileName
    playlist_url: str
    #: recorded files
    segments: int
    #: privacy masks are black in it
    masked: bool
    gaps: list[GapShape]


class PlaybackShape(Shape):
    id: UUID
    access_id: UUID
    start_at: datetime
    end_at: datetime
    speed: Speed
    keyframes_only: bool
    #: when the access is over
    expires_at: datetime
    cameras: list[PlayedCameraShape]


class ThumbnailShape(Shape):
    at: datetime
    #: a data URL
    picture: str


class StripShape(Shape):
    thumbnails: list[ThumbnailShape]


_ID: Final = "0b0c2a0e-7f2f-4d0e-9a43-6a7d1b3a7d10"
_ACCESS_ID: Final = "5c7e1a52-2f0e-4b2b-9f0a-3f7d4d0b9f11"
_ACCESS: Final = (
    access_errors.AccessNeeded,
    access_errors.AccessUnknown,
    access_errors.AccessExpired,
    access_errors.AccessNotForCamera,
    access_errors.AccessNotForRange,
)
_PLAYING: Final = (
    access_errors.AccessExpired,
    playback_errors.PlaybackUnknown,
    playback_errors.PlaybackCameraUnknown,
)
_FILE: Final = (*_PLAYING, playback_errors.PlaybackFileUnknown, playback_errors.RecordingGone)
_PLAYBACK: Final = "/api/v1/playbacks/{playback_id}/{camera_id}"

PLAYBACK_CALLS: Final[Mapping[tuple[str, str], Call]] = {
    ("post", "/api/v1/playbacks"): Call(
        asked={
            "access_id": _ACCESS_ID,
            "cameras": [1],
            "start_at": START,
            "end_at": END,
            "speed": "1",
        },
        answer=PlaybackShape,
        example={
            "id": _ID,
            "access_id": _ACCESS_ID,
            "start_at": START,
            "end_at": END,
            "speed": "1",
            "keyframes_only": False,
            "expires_at": END,
            "cameras": [
                {
                    "camera_id": 1,
                    "profile": "main",
                    "playlist_url": f"/api/v1/playbacks/{_ID}/1.m3u8",
                    "segments": 19,
                    "masked": False,
                    "gaps": [GAP],
                }
            ],
        },
        status=201,
        errors=(
            *_ACCESS,
            CameraUnknown,
            playback_errors.PlaybackRangeInvalid,
            playback_errors.PlaybackCamerasInvalid,
        ),
    ),
    ("get", _PLAYBACK + ".m3u8"): Call(media="application/vnd.apple.mpegurl", errors=_PLAYING),
    ("get", _PLAYBACK + "/{seq}.mp4"): Call(
        media="video/mp4",
        status=206,
        errors=(*_FILE, access_errors.AccessMasked, playback_errors.BytesNotShown),
    ),
    ("get", _PLAYBACK + "/{seq}/head.mp4"): Call(
        media="video/mp4", errors=(*_FILE, access_errors.AccessMasked)
    ),
    ("get", _PLAYBACK + "/{seq}/keyframes.m4s"): Call(
        media="video/mp4", errors=(*_FILE, access_errors.AccessMasked)
    ),
    ("get", _PLAYBACK + "/{seq}/masked.mp4"): Call(media="video/mp4", errors=_FILE),
    ("get", _PLAYBACK + "/{seq}/masked-{number}.m4s"): Call(media="video/mp4", errors=_FILE),
    ("get", "/api/v1/cameras/{camera_id}/thumbnails"): Call(
        answer=StripShape,
        example={"thumbnails": [{"at": START, "picture": "data:image/jpeg;base64,/9j/4AAQ…"}]},
        errors=(*_ACCESS, CameraUnknown, playback_errors.TooManyThumbnails),
    ),
}
