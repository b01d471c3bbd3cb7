"""Why somebody who lay was not stated: the questions of the rule `person_down`, in its order, until one has no for an answer."""

from collections import deque
from collections.abc import Sequence

from detectors.cause import Cause, nobody_detected
from detectors.labels import EventLabel
from detectors.rules.person_down import Lying, Rest, Sight, read_sight, rest_of
from detectors.scene import Scene
from detectors.settings import PersonDownSettings
from detectors.tracker import Track

#: ends of a lying that are tried, spread over all of it
_MOST_TRIED = 100


def explain_down(
    label: EventLabel,
    scenes: Sequence[Scene],
    settings: PersonDownSettings,
    keypoint_score: float,
    until_s: float,
) -> Cause:
    """`scenes` are all of the clip; what is after `until_s` came too late."""
    during = [scene for scene in scenes if label.start_s <= scene.media_time_s <= until_s]
    seen = [(track, read_sight(track, settings, keypoint_score)) for track in _seen(during)]
    if not seen:
        return nobody_detected(len(during), label.start_s, until_s)
    lies = [sight for _, sight in seen if sight.lies]
    if not lies:
        return _not_lying([sight for _, sight in seen], settings)
    lasted_s = lies[-1].at_s - lies[0].at_s
    if lasted_s < settings.dwell_s:
        return Cause(
            en=f"Somebody was seen lying for {lasted_s:.1f} s: {settings.dwell_s:.0f} s are asked.",
            zh=f"看到躺卧 {lasted_s:.1f} 秒，规则要求 {settings.dwell_s:.0f} 秒。",
        )
    return _at_rest(_best_rest(seen, during, settings), settings)


def _seen(scenes: Sequence[Scene]) -> list[Track]:
    return [
        track
        for scene in scenes
        for track in scene.tracks
        if track.seen_s == scene.media_time_s and track.pose is not None
    ]


def _best_rest(
    seen: Sequence[tuple[Track, Sight]], during: Sequence[Scene], settings: PersonDownSettings
) -> Rest:
    """Of the `dwell_s` in which lying was seen most, whichever tracks show it; there is one at least."""
    first_s = during[0].media_time_s
    ends = [sight.at_s for _, sight in seen if sight.lies and sight.at_s - first_s >= settings.dwell_s]
    rests = [
        _rest_until(end_s, seen, during, settings) for end_s in ends[:: max(1, len(ends) // _MOST_TRIED)]
    ]
    return max(rests, key=lambda rest: rest.seen_share)


def _rest_until(
    end_s: float,
    seen: Sequence[tuple[Track, Sight]],
    during: Sequence[Scene],
    settings: PersonDownSettings,
) -> Rest:
    held = [(track, sight) for track, sight in seen if 0 <= end_s - sight.at_s <= settings.dwell_s]
    lying = Lying(
        track=held[-1][0].id,
        box=held[-1][0].box,
        began_s=held[0][1].at_s,
        seen_s=end_s,
        sights=deque(sight for _, sight in held),
    )
    return rest_of(lying, sum(0 <= end_s - scene.media_time_s <= settings.dwell_s for scene in during))


def _not_lying(sights: Sequence[Sight], settings: PersonDownSettings) -> Cause:
    trunk_deg = max((sight.posture.trunk_deg or 0.0) for sight in sights)
    aspect = max(sight.posture.aspect for sight in sights)
    return Cause(
        en=(
            f"The body never looked lying on the ground: trunk at most {trunk_deg:.0f}° from the vertical"
            f" ({settings.lying_deg:.0f}° asked), box at most {aspect:.2f} as wide as tall ({settings.down_aspect:.2f} asked),"
            " or the hips stayed up."
        ),
        zh=(
            f"身体始终不呈躺在地上的姿势：躯干最大倾角 {trunk_deg:.0f}°（要求 {settings.lying_deg:.0f}°），"
            f"宽高比最大 {aspect:.2f}（要求 {settings.down_aspect:.2f}），或髋部仍较高。"
        ),
    )


def _at_rest(rest: Rest, settings: PersonDownSettings) -> Cause:
    if rest.seen_share < settings.seen_share:
        return Cause(
            en=f"Lying was seen in {rest.seen_share:.0%} of the frames only: {settings.seen_share:.0%} are asked.",
            zh=f"仅在 {rest.seen_share:.0%} 的画面中看到躺卧，要求 {settings.seen_share:.0%}。",
        )
    if rest.lying_share < settings.lying_share:
        return Cause(
            en=f"Of the sights {rest.lying_share:.0%} were lying: {settings.lying_share:.0%} are asked.",
            zh=f"看到此人时仅 {rest.lying_share:.0%} 呈躺姿，要求 {settings.lying_share:.0%}。",
        )
    if rest.moved > settings.most_moved:
        return Cause(
            en=f"Somebody lay but moved: {rest.moved:.2f} of the body length, {settings.most_moved:.2f} at most asked.",
            zh=f"有人躺卧但在移动：{rest.moved:.2f} 倍身长，要求不超过 {settings.most_moved:.2f}。",
        )
    return Cause(
        en="The rule's conditions held, but it did not speak: a fall had been stated there, or zones bound it.",
        zh="规则条件已满足但未报警：该处已报过跌倒，或受区域限制。",
    )
