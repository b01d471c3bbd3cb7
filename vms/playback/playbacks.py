"""Playbacks: made with an access, remembered while somebody looks, over when the access is.

The use of the access is written down once, when a playback is made; each request after that only asks whether it still holds.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from runtime.clock import Clock
from runtime.database import Database
from streams import store as streams_store
from streams.camera import CameraId
from streams.segment import ChainedSegment, iso
from vms.access.access import Access
from vms.access.errors import AccessExpired, AccessMasked
from vms.access.register import AccessRegister
from vms.playback import store
from vms.playback.errors import (
    BytesNotShown,
    PlaybackCamerasInvalid,
    PlaybackCameraUnknown,
    PlaybackFileUnknown,
    PlaybackRangeInvalid,
    PlaybackUnknown,
    RecordingGone,
)
from vms.playback.files import RecordedFiles
from vms.playback.playback import Playback, PlayedCamera, Speed
from vms.playback.playlist import PlayedFile, played_file, playlist_of
from vms.playback.settings import PlaybackSettings
from vms.timeline.reading import Timelines
from vms.timeline.timeline import Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Bytes `begin` to `end` (not included) of a file of `total`."""

    begin: int
    end: int
    total: int
    blocks: AsyncIterator[bytes]


class Playbacks:
    def __init__(
        self,
        *,
        database: Database,
        register: AccessRegister,
        timelines: Timelines,
        files: RecordedFiles,
        settings: PlaybackSettings,
        clock: Clock,
    ) -> None:
        self._database = database
        self._register = register
        self._timelines = timelines
        self._files = files
        self._settings = settings
        self._clock = clock
        self._playbacks: OrderedDict[UUID, Playback] = OrderedDict()

    async def start(
        self,
        access_id: UUID | None,
        *,
        camera_ids: Sequence[CameraId],
        start_at: datetime,
        end_at: datetime,
        speed: Speed = "1",
    ) -> Playback:
        """Raises: PlaybackError, AccessError, CameraUnknown, DatabaseUnavailable."""
        chosen = list(dict.fromkeys(camera_ids))
        if not 1 <= len(chosen) <= self._settings.most_cameras:
            raise PlaybackCamerasInvalid(most=self._settings.most_cameras)
        most = timedelta(hours=self._settings.most_hours)
        if not timedelta(0) < end_at - start_at <= most or start_at >= self._clock.now():
            raise PlaybackRangeInvalid(most=f"{self._settings.most_hours:g}")
        access = await self._register.check(access_id, camera_ids=chosen, start_at=start_at, end_at=end_at)
        await self._unmasked(access, chosen)
        cameras = {camera_id: await self._played_camera(camera_id, start_at, end_at) for camera_id in chosen}
        await self._register.use(
            access.id, act="playback", camera_ids=chosen, start_at=start_at, end_at=end_at
        )
        playback = Playback(
            id=uuid4(),
            access_id=access.id,
            start_at=start_at,
            end_at=min(end_at, self._clock.now()),
            speed=speed,
            expires_at=access.expires_at,
            cameras=cameras,
            checked_s=self._clock.monotonic(),
        )
        self._playbacks[playback.id] = playback
        while len(self._playbacks) > self._settings.most_playbacks:
            self._playbacks.popitem(last=False)
        return playback

    async def playlist(self, playback_id: UUID, camera_id: CameraId) -> str:
        """Raises: PlaybackError, AccessExpired, DatabaseUnavailable."""
        playback = await self._holding(playback_id)
        camera = _camera(playback, camera_id)
        if camera_id not in playback.playlists:
            playback.playlists[camera_id] = await asyncio.to_thread(self._playlist, playback, camera)
        return playback.playlists[camera_id]

    async def piece(
        self, playback_id: UUID, camera_id: CameraId, seq: int, asked: tuple[int, int] | None
    ) -> Piece:
        """Bytes of a file as they were recorded. `asked`: from and to (not included).

        Raises: PlaybackError, AccessExpired, DatabaseUnavailable.
        """
        chained, played = await self._played(playback_id, camera_id, seq)
        if asked is None or not any(begin <= asked[0] < asked[1] <= end for begin, end in played.windows):
            raise BytesNotShown
        return Piece(
            begin=asked[0],
            end=asked[1],
            total=chained.segment.bytes,
            blocks=await self._files.read(chained, *asked),
        )

    async def keyframes(self, playback_id: UUID, camera_id: CameraId, seq: int) -> tuple[bytes, bytes]:
        """Head and fragments with nothing but the keyframes of a file. Raises as `piece` does."""
        chained, played = await self._played(playback_id, camera_id, seq)
        return await asyncio.to_thread(self._files.keyframes, chained, played)

    async def _played(
        self, playback_id: UUID, camera_id: CameraId, seq: int
    ) -> tuple[ChainedSegment, PlayedFile]:
        playback = await self._holding(playback_id)
        camera = _camera(playback, camera_id)
        chained = next((each for each in camera.segments if each.seq == seq), None)
        if chained is None:
            raise PlaybackFileUnknown(camera_id=camera_id, seq=seq)
        index = await asyncio.to_thread(self._files.index, chained)
        played = played_file(seq, chained.segment, index, playback.start_at, playback.end_at)
        if played is None:
            raise PlaybackFileUnknown(camera_id=camera_id, seq=seq)
        return chained, played

    async def _holding(self, playback_id: UUID) -> Playback:
        """The playback, if its access still holds."""
        playback = self._playbacks.get(playback_id)
        if playback is None:
            raise PlaybackUnknown(playback_id=playback_id)
        if self._clock.now() >= playback.expires_at:
            raise AccessExpired(access_id=playback.access_id, since=iso(playback.expires_at))
        now_s = self._clock.monotonic()
        if now_s - playback.checked_s >= self._settings.recheck_s:
            await self._register.check(
                playback.access_id,
                camera_ids=list(playback.cameras),
                start_at=playback.start_at,
                end_at=playback.end_at,
            )
            playback.checked_s = now_s
        if playback_id in self._playbacks:
            self._playbacks.move_to_end(playback_id)
        return playback

    async def _unmasked(self, access: Access, camera_ids: Sequence[CameraId]) -> None:
        """What was recorded is the whole picture."""
        if access.unmasked:
            return
        async with self._database.connection() as connection:
            masks = await store.masks_of(connection, camera_ids)
        for camera_id in camera_ids:
            if masks.get(camera_id):
                raise AccessMasked(access_id=access.id, camera_id=camera_id)

    async def _played_camera(self, camera_id: CameraId, start_at: datetime, end_at: datetime) -> PlayedCamera:
        timeline = await self._timelines.read(camera_id, None, start_at, end_at)
        async with self._database.connection() as connection:
            segments = await streams_store.segments_between(
                connection, camera_id, timeline.profile, timeline.start_at, timeline.end_at
            )
        return PlayedCamera(
            camera_id=camera_id, profile=timeline.profile, segments=tuple(segments), gaps=timeline.gaps
        )

    def _playlist(self, playback: Playback, camera: PlayedCamera) -> str:
        files, gaps = [], list(camera.gaps)
        for chained in camera.segments:
            segment = chained.segment
            try:
                index = self._files.index(chained)
            except RecordingGone:
                gaps.append(Gap(start_at=segment.start_at, end_at=segment.end_at, cause="lost"))
                continue
            played = played_file(chained.seq, segment, index, playback.start_at, playback.end_at)
            if played is not None:
                files.append(played)
        gaps.sort(key=lambda gap: gap.start_at)
        return playlist_of(files, gaps, folder=str(camera.camera_id), keyframes=playback.keyframes_only)


def _camera(playback: Playback, camera_id: CameraId) -> PlayedCamera:
    camera = playback.cameras.get(camera_id)
    if camera is None:
        raise PlaybackCameraUnknown(playback_id=playback.id, camera_id=camera_id)
    return camera
