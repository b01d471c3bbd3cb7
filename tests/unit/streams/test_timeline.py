from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import pytest

from streams.packet import MediaPacket, StreamInfo
from streams.timeline import PtsJumped, Timeline
from tests.fakes.packets import media_of

SECOND = 90_000
FRAME = 3_600


@pytest.fixture
def info(h264: Path) -> StreamInfo:
    return replace(media_of(h264)[0], time_base=Fraction(1, SECOND), fps=25.0)


def packet(pts: int | None, dts: int | None = None) -> MediaPacket:
    media: MediaPacket = av.Packet(b"\x00")
    media.pts, media.dts = pts, pts if dts is None else dts
    return media


def times(timeline: Timeline, *packets: MediaPacket) -> list[float]:
    return [round(pts_s, 6) for each in packets for _, pts_s in timeline.place(each)]


def test_media_time_counts_from_the_first_packet(info: StreamInfo) -> None:
    assert times(Timeline(info), packet(5 * SECOND), packet(5 * SECOND + FRAME)) == [0.0, 0.04]


def test_packets_before_the_first_pts_are_dated_back(info: StreamInfo) -> None:
    timeline = Timeline(info)
    nameless = packet(None)
    assert timeline.place(nameless) == []
    placed = timeline.place(packet(FRAME))
    assert [pts_s for _, pts_s in placed] == [0.0, pytest.approx(0.04)]
    assert placed[0][0] is nameless
    assert (nameless.pts, nameless.dts) == (0, 0)


def test_a_stream_that_never_gives_a_pts_is_placed_by_its_rate(info: StreamInfo) -> None:
    timeline = Timeline(info)
    assert len(times(timeline, *(packet(None) for _ in range(40)))) == 40


def test_a_short_stream_without_a_pts_is_not_lost(info: StreamInfo) -> None:
    timeline = Timeline(info)
    assert times(timeline, packet(None), packet(None)) == []
    assert [round(pts_s, 6) for _, pts_s in timeline.rest()] == [0.0, 0.04]
    assert timeline.rest() == []


def test_a_packet_without_a_pts_follows_the_one_before(info: StreamInfo) -> None:
    assert times(Timeline(info), packet(0), packet(None), packet(2 * FRAME)) == [0.0, 0.04, 0.08]


def test_a_dts_that_repeats_or_steps_back_a_little_is_evened_out(info: StreamInfo) -> None:
    timeline = Timeline(info)
    packets = [packet(0), packet(FRAME), packet(FRAME), packet(FRAME - 900), packet(2 * FRAME)]
    for each in packets:
        timeline.place(each)
    stamps = [each.dts for each in packets]
    assert stamps == sorted(set(stamps))
    assert all(each.pts is not None and each.dts is not None and each.pts >= each.dts for each in packets)


@pytest.mark.parametrize("to", [-SECOND, 0, 1000 * SECOND])
def test_a_jump_ends_the_run(info: StreamInfo, to: int) -> None:
    timeline = Timeline(info)
    times(timeline, packet(100 * SECOND), packet(100 * SECOND + FRAME))
    with pytest.raises(PtsJumped):
        timeline.place(packet(to))


def test_a_pause_of_less_than_the_jump_is_no_jump(info: StreamInfo) -> None:
    assert times(Timeline(info), packet(0), packet(9 * SECOND)) == [0.0, 9.0]


def test_b_frames_keep_their_order(b_frames: Path) -> None:
    info, media = media_of(b_frames)
    timeline = Timeline(info)
    placed = [pts_s for each in media for _, pts_s in timeline.place(each)]
    assert placed != sorted(placed)
    assert sorted(placed) == pytest.approx([number / 25 for number in range(len(media))])


def test_b_frames_without_a_dts_are_no_jump(info: StreamInfo) -> None:
    timeline = Timeline(info)
    for number in (0, 3, 1, 2, 6, 4, 5):
        media: MediaPacket = av.Packet(b"\x00")
        media.pts = number * FRAME
        timeline.place(media)
