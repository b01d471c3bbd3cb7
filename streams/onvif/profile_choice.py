"""Which profile of a device is recorded and which is analysed, with the reason in words. Arithmetic, no I/O.

Main is what people want to see afterwards: the largest picture. Sub is what networks look at, at 320 to 640 pixels: a small
picture of H.264, which every browser plays, with frames enough for falls. Both are what the device declares: a probe tells
whether they play.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from runtime.errors import Language
from streams.onvif.facts import MediaProfile

#: what this server reads; a profile that does not say is given the benefit of the doubt
_READABLE: Final = frozenset({"h264", "hevc", None})
#: pixels of the picture that networks want: 640x360
_WANTED_PIXELS: Final = 640 * 360
#: frames a second under which falls are missed
_LEAST_FPS: Final = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelChoice:
    """What was chosen for one imager of a device."""

    source_token: str
    main: MediaProfile
    #: None where no smaller profile is there: then main is analysed too
    sub: MediaProfile | None
    reason_en: str
    reason_zh: str

    def reason(self, language: Language = "en") -> str:
        return self.reason_zh if language == "zh" else self.reason_en


def choose(profiles: Iterable[MediaProfile]) -> tuple[ChannelChoice, ...]:
    """One choice for each channel that has a stream to be read, in the order in which the device names them."""
    channels: dict[str, list[MediaProfile]] = {}
    for profile in profiles:
        if profile.stream_url is not None and profile.codec in _READABLE:
            channels.setdefault(profile.source_token, []).append(profile)
    return tuple(_choose(source_token, found) for source_token, found in channels.items())


def _choose(source_token: str, profiles: Sequence[MediaProfile]) -> ChannelChoice:
    main = max(
        profiles, key=lambda each: (each.pixels, each.codec == "h264", each.fps or 0, each.bitrate_kbps or 0)
    )
    smaller = [each for each in profiles if 0 < each.pixels < main.pixels]
    sub = min(smaller, key=_unfitness) if smaller else None
    main_en = f"main: {main.name or main.token}, the largest picture ({_described(main)})"
    main_zh = f"主码流：{main.name or main.token}，画面最大（{_described(main)}）"
    if sub is None:
        sub_en = "no smaller profile: the main stream is analysed too, which costs more"
        sub_zh = "没有更小的码流：分析也使用主码流，开销较大"
    else:
        sub_en = f"sub: {sub.name or sub.token}, nearest to 640x360 ({_described(sub)}){_caveat(sub, 'en')}"
        sub_zh = f"子码流：{sub.name or sub.token}，最接近 640x360（{_described(sub)}）{_caveat(sub, 'zh')}"
    return ChannelChoice(
        source_token=source_token,
        main=main,
        sub=sub,
        reason_en=f"{main_en}; {sub_en}",
        reason_zh=f"{main_zh}；{sub_zh}",
    )


def _unfitness(profile: MediaProfile) -> tuple[bool, bool, float]:
    distance = abs(math.log(profile.pixels / _WANTED_PIXELS))
    return _too_slow(profile), profile.codec == "hevc", distance


def _too_slow(profile: MediaProfile) -> bool:
    return profile.fps is not None and profile.fps < _LEAST_FPS


def _caveat(sub: MediaProfile, language: Language) -> str:
    """What is wrong with the best there is."""
    said = []
    if _too_slow(sub):
        said.append(
            f"; its {sub.fps:g} frames a second are few for falls: set {_LEAST_FPS:g} or more"
            if language == "en"
            else f"；每秒 {sub.fps:g} 帧对跌倒检测偏少，请设为 {_LEAST_FPS:g} 帧以上"
        )
    if sub.codec == "hevc":
        said.append(
            "; it is H.265, which browsers do not play: set H.264"
            if language == "en"
            else "；H.265 无法在浏览器中播放，请设为 H.264"
        )
    return "".join(said)


def _described(profile: MediaProfile) -> str:
    parts = [f"{profile.width}x{profile.height}" if profile.pixels else "?", profile.codec or "?"]
    if profile.fps:
        parts.append(f"{profile.fps:g} fps")
    return " ".join(parts)
