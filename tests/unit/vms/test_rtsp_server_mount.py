import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from tests.fakes.clips import encode_clip
from tests.fakes.clock import ManualClock
from vms.demo.clip import INTERLEAVED, PacketisedClip, packetise
from vms.demo.mount import Mount, Viewer

FRAME_S = 0.04


class RecordingViewer:
    def __init__(self, channel: int = 0) -> None:
        self.channel = channel
        self.frames: list[bytes] = []
        self.hung_up = False

    def send_media(self, data: bytes) -> None:
        self.frames.append(data)

    def hang_up(self) -> None:
        self.hung_up = True

    @property
    def timestamps(self) -> list[int]:
        return [int.from_bytes(frame[8:12], "big") for frame in self.frames]

    @property
    def sequences(self) -> list[int]:
        numbers = []
        for frame in self.frames:
            at = 0
            while at < len(frame):
                _, _, length = INTERLEAVED.unpack_from(frame, at)
                numbers.append(int.from_bytes(frame[at + 6 : at + 8], "big"))
                at += 4 + length
        return numbers


_conforms: type[Viewer] = RecordingViewer


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> PacketisedClip:
    path: Path = tmp_path_factory.mktemp("clip") / "h264.mp4"
    return packetise(encode_clip(path, frames=20, gop=10), ssrc=7)


@asynccontextmanager
async def playing(clip: PacketisedClip, clock: ManualClock, ssrc: int = 7) -> AsyncIterator[Mount]:
    mount = Mount(path="street", clip=clip, ssrc=ssrc, clock=clock)
    async with asyncio.TaskGroup() as group:
        player = group.create_task(mount.run())
        try:
            yield mount
        finally:
            player.cancel()


def shown(mount_index: int, clip: PacketisedClip) -> bytes:
    """The first access unit's payload of frame `mount_index`, behind both headers."""
    return clip.unit(mount_index).wire[16:]


async def test_nobody_watches_and_nothing_is_done(clip: PacketisedClip) -> None:
    clock = ManualClock()
    async with playing(clip, clock):
        await clock.advance(5)
        assert clock.sleepers == 0


async def test_a_viewer_joins_in_the_middle_of_a_gop(clip: PacketisedClip) -> None:
    clock = ManualClock()
    async with playing(clip, clock) as mount:
        await clock.advance(13.5 * FRAME_S)
        viewer = RecordingViewer()
        mount.join(viewer)
        await clock.advance(3 * FRAME_S)
        assert [frame[16:] for frame in viewer.frames] == [shown(index, clip) for index in (14, 15, 16)]


async def test_all_see_the_same_picture_at_the_same_instant(clip: PacketisedClip) -> None:
    clock = ManualClock()
    async with playing(clip, clock) as mount:
        first, second = RecordingViewer(), RecordingViewer()
        mount.join(first)
        await clock.advance(7 * FRAME_S)
        mount.join(second)
        await clock.advance(50 * FRAME_S)
        assert second.frames == first.frames[7:]


async def test_each_gets_the_channel_that_it_asked_for(clip: PacketisedClip) -> None:
    clock = ManualClock()
    async with playing(clip, clock) as mount:
        viewers = [RecordingViewer(channel=channel) for channel in (0, 4)]
        for viewer in viewers:
            mount.join(viewer)
        await clock.advance(FRAME_S)
        assert [viewer.frames[0][1] for viewer in viewers] == [0, 4]


async def test_the_loop_goes_on_without_a_jump_in_time_or_sequence(clip: PacketisedClip) -> None:
    clock = ManualClock()
    async with playing(clip, clock) as mount:
        viewer = RecordingViewer()
        sequence, timestamp = mount.join(viewer)
        await clock.advance(61 * FRAME_S)
        assert viewer.timestamps == [(timestamp + 3600 * number) % 2**32 for number in range(61)]
        assert viewer.sequences == [(sequence + number) % 2**16 for number in range(len(viewer.sequences))]


async def test_whoever_comes_after_a_pause_finds_the_time_gone_on(clip: PacketisedClip) -> None:
    clock = ManualClock()
    async with playing(clip, clock) as mount:
        first, second = RecordingViewer(), RecordingViewer()
        mount.join(first)
        await clock.advance(5 * FRAME_S)
        mount.leave(first)
        await clock.advance(30 * FRAME_S)
        mount.join(second)
        await clock.advance(FRAME_S)
        assert len(first.frames) == 5
        assert second.timestamps[0] - first.timestamps[0] == 35 * 3600


async def test_a_stalled_camera_sends_nothing_until_it_resumes(clip: PacketisedClip) -> None:
    clock = ManualClock()
    async with playing(clip, clock) as mount:
        viewer = RecordingViewer()
        mount.join(viewer)
        await clock.advance(2 * FRAME_S)
        mount.behave("stalled")
        await clock.advance(100 * FRAME_S)
        assert len(viewer.frames) == 2 and not viewer.hung_up
        mount.behave("live")
        await clock.advance(FRAME_S)
        assert viewer.timestamps[2] - viewer.timestamps[1] == 101 * 3600
        sequences = viewer.sequences
        assert sequences == list(range(sequences[0], sequences[0] + len(sequences)))


async def test_a_frozen_camera_repeats_one_keyframe_and_its_time_goes_on(clip: PacketisedClip) -> None:
    clock = ManualClock()
    async with playing(clip, clock) as mount:
        viewer = RecordingViewer()
        mount.join(viewer)
        await clock.advance(13.5 * FRAME_S)
        mount.behave("frozen")
        del viewer.frames[:]
        await clock.advance(30 * FRAME_S)
        assert {frame[16:40] for frame in viewer.frames} == {shown(10, clip)[:24]}
        assert viewer.timestamps[-1] - viewer.timestamps[0] == 29 * 3600


async def test_a_camera_that_loses_its_picture_hangs_up_and_describes_sound_only(
    clip: PacketisedClip,
) -> None:
    clock = ManualClock()
    async with playing(clip, clock) as mount:
        viewer = RecordingViewer()
        mount.join(viewer)
        mount.behave("audio_only")
        assert viewer.hung_up
        assert "m=audio" in mount.describe() and "m=video" not in mount.describe()
        listener = RecordingViewer()
        mount.join(listener)
        await clock.advance(2 * FRAME_S)
        assert [len(frame) - 16 for frame in listener.frames] == [320, 320]


async def test_a_process_that_was_held_up_goes_on_at_the_present_keyframe(clip: PacketisedClip) -> None:
    clock = ManualClock()
    async with playing(clip, clock) as mount:
        viewer = RecordingViewer()
        mount.join(viewer)
        await clock.advance(2 * FRAME_S)
        await clock.jump(100.5 * FRAME_S)
        assert [frame[16:] for frame in viewer.frames[2:]] == [
            shown(index, clip) for index in (100, 101, 102)
        ]


async def test_a_viewer_that_leaves_while_it_is_served_harms_no_other(clip: PacketisedClip) -> None:
    clock = ManualClock()
    async with playing(clip, clock) as mount:

        class LeavingViewer(RecordingViewer):
            def send_media(self, data: bytes) -> None:
                super().send_media(data)
                mount.leave(self)

        leaving, staying = LeavingViewer(), RecordingViewer()
        mount.join(leaving)
        mount.join(staying)
        await clock.advance(4 * FRAME_S)
        assert (len(leaving.frames), len(staying.frames)) == (1, 4)


async def test_timestamps_that_wrap_stay_within_32_bits(clip: PacketisedClip) -> None:
    clock = ManualClock()
    async with playing(clip, clock, ssrc=2**32 // 31) as mount:
        viewer = RecordingViewer()
        mount.join(viewer)
        await clock.advance(10 * FRAME_S)
        steps = {(later - earlier) % 2**32 for earlier, later in pairwise(viewer.timestamps)}
        assert steps == {3600}
