"""FFmpeg plays the simulated cameras, as it plays real ones: passwords, joining, looping, faults, and the process."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import av
import av.error
import pytest
from av.container import InputContainer

from runtime.clock import SystemClock
from tests.fakes.clips import encode_clip, number_on
from vms.demo.process import SimulatorFailed, SimulatorProcess
from vms.demo.rtsp_server import RtspServer, SimulatedCamera

FRAMES, RATE, GOP = 20, 25, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One packet as FFmpeg gave it, and the number on its picture."""

    pts_s: float
    keyframe: bool
    picture: int | None


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return encode_clip(tmp_path_factory.mktemp("clip") / "h264.mp4", frames=FRAMES, rate=RATE, gop=GOP)


@contextmanager
def opened(url: str, credentials: str = "", timeout_s: float = 5.0) -> Iterator[InputContainer]:
    address = url.replace("rtsp://", f"rtsp://{credentials}@") if credentials else url
    options = {
        "rtsp_transport": "tcp",
        "timeout": str(int(timeout_s * 1e6)),
        "analyzeduration": "0",
        "probesize": "32768",
    }
    with av.open(address, options=options) as container:
        for stream in container.streams.video:
            # one thread, or the decoder holds back as many pictures as it has threads
            stream.codec_context.thread_count = 1
        yield container


def watch(container: InputContainer, count: int) -> list[Seen]:
    """The next `count` packets that can be decoded, from a keyframe on."""
    stream = container.streams.video[0]
    seen: list[Seen] = []
    for packet in container.demux(stream):
        if packet.pts is None or not (seen or packet.is_keyframe):
            continue
        assert stream.time_base is not None
        pts_s = float(packet.pts * stream.time_base)
        pictures = [number_on(frame) for frame in packet.decode()]
        seen.append(Seen(pts_s=pts_s, keyframe=packet.is_keyframe, picture=pictures[0] if pictures else None))
        if len(seen) == count:
            break
    return seen


async def play(url: str, count: int = 15, credentials: str = "") -> list[Seen]:
    def run() -> list[Seen]:
        with opened(url, credentials) as container:
            return watch(container, count)

    return await asyncio.to_thread(run)


async def eventually(condition: Callable[[], bool], within_s: float = 10.0) -> None:
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in FFmpeg, which sets no event
            await asyncio.sleep(0.01)


async def test_a_wrong_password_or_none_is_refused_and_the_right_one_plays(clip: Path) -> None:
    cameras = [SimulatedCamera(path="street/1", clip=clip)]
    async with RtspServer(cameras, username="admin", password="p4ss", clock=SystemClock()) as server:
        assert len(await play(server.url("street/1"), credentials="admin:p4ss")) == 15
        for wrong in ("admin:pass", "root:p4ss", ""):
            with pytest.raises(av.error.HTTPUnauthorizedError):
                await play(server.url("street/1"), credentials=wrong)
        server.refuse_credentials()
        with pytest.raises(av.error.HTTPUnauthorizedError):
            await play(server.url("street/1"), credentials="admin:p4ss")


async def test_a_wrong_path_is_not_found(clip: Path) -> None:
    async with RtspServer([SimulatedCamera(path="street", clip=clip)], clock=SystemClock()) as server:
        with pytest.raises(av.error.HTTPNotFoundError):
            await play(server.url("square"))


async def test_nobody_listens_once_the_server_has_stopped(clip: Path) -> None:
    async with RtspServer([SimulatedCamera(path="street", clip=clip)], clock=SystemClock()) as server:
        url = server.url("street")
    with pytest.raises(av.error.ConnectionRefusedError):
        await play(url)


@pytest.mark.parametrize("codec", ["h264", "hevc"])
async def test_the_picture_is_decoded_and_loops_without_a_jump_in_time(tmp_path: Path, codec: str) -> None:
    clip = encode_clip(tmp_path / "clip.mp4", codec=codec, frames=FRAMES, rate=RATE, gop=GOP)
    async with RtspServer([SimulatedCamera(path="street", clip=clip)], clock=SystemClock()) as server:
        seen = await play(server.url("street"), count=2 * FRAMES + 5)
    steps = [later.pts_s - earlier.pts_s for earlier, later in pairwise(seen)]
    assert steps == pytest.approx([1 / RATE] * len(steps), abs=1e-4)
    first = seen[0].picture
    assert first is not None and first % GOP == 0
    assert [each.picture for each in seen] == [(first + index) % FRAMES for index in range(len(seen))]
    assert [each.keyframe for each in seen] == [index % GOP == 0 for index in range(len(seen))]


async def test_a_client_that_joins_later_sees_what_the_first_sees(tmp_path: Path) -> None:
    """The clip is longer than the test: whoever is given a timeline of his own would see other numbers."""
    clip = encode_clip(tmp_path / "long.mp4", frames=500, rate=RATE, gop=GOP)
    async with RtspServer([SimulatedCamera(path="street", clip=clip)], clock=SystemClock()) as server:
        first = asyncio.ensure_future(play(server.url("street"), count=75))
        await eventually(lambda: server.clients("street") == 1)
        second = await play(server.url("street"), count=20)
        pictures = [each.picture for each in await first]
    assert {each.picture for each in second} <= set(pictures)


async def test_a_stalled_camera_ends_in_a_read_timeout_and_its_neighbour_plays_on(clip: Path) -> None:
    cameras = [SimulatedCamera(path=path, clip=clip) for path in ("street", "square")]
    async with RtspServer(cameras, clock=SystemClock()) as server:

        def watch_until_stalled(loop: asyncio.AbstractEventLoop) -> None:
            with opened(server.url("street"), timeout_s=0.5) as container:
                watch(container, 2)
                loop.call_soon_threadsafe(server.stall, "street")
                watch(container, 10_000)

        neighbour = asyncio.ensure_future(play(server.url("square"), count=50))
        with pytest.raises(av.error.FFmpegError):
            await asyncio.to_thread(watch_until_stalled, asyncio.get_running_loop())
        assert len(await neighbour) == 50
        server.resume("street")
        assert len(await play(server.url("street"))) == 15


async def test_a_frozen_camera_shows_one_picture_while_time_goes_on(clip: Path) -> None:
    async with RtspServer([SimulatedCamera(path="street", clip=clip)], clock=SystemClock()) as server:
        server.freeze("street")
        seen = await play(server.url("street"))
    assert len({each.picture for each in seen}) == 1
    assert seen[-1].pts_s - seen[0].pts_s == pytest.approx(14 / RATE, abs=1e-4)


async def test_dropped_clients_come_to_the_end_and_may_come_back(clip: Path) -> None:
    async with RtspServer([SimulatedCamera(path="street", clip=clip)], clock=SystemClock()) as server:
        watching = asyncio.ensure_future(play(server.url("street"), count=10_000))
        await eventually(lambda: server.clients("street") == 1)
        server.drop_clients("street")
        assert len(await watching) < 10_000
        assert len(await play(server.url("street"))) == 15


async def test_a_camera_without_a_picture_opens_without_video(clip: Path) -> None:
    async with RtspServer([SimulatedCamera(path="street", clip=clip)], clock=SystemClock()) as server:
        server.behave("street", "audio_only")

        def streams() -> tuple[int, int]:
            with opened(server.url("street")) as container:
                return len(container.streams.video), len(container.streams.audio)

        assert await asyncio.to_thread(streams) == (0, 1)


async def test_the_process_plays_and_comes_back_on_its_port_after_a_kill(clip: Path) -> None:
    cameras = [SimulatedCamera(path="street", clip=clip)]
    async with SimulatorProcess(cameras, username="admin", password="p4ss") as simulator:
        url, port = simulator.urls["street"], simulator.port
        watching = asyncio.ensure_future(play(url, count=10_000, credentials="admin:p4ss"))
        assert len(await play(url, credentials="admin:p4ss")) == 15
        await simulator.kill()
        # A server that dies may be the end of the stream or a reset connection to FFmpeg, never a hang.
        await asyncio.wait([watching], timeout=15)
        assert watching.done()
        if watching.exception() is None:
            assert len(watching.result()) < 10_000
        with pytest.raises(av.error.ConnectionRefusedError):
            await play(url)
        await simulator.start()
        assert simulator.port == port
        assert len(await play(url, credentials="admin:p4ss")) == 15


async def test_faults_reach_the_process(clip: Path) -> None:
    async with SimulatorProcess([SimulatedCamera(path="street", clip=clip)]) as simulator:
        url = simulator.urls["street"]
        watching = asyncio.ensure_future(play(url, count=10_000))
        assert len(await play(url)) == 15
        simulator.fault("drop", "street")
        assert len(await watching) < 10_000


async def test_the_process_ends_when_its_input_closes(clip: Path) -> None:
    await _ends(clip, _close_input)


async def test_the_process_ends_on_sigterm(clip: Path) -> None:
    await _ends(clip, _terminate)


async def test_a_parent_that_is_killed_leaves_no_simulator(clip: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _PARENT, str(clip), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    async with asyncio.timeout(30):
        pid = int(await parent.stdout.readline())
        parent.kill()
        await parent.communicate()
        await eventually(lambda: not _alive(pid))


_PARENT = """
import asyncio, sys
from pathlib import Path
from vms.demo.process import SimulatorProcess
from vms.demo.rtsp_server import SimulatedCamera

async def main():
    async with SimulatorProcess([SimulatedCamera(path="street", clip=Path(sys.argv[1]))]) as simulator:
        print(simulator.pid, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_a_clip_that_cannot_be_read_fails_the_start(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"not a video")
    with pytest.raises(SimulatorFailed):
        await SimulatorProcess([SimulatedCamera(path="street", clip=broken)]).start()


async def _ends(clip: Path, end: Callable[[asyncio.subprocess.Process], Awaitable[None]]) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "vms.demo.simulator",
        f"street={clip}",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdout is not None and child.stdin is not None
    async with asyncio.timeout(30):
        assert (await child.stdout.readline()).startswith(b'{"ready":')
        await end(child)
        assert await child.wait() == 0
        child.stdin.close()


async def _close_input(child: asyncio.subprocess.Process) -> None:
    assert child.stdin is not None
    child.stdin.close()


async def _terminate(child: asyncio.subprocess.Process) -> None:
    child.terminate()


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    # An orphan may stay a zombie where nobody reaps: it is dead all the same.
    return state != "Z"
