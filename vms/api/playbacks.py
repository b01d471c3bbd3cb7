"""Recordings played over HTTP: HLS playlists over recorded files, and strips of small pictures, under an access."""

import re
from base64 import b64encode
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response
from fastapi import Path as PathParameter
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict

from streams.camera import CameraId
from streams.segment import iso
from vms.api.deps import Given
from vms.api.schemas import Id
from vms.playback.playback import Playback, Speed
from vms.timeline.in_json import gap_as_json

router = APIRouter(prefix="/api/v1", tags=["evidence"])

PLAYLIST: Final = "application/vnd.apple.mpegurl"
VIDEO: Final = "video/mp4"
#: pictures of people: nothing on the way keeps them
_NOT_KEPT: Final = {"Cache-Control": "private, no-store"}
_RANGE: Final = re.compile(r"bytes=(\d{1,18})-(\d{1,18})")


class PlaybackRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    #: absent is refused with what to do
    access_id: UUID | None = None
    cameras: list[Id]
    start_at: AwareDatetime
    end_at: AwareDatetime
    #: times as fast as it was; from 8 on the playlists have keyframes only
    speed: Speed = "1"


@router.post("/playbacks", status_code=201)
async def start(body: PlaybackRequest, parts: Given) -> dict[str, object]:
    """A playlist for each camera. Wall time stands in them, so that a player keeps them in step and knows how long a gap is.

    This is the one use of the access that is written down; it ends with the access.
    """
    playback = await parts.evidence.playbacks.start(
        body.access_id,
        camera_ids=[CameraId(each) for each in body.cameras],
        start_at=body.start_at,
        end_at=body.end_at,
        speed=body.speed,
    )
    return _as_json(playback)


@router.get("/playbacks/{playback_id}/{camera_id}.m3u8")
async def read_playlist(playback_id: UUID, camera_id: Id, parts: Given) -> Response:
    """What was recorded from the keyframe before the beginning on, each GOP a byte range of its file."""
    text = await parts.evidence.playbacks.playlist(playback_id, CameraId(camera_id))
    return Response(text, media_type=PLAYLIST, headers=_NOT_KEPT)


@router.get("/playbacks/{playback_id}/{camera_id}/{seq}.mp4")
async def read_piece(
    playback_id: UUID,
    camera_id: Id,
    seq: Id,
    parts: Given,
    asked: Annotated[
        str, Header(alias="Range", description="`bytes=from-to`, as the playlist names them.")
    ] = "",
) -> StreamingResponse:
    """Bytes of a recorded file as the camera sent them; of the playback's range only."""
    match = _RANGE.fullmatch(asked.strip())
    piece = await parts.evidence.playbacks.piece(
        playback_id,
        CameraId(camera_id),
        seq,
        (int(match[1]), int(match[2]) + 1) if match else None,
    )
    return StreamingResponse(
        piece.blocks,
        status_code=206,
        media_type=VIDEO,
        headers={
            **_NOT_KEPT,
            "Accept-Ranges": "bytes",
            "Content-Length": str(piece.end - piece.begin),
            "Content-Range": f"bytes {piece.begin}-{piece.end - 1}/{piece.total}",
        },
    )


@router.get("/playbacks/{playback_id}/{camera_id}/{seq}/head.mp4")
async def read_keyframes_head(playback_id: UUID, camera_id: Id, seq: Id, parts: Given) -> Response:
    """What a player needs before the keyframes of a file."""
    head, _ = await parts.evidence.playbacks.keyframes(playback_id, CameraId(camera_id), seq)
    return Response(head, media_type=VIDEO, headers=_NOT_KEPT)


@router.get("/playbacks/{playback_id}/{camera_id}/{seq}/keyframes.m4s")
async def read_keyframes(playback_id: UUID, camera_id: Id, seq: Id, parts: Given) -> Response:
    """The keyframes of a file alone, as they were recorded, for speeds of 8 and 16."""
    _, media = await parts.evidence.playbacks.keyframes(playback_id, CameraId(camera_id), seq)
    return Response(media, media_type=VIDEO, headers=_NOT_KEPT)


@router.get("/playbacks/{playback_id}/{camera_id}/{seq}/masked.mp4")
async def read_masked_head(playback_id: UUID, camera_id: Id, seq: Id, parts: Given) -> Response:
    """What a player needs before the masked fragments of a file."""
    head = await parts.evidence.playbacks.masked_head(playback_id, CameraId(camera_id), seq)
    return Response(head, media_type=VIDEO, headers=_NOT_KEPT)


@router.get("/playbacks/{playback_id}/{camera_id}/{seq}/masked-{number}.m4s")
async def read_masked_fragment(
    playback_id: UUID,
    camera_id: Id,
    seq: Id,
    number: Annotated[int, PathParameter(ge=0, lt=1 << 31)],
    parts: Given,
) -> Response:
    """A fragment with the camera's privacy masks black in it, encoded anew: for an access that is not for unmasked pictures."""
    media = await parts.evidence.playbacks.masked_fragment(playback_id, CameraId(camera_id), seq, number)
    return Response(media, media_type=VIDEO, headers=_NOT_KEPT)


@router.get("/cameras/{camera_id}/thumbnails")
async def read_thumbnails(
    camera_id: Id,
    parts: Given,
    start: AwareDatetime,
    end: AwareDatetime,
    access_id: UUID | None = None,
    count: Annotated[int, Query(ge=1, le=1000)] = 10,
    height: Annotated[int, Query(ge=32, le=480, description="Pixels.")] = 120,
) -> dict[str, object]:
    """Keyframes spread evenly over the range, privacy masks black; fewer than `count` where there are gaps.

    `picture` is a data URL of a JPEG.
    """
    strip = await parts.evidence.strips.strip(
        access_id, CameraId(camera_id), start_at=start, end_at=end, count=count, height=height
    )
    return {
        "thumbnails": [
            {
                "at": iso(each.at),
                "picture": f"data:image/jpeg;base64,{b64encode(each.jpeg).decode('ascii')}",
            }
            for each in strip
        ]
    }


def _as_json(playback: Playback) -> dict[str, object]:
    return {
        "id": str(playback.id),
        "access_id": str(playback.access_id),
        "start_at": iso(playback.start_at),
        "end_at": iso(playback.end_at),
        "speed": playback.speed,
        "keyframes_only": playback.keyframes_only,
        "expires_at": iso(playback.expires_at),
        "cameras": [
            {
                "camera_id": camera.camera_id,
                "profile": camera.profile,
                "playlist_url": f"/api/v1/playbacks/{playback.id}/{camera.camera_id}.m3u8",
                "segments": len(camera.segments),
                "masked": camera.mask is not None,
                "gaps": [gap_as_json(gap) for gap in camera.gaps],
            }
            for camera in playback.cameras.values()
        ],
    }
