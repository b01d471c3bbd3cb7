from itertools import pairwise
from pathlib import Path

import pytest

from streams.errors import VideoUnreadable
from tests.fakes.clips import encode_clip
from vms.demo.clip import INTERLEAVED, AccessUnit, PacketisedClip, packetise

#: RTP fixed header (RFC 3550 section 5.1)
HEADER = 12


def rtp_packets(wire: bytes) -> list[bytes]:
    """What stands behind the interleaved headers."""
    packets = []
    while wire:
        dollar, _, length = INTERLEAVED.unpack_from(wire)
        assert dollar == b"$"
        packets.append(wire[4 : 4 + length])
        wire = wire[4 + length :]
    return packets


def payload_kinds(unit: AccessUnit) -> list[int]:
    """NAL unit types of H.264 in one access unit, aggregates (24) opened and fragments (28) counted once."""
    kinds = []
    for packet in rtp_packets(unit.wire):
        payload = packet[HEADER:]
        kind = payload[0] & 0x1F
        if kind == 24:
            rest = payload[1:]
            while rest:
                size = int.from_bytes(rest[:2], "big")
                kinds.append(rest[2] & 0x1F)
                rest = rest[2 + size :]
        elif kind == 28:
            if payload[1] & 0x80:
                kinds.append(payload[1] & 0x1F)
        else:
            kinds.append(kind)
    return kinds


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> PacketisedClip:
    path = encode_clip(tmp_path_factory.mktemp("clip") / "h264.mp4", frames=30, gop=10)
    return packetise(path, ssrc=7)


def test_every_frame_is_an_access_unit_and_every_gop_a_keyframe(clip: PacketisedClip) -> None:
    assert [unit.keyframe for unit in clip.units] == [index % 10 == 0 for index in range(30)]


def test_parameter_sets_stand_before_every_keyframe(clip: PacketisedClip) -> None:
    for unit in clip.units:
        # SEI aside; a picture may be several slices
        kinds = list(dict.fromkeys(kind for kind in payload_kinds(unit) if kind != 6))
        assert kinds == ([7, 8, 5] if unit.keyframe else [1])


def test_the_last_packet_of_a_frame_carries_the_marker(clip: PacketisedClip) -> None:
    for unit in clip.units:
        markers = [packet[1] >> 7 for packet in rtp_packets(unit.wire)]
        assert markers == [0] * (len(markers) - 1) + [1]


def test_packets_fit_an_ethernet_frame(tmp_path: Path) -> None:
    wide = packetise(encode_clip(tmp_path / "wide.mp4", frames=3, width=1920, height=1080), ssrc=7)
    assert max(len(packet) for unit in wide.units for packet in rtp_packets(unit.wire)) <= 1400


def test_stamping_numbers_the_packets_and_wraps(clip: PacketisedClip) -> None:
    unit = AccessUnit(
        wire=(INTERLEAVED.pack(b"$", 0, HEADER) + bytes(HEADER)) * 3, offsets=(0, 16, 32), keyframe=True
    )
    packets = rtp_packets(unit.stamped(0xFFFF, 2**32 + 5, channel=2))
    assert [int.from_bytes(packet[2:4], "big") for packet in packets] == [0xFFFF, 0, 1]
    assert {int.from_bytes(packet[4:8], "big") for packet in packets} == {5}
    assert unit.stamped(0, 0, channel=2)[1] == 2


def test_timestamps_go_on_across_loops(clip: PacketisedClip) -> None:
    stamps = [clip.timestamp(index) for index in range(95)]
    assert {later - earlier for earlier, later in pairwise(stamps)} == {3600}


def test_reordered_frames_keep_their_presentation_times(tmp_path: Path) -> None:
    clip = packetise(encode_clip(tmp_path / "b.mp4", frames=20, gop=10, b_frames=2), ssrc=7)
    stamps = [clip.timestamp(index) for index in range(40)]
    assert stamps != sorted(stamps)
    assert {later - earlier for earlier, later in pairwise(sorted(stamps))} == {3600}


def test_the_keyframe_of_a_gop_is_found_across_loops(clip: PacketisedClip) -> None:
    assert [clip.keyframe_at(index) for index in (0, 9, 10, 29, 30, 64)] == [0, 0, 10, 20, 30, 60]


def test_h264_is_described_with_its_profile_and_parameter_sets(clip: PacketisedClip) -> None:
    level = clip.parameter_sets[0][1:4].hex().upper()
    assert "a=rtpmap:96 H264/90000\r\n" in clip.sdp_media
    assert f"packetization-mode=1;profile-level-id={level};sprop-parameter-sets=" in clip.sdp_media
    assert "a=framerate:25\r\n" in clip.sdp_media


def test_h265_is_described_with_its_three_parameter_sets(tmp_path: Path) -> None:
    clip = packetise(encode_clip(tmp_path / "hevc.mp4", codec="hevc", frames=5), ssrc=7)
    assert clip.codec == "hevc"
    assert len(clip.parameter_sets) == 3
    for part in ("H265/90000", "sprop-vps=", ";sprop-sps=", ";sprop-pps="):
        assert part in clip.sdp_media


def test_what_is_no_video_is_refused_with_its_name(tmp_path: Path) -> None:
    text = tmp_path / "notes.mp4"
    text.write_text("no video at all")
    for path in (text, tmp_path / "absent.mp4"):
        with pytest.raises(VideoUnreadable, match=path.name):
            packetise(path, ssrc=7)
