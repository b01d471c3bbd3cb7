"""Strips of small pictures over a range of a camera's recordings, from keyframes; privacy masks are black on them."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from runtime.database import Database
from streams.camera import CameraId
from streams.mask import Mask, mask_of
from streams.segment import ChainedSegment
from vms.access.register import AccessRegister
from vms.cameras.drawn import parse_masks
from vms.cameras.errors import CameraUnknown
from vms.playback import store
from vms.playback.errors import RecordingGone, TooManyThumbnails
from vms.playback.files import RecordedFiles
from vms.playback.playlist import played_file


@dataclass(frozen=True, slots=True, kw_only=True)
class Thumbnail:
    at: datetime
    jpeg: bytes


class Strips:
    def __init__(
        self, *, database: Database, register: AccessRegister, files: RecordedFiles, most: int
    ) -> None:
        self._database = database
        self._register = register
        self._files = files
        self._most = most

    async def strip(
        self,
        access_id: UUID | None,
        camera_id: CameraId,
        *,
        start_at: datetime,
        end_at: datetime,
        count: int,
        height: int,
    ) -> list[Thumbnail]:
        """Up to `count` pictures, evenly spread; none where nothing was recorded.

        Raises: TooManyThumbnails, AccessError, CameraUnknown, DatabaseUnavailable.
        """
        if not 1 <= count <= self._most:
            raise TooManyThumbnails(most=self._most)
        access = await self._register.use(
            access_id, act="thumbnails", camera_ids=[camera_id], start_at=start_at, end_at=end_at
        )
        step = (end_at - start_at) / count
        moments = [start_at + step * (number + 0.5) for number in range(count)]
        async with self._database.connection() as connection:
            profile = await store.recorded_profile(connection, camera_id)
            if profile is None:
                raise CameraUnknown(camera=camera_id)
            masks = (await store.masks_of(connection, [camera_id])).get(camera_id, "")
            found = await store.segments_at(connection, camera_id, profile, moments)
        mask = None if access.unmasked else mask_of(parse_masks(masks))
        return await asyncio.to_thread(self._decode, found, height, mask)

    def _decode(
        self,
        found: dict[datetime, ChainedSegment],
        height: int,
        mask: Mask | None,
    ) -> list[Thumbnail]:
        """Each keyframe once."""
        strip: dict[tuple[int, int], Thumbnail] = {}
        for moment, chained in found.items():
            try:
                index = self._files.index(chained)
                played = played_file(
                    chained.seq, chained.segment, index, moment, moment + timedelta(milliseconds=1)
                )
                if played is None or (chained.seq, played.first) in strip:
                    continue
                strip[chained.seq, played.first] = Thumbnail(
                    at=played.wall_time(played.first),
                    jpeg=self._files.thumbnail(chained, played.first, height=height, mask=mask),
                )
            except RecordingGone:
                continue
        return list(strip.values())
