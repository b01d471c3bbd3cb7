"""Why a labelled event was not stated, as far as the tracks of the clip say: in words, with the figures that decided.

It asks the rule's own questions one after another (was anybody seen, upright before, lying after, how fast in between) and
names the first that has no for an answer. It explains what was measured; it does not know what the picture shows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from detectors.cause import Cause, nobody_detected
from detectors.labels import EventLabel
from detectors.misses_down import explain_down
from detectors.posture import Posture, read_posture
from detectors.rules.fall import Descent, find_descent, is_down, is_upright
from detectors.scene import Scene
from detectors.settings import DetectorSettings, FallSettings
from detectors.tracker import TrackId

#: seconds before the labelled start that belong to it: labels are set by hand
_EARLY_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sights:
    """When and how one track was seen."""

    track: TrackId
    postures: tuple[Posture, ...]

    def between(self, start_s: float, end_s: float) -> list[Posture]:
        return [posture for posture in self.postures if start_s <= posture.at_s <= end_s]


def explain_miss(
    label: EventLabel,
    scenes: Sequence[Scene],
    *,
    media_s: float,
    settings: DetectorSettings,
    keypoint_score: float,
    tolerance_s: float,
) -> tuple[Cause, ...]:
    """One cause or several, the most telling first. `scenes` are all of the clip, which is `media_s` long."""
    if label.kind == "crowd":
        return _explain_crowd(label, scenes)
    if label.kind == "person_down":
        return (explain_down(label, scenes, settings.person_down, keypoint_score, label.end_s + tolerance_s),)
    sights = _sights(scenes, keypoint_score)
    until_s = label.end_s + tolerance_s
    causes = [_explain_fall(label, sights, _times(scenes), until_s, settings.fall)]
    if media_s - label.end_s < settings.fall.hold_s:
        causes.insert(0, _ends_early(label, media_s, settings.fall))
    return tuple(causes)


def ends_within(label: EventLabel, media_s: float, seconds: float) -> Cause | None:
    """Said of a label whose clip ends so soon that no event could be later than that."""
    left_s = media_s - label.start_s
    if left_s >= seconds:
        return None
    return Cause(
        en=f"The clip ends {left_s:.1f} s after the labelled start.",
        zh=f"片段在标注开始后 {left_s:.1f} 秒即结束。",
    )


def _explain_fall(
    label: EventLabel,
    sights: Sequence[_Sights],
    times: Sequence[float],
    until_s: float,
    settings: FallSettings,
) -> Cause:
    during = [time for time in times if label.start_s - _EARLY_S <= time <= until_s]
    seen = {p.at_s for each in sights for p in each.between(label.start_s - _EARLY_S, until_s)}
    if not seen:
        return nobody_detected(len(during), label.start_s, until_s)
    descents = [d for each in sights for d in _descents(each, label, until_s, settings)]
    if descents:
        return _refused(min(descents, key=lambda descent: _shortfall(descent, settings)), settings)
    upright = [each for each in sights if _was_upright(each, label, settings)]
    if not upright:
        return Cause(
            en=f"Nobody was seen upright in the {settings.memory_s:.0f} s before: the trunk was hidden, bent or sitting.",
            zh=f"此前 {settings.memory_s:.0f} 秒内没有看到直立的人：躯干被遮挡、弯曲或处于坐姿。",
        )
    return _lost(label, upright, sights, times, until_s, settings) or _not_lying(
        label, upright, until_s, settings
    )


def _descents(
    sights: _Sights, label: EventLabel, until_s: float, settings: FallSettings
) -> Iterable[Descent]:
    """What the rule measured at each frame of the label's window."""
    for i, posture in enumerate(sights.postures):
        if label.start_s <= posture.at_s <= until_s:
            known = [p for p in sights.postures[: i + 1] if posture.at_s - p.at_s <= settings.memory_s]
            descent = find_descent(known, settings)
            if descent is not None:
                yield descent


def _shortfall(descent: Descent, settings: FallSettings) -> int:
    """How many of the rule's conditions it fails."""
    return len(_failed(descent, settings))


def _failed(descent: Descent, settings: FallSettings) -> list[tuple[str, str]]:
    """English and Chinese, of each condition that does not hold."""
    failed = []
    if descent.fast_drop < settings.least_fast_drop:
        figures = f"{descent.fast_drop:.2f} < {settings.least_fast_drop:.2f}"
        failed.append(
            (f"the fast drop was too small ({figures} upright heights)", f"快速下落过小（{figures} 倍身高）")
        )
    if descent.evidence < settings.least_evidence:
        figures = f"{descent.evidence:.2f} < {settings.least_evidence:.2f}"
        failed.append(
            (
                f"speed, lowness and width together were too little ({figures})",
                f"速度、低姿和宽度之和不足（{figures}）",
            )
        )
    if descent.took_s - descent.hidden_s > settings.most_s:
        figures = f"{descent.took_s:.1f} s > {settings.most_s:.1f} s"
        failed.append((f"the way down took too long ({figures})", f"倒下过程过慢（{figures}）"))
    if descent.drop < settings.least_drop:
        figures = f"{descent.drop:.2f} < {settings.least_drop:.2f}"
        failed.append(
            (
                f"the shoulders came down too little ({figures} upright heights)",
                f"肩部下降过少（{figures} 倍身高）",
            )
        )
    if descent.hips > settings.most_hips:
        figures = f"{descent.hips:.2f} > {settings.most_hips:.2f}"
        failed.append((f"the hips stayed up ({figures} upright heights)", f"髋部仍较高（{figures} 倍身高）"))
    if descent.propped >= settings.most_propped:
        figures = f"{descent.propped:.2f} >= {settings.most_propped:.2f}"
        failed.append((f"the arms carried the body ({figures})", f"手臂撑地支撑身体（{figures}）"))
    if descent.down_s > settings.latest_s:
        figures = f"{descent.down_s:.1f} s > {settings.latest_s:.1f} s"
        failed.append((f"lying was seen too late ({figures})", f"确认倒地过晚（{figures}）"))
    return failed


def _refused(descent: Descent, settings: FallSettings) -> Cause:
    failed = _failed(descent, settings)
    if not failed:
        return Cause(
            en="The rule's conditions held, but it did not speak: a fall of this track had just been stated, or zones bound it.",
            zh="规则条件已满足但未报警：该轨迹刚报过跌倒，或受区域限制。",
        )
    return Cause(
        en=f"Somebody went down, but {' and '.join(en for en, _ in failed)}.",
        zh=f"有人倒下，但{'，且'.join(zh for _, zh in failed)}。",
    )


def _was_upright(sights: _Sights, label: EventLabel, settings: FallSettings) -> bool:
    before = sights.between(label.start_s - settings.memory_s, label.end_s)
    return sum(is_upright(posture, settings) for posture in before) >= 3


def _lost(
    label: EventLabel,
    upright: Sequence[_Sights],
    sights: Sequence[_Sights],
    times: Sequence[float],
    until_s: float,
    settings: FallSettings,
) -> Cause | None:
    """The track did not reach, or hardly reached, into the time in which the person lay."""
    after = [time for time in times if label.end_s <= time <= until_s]
    seen = {p.at_s for each in upright for p in each.between(label.end_s, until_s)}
    if not after or len(seen) >= max(settings.least_sights, 0.5 * len(after)):
        return None
    last_s = max(p.at_s for each in upright for p in each.postures if p.at_s <= until_s)
    again = [each.postures[0].at_s for each in sights if label.start_s < each.postures[0].at_s <= until_s]
    en = (
        f"The track was lost: last seen at {last_s:.1f} s, and in {len(seen)} of the {len(after)} frames"
        f" after the labelled end."
    )
    zh = f"轨迹丢失：最后见于 {last_s:.1f} 秒，标注结束后的 {len(after)} 帧中只在 {len(seen)} 帧看到。"
    if again:
        en += f" Somebody was found again at {again[0]:.1f} s, as a new track."
        zh += f"{again[0]:.1f} 秒又检测到人，但成为新的轨迹。"
    return Cause(en=en, zh=zh)


def _not_lying(
    label: EventLabel, upright: Sequence[_Sights], until_s: float, settings: FallSettings
) -> Cause:
    before = [p for each in upright for p in each.between(label.start_s - settings.memory_s, label.end_s)]
    standing = [p.height for p in before if is_upright(p, settings)]
    height = median(standing)
    after = [
        p for each in upright for p in each.between(label.start_s, until_s) if not is_upright(p, settings)
    ]
    down = sum(is_down(p, height, settings) for p in after)
    if not after:
        return Cause(en="The trunk never left the vertical.", zh="躯干始终保持直立。")
    trunk = max((p.trunk_deg for p in after if p.trunk_deg is not None), default=0.0)
    flattest, lowest = max(p.aspect for p in after), min(p.height for p in after) / height
    if down:
        return Cause(
            en=(
                f"Somebody looked lying in {down} of {len(after)} frames: too few, or not for {settings.hold_s:.1f} s on end"
                f" ({settings.hold_share:.0%} asked)."
            ),
            zh=f"{len(after)} 帧中有 {down} 帧呈躺姿：次数过少，或未持续 {settings.hold_s:.1f} 秒（要求 {settings.hold_share:.0%}）。",
        )
    return Cause(
        en=(
            f"The body never looked lying: box at most {flattest:.2f} as wide as tall ({settings.down_aspect:.2f} asked),"
            f" at least {lowest:.2f} of the upright height ({settings.down_height:.2f} asked), trunk at most {trunk:.0f}°."
        ),
        zh=(
            f"身体始终不呈躺姿：宽高比最大 {flattest:.2f}（要求 {settings.down_aspect:.2f}），"
            f"高度最低为直立时的 {lowest:.2f}（要求 {settings.down_height:.2f}），躯干最大倾角 {trunk:.0f}°。"
        ),
    )


def _ends_early(label: EventLabel, media_s: float, settings: FallSettings) -> Cause:
    left_s = max(0.0, media_s - label.end_s)
    return Cause(
        en=f"The clip ends {left_s:.1f} s after the labelled end, before {settings.hold_s:.1f} s of lying could be seen.",
        zh=f"片段在标注结束后 {left_s:.1f} 秒即结束，不足以观察 {settings.hold_s:.1f} 秒的躺姿。",
    )


def _explain_crowd(label: EventLabel, scenes: Sequence[Scene]) -> tuple[Cause, ...]:
    counts = [
        sum(person.weight for person in scene.persons)
        for scene in scenes
        if scene.persons is not None and label.start_s <= scene.media_time_s <= label.end_s
    ]
    if not counts:
        return (Cause(en="Persons were not counted in this time.", zh="该时段内没有进行人数统计。"),)
    middle, most = median(counts), max(counts)
    return (
        Cause(
            en=f"Counted were {middle:.0f} persons (median), {most:.0f} at most: not above the limit for long enough.",
            zh=f"统计人数中位数 {middle:.0f}，最多 {most:.0f}：未持续超过上限。",
        ),
    )


def _sights(scenes: Sequence[Scene], keypoint_score: float) -> list[_Sights]:
    by_track: dict[TrackId, list[Posture]] = {}
    for scene in scenes:
        for track in scene.tracks:
            if track.seen_s == scene.media_time_s and track.pose is not None:
                posture = read_posture(track.seen_s, track.box, track.pose, keypoint_score)
                by_track.setdefault(track.id, []).append(posture)
    return [_Sights(track=track, postures=tuple(postures)) for track, postures in by_track.items()]


def _times(scenes: Sequence[Scene]) -> list[float]:
    return [scene.media_time_s for scene in scenes]
