from detectors.zones import Zone, ZoneId
from vms.demo.cameras import CAMERAS, FOOTAGE
from vms.demo.clip import packetise


def test_every_camera_says_that_it_is_simulated() -> None:
    for camera in CAMERAS:
        assert "（模拟）" in camera.name_zh
        assert "(simulated)" in camera.name_en


def test_every_zone_is_one_that_the_detectors_accept() -> None:
    for camera in CAMERAS:
        for zone in camera.zones:
            Zone.parse(
                id=ZoneId(1),
                name=zone.name_zh,
                polygon=zone.polygon,
                rules=zone.rules,
                crowd_limit=zone.occupancy_limit,
            )


def test_every_clip_can_be_played_and_loops_within_half_a_minute() -> None:
    for camera in CAMERAS:
        clip = packetise(camera.clip, ssrc=1)
        assert clip.codec == "h264"
        assert 5 <= len(clip.units) / clip.rate <= 30


def test_paths_are_distinct() -> None:
    assert len({camera.path for camera in CAMERAS}) == len(CAMERAS)


def test_the_footage_is_small_and_each_clip_is_described() -> None:
    described = (FOOTAGE / "README.md").read_text(encoding="utf-8")
    clips = list(FOOTAGE.glob("*.mp4"))
    assert {camera.clip for camera in CAMERAS} <= set(clips)
    assert all(clip.name in described for clip in clips)
    assert sum(clip.stat().st_size for clip in clips) < 10_000_000
