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
from streams.errors import VideoUnreadable
from streams.mask import Mask, mask_of
from streams.segment import ChainedSegment, iso
from streams.shift import shifted, timescales_of
from vms.access.access import Access
from vms.access.errors import AccessExpired, AccessMasked
from vms.access.register import AccessRegister
from vms.cameras.drawn import parse_masks
from vms.masked.playback import MaskedFragments
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
from vms.playback.playback import Playback, PlayedCamera, Speed, begins_of
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
        masked: MaskedFragments,
    ) -> None:
        self._database = database
        self._register = register
        self._timelines = timelines
        self._files = files
        self._settings = settings
        self._clock = clock
        self._masked = masked
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
        masks = await self._masks(access, chosen)
        cameras = {
            camera_id: await self._played_camera(camera_id, start_at, end_at, masks.get(camera_id))
            for camera_id in chosen
        }
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
        """Bytes of a file as they were recorded, but for the times of its fragments. `asked`: from and to (not included).

        Raises: PlaybackError, AccessExpired, AccessMasked, DatabaseUnavailable.
        """
        chained, played = await self._unmasked(playback_id, camera_id, seq)
        if asked is None or not any(begin <= asked[0] < asked[1] <= end for begin, end in played.windows):
            raise BytesNotShown
        return Piece(
            begin=asked[0],
            end=asked[1],
            total=chained.segment.bytes,
            blocks=await self._files.read(
                chained, played, *asked, begins_s=self._begins_s(playback_id, camera_id, seq)
            ),
        )

    async def keyframes(self, playback_id: UUID, camera_id: CameraId, seq: int) -> tuple[bytes, bytes]:
        """Head and fragments with nothing but the keyframes of a file. Raises as `piece` does."""
        chained, played = await self._unmasked(playback_id, camera_id, seq)
        return await asyncio.to_thread(
            self._files.keyframes,
            chained,
            played,
            begins_s=self._begins_s(playback_id, camera_id, seq),
        )

    async def masked_head(self, playback_id: UUID, camera_id: CameraId, seq: int) -> bytes:
        """What a player needs before the masked fragments of a file. Raises: PlaybackError, AccessExpired, DatabaseUnavailable."""
        chained, played, mask = await self._to_mask(playback_id, camera_id, seq)
        path = self._files.path(chained)
        try:
            return await self._masked.head(path, played.index, played.first, mask)
        except VideoUnreadable as error:
            raise self._files.is_gone(chained, error) from error

    async def masked_fragment(self, playback_id: UUID, camera_id: CameraId, seq: int, number: int) -> bytes:
        """A fragment of a file with black masks. Raises as `masked_head` does."""
        chained, played, mask = await self._to_mask(playback_id, camera_id, seq)
        if not played.first <= number < played.last:
            raise PlaybackFileUnknown(camera_id=camera_id, seq=seq)
        path = self._files.path(chained)
        try:
            head = await self._masked.head(path, played.index, played.first, mask)
            fragment = await self._masked.fragment(path, played.index, number, mask)
            return shifted(fragment, self._begins_s(playback_id, camera_id, seq), timescales_of(head))
        except VideoUnreadable as error:
            raise self._files.is_gone(chained, error) from error

    def _begins_s(self, playback_id: UUID, camera_id: CameraId, seq: int) -> float:
        return self._playbacks[playback_id].cameras[camera_id].begins[seq]

    async def _to_mask(
        self, playback_id: UUID, camera_id: CameraId, seq: int
    ) -> tuple[ChainedSegment, PlayedFile, Mask]:
        chained, played = await self._played(playback_id, camera_id, seq)
        mask = self._playbacks[playback_id].cameras[camera_id].mask
        if mask is None:
            raise PlaybackFileUnknown(camera_id=camera_id, seq=seq)
        return chained, played, mask

    async def _unmasked(
        self, playback_id: UUID, camera_id: CameraId, seq: int
    ) -> tuple[ChainedSegment, PlayedFile]:
        """What was recorded is the whole picture: not for who may see it masked only."""
        playback = await self._holding(playback_id)
        if _camera(playback, camera_id).mask is not None:
            raise AccessMasked(access_id=playback.access_id, camera_id=camera_id)
        return await self._played(playback_id, camera_id, seq)

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

    async def _masks(self, access: Access, camera_ids: Sequence[CameraId]) -> dict[CameraId, Mask]:
        """What this access may not see of each camera."""
        if access.unmasked:
            return {}
        async with self._database.connection() as connection:
            masks = await store.masks_of(connection, camera_ids)
        found = {camera_id: mask_of(parse_masks(text)) for camera_id, text in masks.items()}
        return {camera_id: mask for camera_id, mask in found.items() if mask is not None}

    async def _played_camera(
        self, camera_id: CameraId, start_at: datetime, end_at: datetime, mask: Mask | None
    ) -> PlayedCamera:
        timeline = await self._timelines.read(camera_id, None, start_at, end_at)
        async with self._database.connection() as connection:
            segments = await streams_store.segments_between(
                connection, camera_id, timeline.profile, timeline.start_at, timeline.end_at
            )
        return PlayedCamera(
            camera_id=camera_id,
            profile=timeline.profile,
            segments=tuple(segments),
            gaps=timeline.gaps,
            begins=begins_of(segments),
            mask=mask,
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
        return playlist_of(
            files,
            gaps,
            folder=str(camera.camera_id),
            keyframes=playback.keyframes_only,
            masked=camera.mask is not None,
        )


def _camera(playback: Playback, camera_id: CameraId) -> PlayedCamera:
    camera = playback.cameras.get(camera_id)
    if camera is None:
        raise PlaybackCameraUnknown(playback_id=playback.id, camera_id=camera_id)
    return camera
