from dataclasses import replace

import numpy as np

from detectors.detection import Box, Detection, Pose
from detectors.settings import TrackerSettings
from detectors.tracker import Tracker
from tests.unit.detectors.figures import LIES, STANDS, at, detection_of, figure_at, scenes_of

STEP_S = 1 / 8


def ids(*stories, **told) -> list[set[int]]:
    return [{track.id for track in scene.tracks} for scene in scenes_of(*stories, **told)]


def test_a_walk_is_one_track() -> None:
    seen = ids([(0, at(50, STANDS)), (8, at(600, STANDS))])
    assert set().union(*seen) == {1}
    assert seen[-1] == {1}


def test_a_fall_does_not_break_a_track() -> None:
    assert set().union(*ids([(0, STANDS), (2, STANDS), (2.3, at(360, LIES)), (6, at(360, LIES))])) == {1}


def test_a_second_out_of_sight_does_not_break_a_track() -> None:
    story = [(0, STANDS), (2, STANDS), (2.6, LIES), (6, LIES)]
    assert set().union(*ids(story, seen=lambda number: not 18 <= number < 27)) == {1}


def test_two_who_pass_each_other_stay_two() -> None:
    one = [(0, at(100, STANDS)), (6, at(500, STANDS))]
    other = [(0, replace(STANDS, x=520, ground=200)), (6, replace(STANDS, x=80, ground=200))]
    seen = ids(one, other)
    assert set().union(*seen) == {1, 2}
    assert seen[-1] == {1, 2}


def test_who_leaves_and_returns_later_is_a_new_track() -> None:
    tracker = Tracker(TrackerSettings())
    first = _follow(tracker, STANDS, start_s=0.0)
    assert tracker.update([], 10.0) == ()
    assert _follow(tracker, STANDS, start_s=11.0) != first


def test_who_appears_far_away_is_a_new_track() -> None:
    tracker = Tracker(TrackerSettings())
    first = _follow(tracker, at(100, STANDS), start_s=0.0)
    assert _follow(tracker, at(500, STANDS), start_s=1.0) != first


def test_out_of_sight_keeps_the_last_box_for_a_while() -> None:
    tracker = Tracker(TrackerSettings())
    _follow(tracker, STANDS, start_s=0.0)
    (track,) = tracker.update([], 2.0)
    assert track.seen_s < 1.0
    assert track.box == detection_of(STANDS).box


def test_one_sight_is_not_yet_a_track() -> None:
    tracker = Tracker(TrackerSettings())
    assert tracker.update([detection_of(STANDS)], 0.0) == ()
    assert tracker.missing([], STEP_S) == ()


def test_a_weak_detection_continues_a_track_but_starts_none() -> None:
    tracker = Tracker(TrackerSettings())
    weak = detection_of(STANDS, score=0.1)
    for number in range(8):
        assert tracker.update([weak], number * STEP_S) == ()
    _follow(tracker, STANDS, start_s=1.0)
    (track,) = tracker.update([weak], 1.0 + 8 * STEP_S)
    assert track.score == 0.1


def test_the_same_person_stated_twice_is_one_track() -> None:
    tracker = Tracker(TrackerSettings())
    whole = detection_of(STANDS)
    keypoints = whole.pose.keypoints + np.array([2, 2, 0], np.float32)
    half = Detection(
        box=Box(
            left=whole.box.left,
            top=whole.box.top,
            right=whole.box.right,
            bottom=whole.box.top + 0.5 * whole.box.height,
        ),
        score=0.4,
        pose=Pose(keypoints=keypoints),
    )
    for number in range(8):
        tracks = tracker.update([half, whole], number * STEP_S)
    assert [track.id for track in tracks] == [1]
    assert tracks[0].box == whole.box


def test_says_who_is_missing_and_changes_nothing() -> None:
    tracker = Tracker(TrackerSettings())
    _follow(tracker, STANDS, start_s=0.0)
    assert [track.id for track in tracker.missing([], 1.1)] == [1]
    assert tracker.missing([detection_of(STANDS)], 1.1) == ()
    assert [track.id for track in tracker.update([], 1.1)] == [1]


def test_a_new_run_forgets_everybody_and_uses_no_id_again() -> None:
    tracker = Tracker(TrackerSettings())
    first = _follow(tracker, STANDS, start_s=100.0)
    tracker.restart()
    assert _follow(tracker, STANDS, start_s=0.0) > first


def test_the_order_of_detections_does_not_matter() -> None:
    def run(turn: int) -> list[tuple[int, Box]]:
        tracker = Tracker(TrackerSettings())
        for number in range(16):
            people = [detection_of(at(x + 5 * number, STANDS), score=0.5) for x in (60, 180, 300)]
            tracks = tracker.update(people[turn:] + people[:turn], number * STEP_S)
        return sorted((round(track.box.left), track.box) for track in tracks)  # type: ignore[type-var]

    assert [box for _, box in run(0)] == [box for _, box in run(1)] == [box for _, box in run(2)]


def test_figures_move_as_told() -> None:
    assert figure_at([(0, at(0, STANDS)), (2, at(100, STANDS))], 1.0).x == 50


def _follow(tracker: Tracker, figure, *, start_s: float) -> int:
    """Show the figure for a second; the id of its track."""
    for number in range(8):
        tracks = tracker.update([detection_of(figure)], start_s + number * STEP_S)
    return max(track.id for track in tracks)


def test_a_second_self_half_a_step_behind_does_not_take_the_track_over() -> None:
    tracker = Tracker(TrackerSettings())
    for number in range(12):
        walker = at(100 + 15 * number, STANDS)
        ghosts = [detection_of(replace(walker, x=walker.x - 25), score=0.2)] if number > 8 else []
        (track, *others) = tracker.update(
            [detection_of(walker, score=0.24 + 0.05 * (number % 2)), *ghosts], number * STEP_S
        ) or [None]
        assert not others
    assert track is not None and track.box == detection_of(walker).box


def test_who_walks_is_expected_to_walk_on_but_not_for_long() -> None:
    tracker = Tracker(TrackerSettings(reach=0.2, reach_growth=0.0))
    for number in range(8):
        (*_, track) = tracker.update([detection_of(at(100 + 20 * number, STANDS))], number * STEP_S) or [None]
    assert track is not None
    on = detection_of(at(track.box.centre[0] + 20 * TrackerSettings().goes_on_s / STEP_S, STANDS))
    # Where it would be after `goes_on_s` is where it is looked for; no farther, however long it is out of sight.
    assert tracker.missing([on], track.seen_s + TrackerSettings().goes_on_s) == ()
    assert tracker.missing([on], track.seen_s + 2.0) == ()
    far = detection_of(at(track.box.centre[0] + 20 * 2.0 / STEP_S, STANDS))
    assert tracker.missing([far], track.seen_s + 2.0) == (track,)
