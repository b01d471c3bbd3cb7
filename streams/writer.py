"""The items of a stream to segments on disk: which file a packet goes to, and when a file ends.

Everything here blocks, and is called in a thread, from one thread at a time.
"""

import os
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from streams.camera import CameraId, ProfileName
from streams.errors import RecordingFailed
from streams.packet import Packet, RunEnded, RunStarted, StreamItem
from streams.salvage import salvage
from streams.segment import Segment, SegmentName, VolumeId, is_due
from streams.segment_file import SegmentFile

#: seconds by which the arrival of a run's next segment may differ from the end of the one before without a new start
_CONTINUOUS_S = 5.0


def free_bytes(folder: Path) -> int:
    """Bytes that this process may still write on the disk of `folder`. Raises OSError."""
    status = os.statvfs(folder)
    return status.f_bavail * status.f_frsize


class SegmentWriter:
    def __init__(
        self,
        folder: Path,
        camera_id: CameraId,
        profile: ProfileName,
        *,
        volume_id: VolumeId,
        segment_s: float,
        keep_free_bytes: int = 0,
    ) -> None:
        """`keep_free_bytes`: what recordings leave on their disk to others; the database and the journal may live there."""
        self._folder = folder
        self._volume_id = volume_id
        self._keep_free_bytes = keep_free_bytes
        self._camera_id = camera_id
        self._profile = profile
        self._segment_s = segment_s
        # A recorder that is cancelled leaves a turn behind in its thread; the last one waits for it.
        self._lock = threading.Lock()
        self._run: RunStarted | None = None
        self._file: SegmentFile | None = None
        self._last: Packet | None = None
        #: where the segment before ended, if the next continues it
        self._ended_at: datetime | None = None
        self._finished: list[Segment] = []
        #: seconds by which the camera's clock is ahead of this server's; None where nobody asked it
        self.clock_offset_s: float | None = None
        #: packets that came before the first keyframe of a run or after a loss, and could not be recorded
        self.unusable = 0

    @property
    def is_writing(self) -> bool:
        """Whether a file is open."""
        return self._file is not None

    def take(self, items: Sequence[StreamItem]) -> None:
        """Write the items. Raises RecordingFailed; what is on disk by then is saved, and the rest of `items` is lost."""
        with self._lock:
            try:
                self._check_room()
                for item in items:
                    if isinstance(item, Packet):
                        self._add(item)
                    else:
                        self._mark(item)
            except RecordingFailed:
                self._give_up()
                self._note_runs(items)  # or nothing would be recorded until the camera connects anew
                raise

    def _note_runs(self, items: Sequence[StreamItem]) -> None:
        for item in items:
            if isinstance(item, RunStarted):
                self._run = item
            elif isinstance(item, RunEnded):
                self._run = None

    def finish(self) -> None:
        """Make the open file whole. Raises RecordingFailed."""
        with self._lock:
            try:
                self._close(None)
            except RecordingFailed:
                self._give_up()
                raise

    def collect(self) -> list[Segment]:
        """The segments that have become whole since the last call."""
        finished, self._finished = self._finished, []
        return finished

    def _check_room(self) -> None:
        if self._keep_free_bytes == 0:
            return
        try:
            free = free_bytes(self._folder)
        except OSError:
            return  # a folder that is not there yet is made, or refused, with the first file
        if free < self._keep_free_bytes:
            self._close(None)
            self._ended_at = None
            reason = f"{free >> 20} MB are free, and {self._keep_free_bytes >> 20} MB are left to alerts and the database"
            raise RecordingFailed(path=self._folder, reason=reason)

    def _add(self, packet: Packet) -> None:
        if self._run is None:
            self.unusable += 1
            return
        file = self._file
        if file is not None and is_due(
            keyframe=packet.keyframe, lasted_s=file.lasted_s(packet.pts_s), segment_s=self._segment_s
        ):
            self._close(packet)
            file = None
        if file is None:
            if not packet.keyframe:
                self.unusable += 1
                return
            file = self._open(self._run, packet)
        file.add(packet)
        self._last = packet

    def _mark(self, mark: StreamItem) -> None:
        """A run began or ended, or packets are missing: whatever it is, a file does not go on across it."""
        self._close(None)
        self._ended_at = None
        self._note_runs((mark,))

    def _open(self, run: RunStarted, packet: Packet) -> SegmentFile:
        start_at = packet.wall
        if self._ended_at is not None and abs((packet.wall - self._ended_at).total_seconds()) < _CONTINUOUS_S:
            start_at = self._ended_at
        name = SegmentName(camera_id=self._camera_id, profile=self._profile, start_at=start_at)
        self._file = SegmentFile(self._folder, self._volume_id, name, run)
        return self._file

    def _close(self, next_packet: Packet | None) -> None:
        file, last = self._file, self._last
        if file is None or last is None:
            return
        if next_packet is None:
            segment = file.finish(next_pts_s=None, arrived_at=last.wall)
        else:
            segment = file.finish(next_pts_s=next_packet.pts_s, arrived_at=next_packet.wall)
        self._file = self._last = None
        self._ended_at = segment.end_at
        self._finished.append(replace(segment, clock_offset_s=self.clock_offset_s))

    def _give_up(self) -> None:
        """Keep what was written before the failure, if the disk lets us; otherwise recovery does at the next start."""
        file, self._file, self._last, self._ended_at = self._file, None, None, None
        if file is None:
            return
        file.abandon()
        try:
            segment = salvage(self._folder, self._volume_id, file.part)
        except RecordingFailed:
            return
        if segment is not None:
            self._finished.append(replace(segment, clock_offset_s=self.clock_offset_s))
