from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from streams.camera import CameraId
from streams.errors import NoVideo, VideoUnreadable
from streams.frame import Frame
from streams.packet import MediaPacket, Packet
from streams.sampler import Sampler, frames_of_file
from tests.fakes.clips import encode_clip, number_on
from tests.fakes.packets import START, run_of
from tests.fakes.views import encoded, pictures_of, scene
from tests.unit.streams.conftest import FRAMES, GOP, RATE

CAMERA = CameraId(7)


def number_of(frame: Frame) -> int:
    return number_on(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame.y), format="gray"))


def sample(clip: Path, fps: float) -> list[Frame]:
    started, packets = run_of(clip)
    sampler = Sampler(started.info, CAMERA, fps)
    return [frame for packet in packets for frame in sampler.feed(packet)] + sampler.flush()


def write(path: Path, pictures: Iterable[av.VideoFrame], *, codec: str, pix_fmt: str) -> Path:
    pictures = list(pictures)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = pictures[0].width, pictures[0].height, pix_fmt
        for picture in pictures:
            container.mux(stream.encode(picture.reformat(format=pix_fmt)))
        container.mux(stream.encode())
    return path


def quarters(width: int, height: int) -> av.VideoFrame:
    """Black, with the top left quarter white."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[: height // 2, : width // 2] = 255
    return av.VideoFrame.from_ndarray(picture, format="rgb24")


def with_data(packet: Packet, data: bytes) -> Packet:
    """The same packet with other bytes in it."""
    media: MediaPacket = av.Packet(data)
    media.pts, media.dts, media.time_base = packet.media.pts, packet.media.dts, packet.media.time_base
    return replace(packet, media=media)


@pytest.mark.parametrize("clip", ["h264", "hevc", "b_frames"])
def test_every_picture_comes_out_in_order_with_its_times(clip: str, request: pytest.FixtureRequest) -> None:
    frames = sample(request.getfixturevalue(clip), fps=RATE)
    assert [number_of(frame) for frame in frames] == list(range(FRAMES))
    assert [frame.pts_s for frame in frames] == pytest.approx([number / RATE for number in range(FRAMES)])
    assert [frame.wall for frame in frames] == [START + timedelta(seconds=frame.pts_s) for frame in frames]
    assert {(frame.camera_id, frame.width, frame.height) for frame in frames} == {(CAMERA, 320, 192)}


@pytest.mark.parametrize("fps", [1, 5, 8, 10, 12.5, 24])
def test_at_most_so_many_frames_come_out_a_second(h264: Path, fps: float) -> None:
    frames = sample(h264, fps)
    assert len(frames) == pytest.approx(FRAMES / RATE * fps, abs=1)
    assert [number_of(frame) for frame in frames] == [round(frame.pts_s * RATE) for frame in frames]


def test_a_rate_above_the_streams_gives_every_frame(h264: Path) -> None:
    assert len(sample(h264, fps=1000)) == FRAMES


def test_a_variable_rate_is_sampled_by_time(tmp_path: Path) -> None:
    path = tmp_path / "vfr.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=1000, options={"bf": "0"})
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        # a second at 50 frames, then two at 2
        for pts in [*range(0, 1000, 20), 1000, 1500, 2000, 2500]:
            frame = quarters(64, 64).reformat(format="yuv420p")
            frame.pts, frame.time_base = pts, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    times = [round(frame.pts_s, 3) for frame in frames_of_file(str(path), CAMERA, 5)]
    assert times == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.5, 2.0, 2.5], abs=0.021)


def test_a_stream_joined_in_mid_gop_begins_at_its_keyframe(h264: Path) -> None:
    started, packets = run_of(h264)
    sampler = Sampler(started.info, CAMERA, RATE)
    frames = [frame for packet in packets[3 : 2 * GOP] for frame in sampler.feed(packet)]
    assert number_of(frames[0]) == GOP
    assert sampler.corrupt == 0


def test_a_loss_is_survived_at_the_next_keyframe(h264: Path) -> None:
    started, packets = run_of(h264)
    sampler = Sampler(started.info, CAMERA, RATE)
    kept = [*packets[: GOP + 2], *packets[3 * GOP :]]
    numbers = [number_of(frame) for packet in kept for frame in sampler.feed(packet)]
    assert numbers == [*range(GOP + 2), *range(3 * GOP, FRAMES)]


def test_corrupt_packets_are_counted_and_decoding_goes_on(h264: Path) -> None:
    started, packets = run_of(h264)
    sampler = Sampler(started.info, CAMERA, RATE)
    packets[GOP + 1] = with_data(packets[GOP + 1], b"\xff" * packets[GOP + 1].size)
    numbers = [number_of(frame) for packet in packets for frame in sampler.feed(packet)]
    assert sampler.corrupt > 0
    assert numbers[: GOP + 1] == list(range(GOP + 1))
    assert numbers[-(FRAMES - 2 * GOP) :] == list(range(2 * GOP, FRAMES))


def test_random_damage_never_raises(h264: Path) -> None:
    started, packets = run_of(h264)
    sampler = Sampler(started.info, CAMERA, RATE)
    damage = np.random.default_rng(7)
    for packet in packets:
        data = bytearray(bytes(packet.media))
        for at in damage.integers(0, len(data), len(data) // 10):
            data[at] = damage.integers(0, 256)
        sampler.feed(with_data(packet, bytes(data)))
    sampler.flush()
    assert sampler.corrupt > 0


def test_packets_are_not_changed(h264: Path) -> None:
    started, packets = run_of(h264)
    before = [(each.media.pts, each.media.dts, bytes(each.media)) for each in packets]
    sampler = Sampler(started.info, CAMERA, RATE)
    for packet in packets:
        sampler.feed(packet)
    assert [(each.media.pts, each.media.dts, bytes(each.media)) for each in packets] == before


def test_planes_are_views_of_the_decoders_memory(h264: Path) -> None:
    frame = sample(h264, 1)[0]
    assert not frame.y.flags.owndata
    assert (frame.y.shape, frame.u.shape, frame.v.shape) == ((192, 320), (96, 160), (96, 160))


def test_frames_stay_what_they_are_while_decoding_goes_on(h264: Path) -> None:
    frames = sample(h264, RATE)
    assert [number_of(frame) for frame in frames] == list(range(FRAMES))


def test_a_sampler_may_be_flushed_and_fed_again(h264: Path) -> None:
    started, packets = run_of(h264)
    sampler = Sampler(started.info, CAMERA, RATE)
    first = [frame for packet in packets[:GOP] for frame in sampler.feed(packet)] + sampler.flush()
    second = [frame for packet in packets[GOP:] for frame in sampler.feed(packet)] + sampler.flush()
    assert [number_of(frame) for frame in first + second] == list(range(FRAMES))
    assert sampler.flush() == []


@pytest.mark.parametrize(
    ("codec", "pix_fmt", "size"),
    [
        ("mjpeg", "yuvj420p", (64, 48)),
        ("libx264", "yuv422p", (64, 48)),
        ("libx264", "yuv444p", (63, 47)),
        ("ffv1", "gray", (64, 48)),
        ("ffv1", "yuv420p10le", (64, 48)),
        ("ffv1", "yuv420p", (1, 1)),
        ("png", "rgb24", (33, 17)),
    ],
)
def test_other_pixel_formats_become_planar_420(
    tmp_path: Path, codec: str, pix_fmt: str, size: tuple[int, int]
) -> None:
    width, height = size
    path = write(
        tmp_path / ("x.mov" if codec == "png" else "x.mkv"),
        [quarters(width, height)] * 2,
        codec=codec,
        pix_fmt=pix_fmt,
    )
    frame = next(frames_of_file(str(path), CAMERA, 25))
    assert frame.y.shape == (height, width)
    assert frame.u.shape == frame.v.shape == ((height + 1) // 2, (width + 1) // 2)
    picture = frame.bgr()
    assert picture.shape == (height, width, 3)
    if width > 1:
        assert picture[: height // 4, : width // 4].mean() > 200
        assert picture[-height // 4 :, -width // 4 :].mean() < 50


def test_8k_is_sampled(tmp_path: Path) -> None:
    path = write(tmp_path / "8k.mkv", [quarters(7680, 4320)], codec="mjpeg", pix_fmt="yuvj420p")
    frame = next(frames_of_file(str(path), CAMERA, 25))
    assert frame.rgb(640, 360).shape == (360, 640, 3)


@pytest.mark.parametrize(
    ("degrees", "size", "white_corner"),
    [
        (90, (48, 64), "bottom left"),
        (180, (64, 48), "bottom right"),
        (-90, (48, 64), "top right"),
    ],
)
def test_frames_are_upright(tmp_path: Path, degrees: int, size: tuple[int, int], white_corner: str) -> None:
    path = tmp_path / "rotated.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"bf": "0"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.set_display_rotation(degrees)
        for _ in range(3):
            container.mux(stream.encode(quarters(64, 48).reformat(format="yuv420p")))
        container.mux(stream.encode())
    frame = next(frames_of_file(str(path), CAMERA, 25))
    assert (frame.width, frame.height) == size
    assert frame.y.shape == (frame.height, frame.width)
    row = 0 if white_corner.startswith("top") else -1
    column = 0 if white_corner.endswith("left") else -1
    corners = {(r, c): int(frame.y[r, c]) for r in (0, -1) for c in (0, -1)}
    assert max(corners, key=lambda corner: corners[corner]) == (row, column)


def test_a_file_is_replayed_with_the_wall_time_it_is_given(h264: Path) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    frames = list(frames_of_file(str(h264), CAMERA, 5, start=start))
    assert len(frames) == FRAMES / RATE * 5
    assert frames[0].wall == start
    assert frames[-1].wall == start + timedelta(seconds=frames[-1].pts_s)


def test_media_time_goes_on_where_a_files_time_stamps_jump(tmp_path: Path) -> None:
    path = tmp_path / "jump.mkv"
    clip = encode_clip(tmp_path / "clip.mkv", frames=20, gop=10)
    with av.open(str(clip)) as source, av.open(str(path), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for index, packet in enumerate(packet for packet in source.demux(video=0) if packet.size):
            packet.stream = stream
            if index >= 10:
                assert packet.pts is not None and packet.dts is not None
                packet.pts, packet.dts = packet.pts + 3_600_000, packet.dts + 3_600_000
            target.mux(packet)
    frames = list(frames_of_file(str(path), CAMERA, 25))
    assert [number_of(frame) for frame in frames] == list(range(20))
    assert [frame.pts_s for frame in frames] == pytest.approx([n / 25 for n in range(20)], abs=0.002)


def test_what_is_no_video_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.mp4"
    path.write_bytes(b"nothing")
    with pytest.raises((VideoUnreadable, NoVideo)):
        next(frames_of_file(str(path), CAMERA, 5))


def test_no_frames_a_second_is_a_bug(h264: Path) -> None:
    with pytest.raises(ValueError, match="more than 0"):
        Sampler(run_of(h264)[0].info, CAMERA, 0)


def test_a_glance_at_a_keyframe_gives_its_picture_and_counts_as_nothing_given_out(h264: Path) -> None:
    start, packets = run_of(h264)
    keyframes = [packet for packet in packets if packet.keyframe]
    sampler = Sampler(start.info, CAMERA, 25)
    first, second = (sampler.glance(keyframe) for keyframe in keyframes[:2])
    assert first is not None and second is not None
    assert (second.pts_s, second.wall) == (keyframes[1].pts_s, keyframes[1].wall)
    assert not np.array_equal(first.y, second.y)
    # It goes back: everything from the first keyframe on is given out, as if nothing had been looked at.
    frames = [frame for packet in packets for frame in sampler.feed(packet)] + sampler.flush()
    alone = Sampler(start.info, CAMERA, 25)
    expected = [frame for packet in packets for frame in alone.feed(packet)] + alone.flush()
    assert [frame.pts_s for frame in frames] == [frame.pts_s for frame in expected]
    assert all(np.array_equal(a.y, b.y) for a, b in zip(frames, expected, strict=True))
    assert sampler.corrupt == 0


def test_a_rough_glance_shows_the_same_picture_with_its_blocks(tmp_path: Path) -> None:
    encoded(tmp_path / "scene.mp4", pictures_of(scene(), noise=6, count=2))
    run, packets = run_of(tmp_path / "scene.mp4")
    smooth, rough = (
        Sampler(run.info, CAMERA, RATE, rough=rough).glance(packets[0]) for rough in (False, True)
    )
    assert smooth is not None
    assert rough is not None
    difference = np.abs(smooth.y.astype(int) - rough.y)
    assert difference.max() > 0
    assert difference.mean() < 3


def test_a_glance_at_rubbish_gives_nothing_and_is_counted(h264: Path) -> None:
    start, packets = run_of(h264)
    sampler = Sampler(start.info, CAMERA, 25)
    broken = with_data(packets[0], b"\x00\x00\x00\x01\x65" + b"\xff" * 40)
    assert sampler.glance(broken) is None
    assert sampler.corrupt == 1
    assert sampler.glance(packets[0]) is not None
