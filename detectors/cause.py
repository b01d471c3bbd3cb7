"""Why something was missed, in both languages, with the figures that decided."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    en: str
    zh: str


def nobody_detected(frames: int, start_s: float, until_s: float) -> Cause:
    return Cause(
        en=f"Nobody was detected in any of the {frames} frames from {start_s:.1f} to {until_s:.1f} s.",
        zh=f"从 {start_s:.1f} 到 {until_s:.1f} 秒的 {frames} 帧中均未检测到人。",
    )
