"""Main and sub, chosen from what devices declare."""

from typing import Any

import pytest

from streams.onvif.facts import MediaProfile
from streams.onvif.profile_choice import ChannelChoice, choose


def profile(token: str, width: int = 1920, height: int = 1080, **given: Any) -> MediaProfile:
    values: dict[str, Any] = {
        "name": token,
        "source_token": "1",
        "codec": "h264",
        "fps": 25.0,
        "bitrate_kbps": 4096,
        "gop": 50,
        "ptz": False,
        "stream_url": f"rtsp://10.0.0.5/{token}",
        "snapshot_url": None,
    }
    return MediaProfile(token=token, width=width, height=height, **{**values, **given})


def chosen(*profiles: MediaProfile) -> tuple[str, str | None]:
    (choice,) = choose(profiles)
    return choice.main.token, choice.sub.token if choice.sub else None


@pytest.mark.parametrize(
    ("profiles", "main_and_sub"),
    [
        ([profile("a")], ("a", None)),
        ([profile("sub", 640, 360), profile("main")], ("main", "sub")),
        # the largest is main though it is H.265, which only recording needs
        ([profile("a", 2560, 1440, codec="hevc"), profile("b")], ("a", "b")),
        ([profile("a", codec="hevc"), profile("b")], ("b", None)),
        ([profile("a", fps=15.0), profile("b")], ("b", None)),
        # nearest to 640x360, neither the smallest nor the largest
        (
            [profile("m", 3840, 2160), profile("t", 320, 180), profile("s", 704, 576), profile("l")],
            ("m", "s"),
        ),
        # H.264 before a nearer H.265; frames enough before both
        ([profile("m"), profile("h", 640, 360, codec="hevc"), profile("s", 320, 240)], ("m", "s")),
        ([profile("m"), profile("slow", 640, 360, fps=5.0), profile("s", 1280, 720)], ("m", "s")),
        ([profile("m"), profile("slow", 640, 360, fps=5.0)], ("m", "slow")),
        # what does not say is taken at its word for the rest
        ([profile("m", codec=None, fps=None), profile("s", 640, 360, codec=None, fps=None)], ("m", "s")),
        ([profile("a", 0, 0), profile("b", 640, 360)], ("b", None)),
        # neither a picture per frame nor a stream without an address
        ([profile("m"), profile("jpeg", 640, 360, codec="mjpeg")], ("m", None)),
        ([profile("m"), profile("none", 640, 360, stream_url=None)], ("m", None)),
    ],
)
def test_main_is_the_largest_and_sub_the_fittest(
    profiles: list[MediaProfile], main_and_sub: tuple[str, str | None]
) -> None:
    assert chosen(*profiles) == main_and_sub


def test_a_device_without_a_stream_has_no_choice() -> None:
    assert choose([]) == ()
    assert choose([profile("a", codec="mjpeg"), profile("b", stream_url=None)]) == ()


def test_each_imager_of_a_recorder_is_chosen_for() -> None:
    found = choose(
        profile(f"{source}-{width}", width, width * 9 // 16, source_token=source)
        for width in (640, 1920)
        for source in ("B", "A")
    )
    assert [(each.source_token, each.main.token, each.sub and each.sub.token) for each in found] == [
        ("B", "B-1920", "B-640"),
        ("A", "A-1920", "A-640"),
    ]


def test_the_reason_is_said_in_both_languages() -> None:
    (both,) = choose([profile("m"), profile("s", 640, 360, fps=5.0, codec="hevc")])
    assert isinstance(both, ChannelChoice)
    assert both.reason() == (
        "main: m, the largest picture (1920x1080 h264 25 fps); sub: s, nearest to 640x360 (640x360 hevc 5 fps)"
        "; its 5 frames a second are few for falls: set 8 or more; it is H.265, which browsers do not play: set H.264"
    )
    assert "请设为 8 帧以上" in both.reason("zh") and "H.265" in both.reason("zh")
    (alone,) = choose([profile("m")])
    assert "costs more" in alone.reason() and "开销较大" in alone.reason("zh")
