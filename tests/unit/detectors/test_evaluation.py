"""Labels against events, as tables: what is found, what is missed, what is false."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from detectors.evaluation import DAY_S, HOUR_S, count_at, score_clip, score_events, score_occupancy
from detectors.event import Event, EventId, EventKind, Level, ZoneId
from detectors.labels import CountLabel, EventLabel, LabelledClip
from streams.camera import CameraId

Span = tuple[float, float]


def event(at_s: float, kind: EventKind = "fall") -> Event:
    return Event(
        id=EventId(UUID(int=1)),
        camera_id=CameraId(0),
        kind=kind,
        zone_id=None,
        zone_name=None,
        track=1,
        score=0.8,
        media_time_s=at_s,
        occurred_at=datetime(2026, 3, 1, tzinfo=UTC),
        rule_version="x-1",
        models=(),
        measurements={},
    )


def clip(spans: Sequence[Span] = (), *, counts: Sequence[tuple[float, int]] = ()) -> LabelledClip:
    return LabelledClip(
        name="a.mp4",
        path=Path("a.mp4"),
        line=2,
        events=tuple(
            EventLabel(line=2 + i, kind="fall", start_s=start, end_s=end, tags={})
            for i, (start, end) in enumerate(spans)
        ),
        counts=tuple(CountLabel(line=2, time_s=at_s, count=count) for at_s, count in counts),
        tags={},
    )


@pytest.mark.parametrize(
    ("spans", "times", "delays", "false_at"),
    [
        pytest.param([], [], [], [], id="nothing happens and nothing is stated"),
        pytest.param([], [3.0], [], [3.0], id="nothing happens and something is stated"),
        pytest.param([(2, 4)], [3.0], [1.0], [], id="found while it happens"),
        pytest.param([(2, 4)], [2.0], [0.0], [], id="found at its first instant"),
        pytest.param([(2, 4)], [6.0], [4.0], [], id="found at the last instant of the tolerance"),
        pytest.param([(2, 4)], [6.01], [None], [6.01], id="too late is missed and false"),
        pytest.param([(2, 4)], [1.99], [None], [1.99], id="too early is missed and false"),
        pytest.param([(2, 4)], [], [None], [], id="missed"),
        pytest.param([(2, 4)], [3.0, 5.0], [1.0], [], id="stated twice is found once and not false"),
        pytest.param([(2, 4)], [3.0, 9.0], [1.0], [9.0], id="stated again much later is false"),
        pytest.param([(2, 4), (8, 9)], [3.0, 10.0], [1.0, 2.0], [], id="two falls, both found"),
        pytest.param([(2, 4), (8, 9)], [8.5], [None, 0.5], [], id="two falls, the second found"),
        pytest.param(
            [(2, 4), (3, 5)], [3.5, 4.5], [1.5, 1.5], [], id="two at once, one event each, in order"
        ),
        pytest.param([(2, 4), (3, 5)], [3.5], [1.5, None], [], id="two at once, one event is one found"),
    ],
)
def test_labels_against_events(
    spans: list[Span], times: list[float], delays: list[float | None], false_at: list[float]
) -> None:
    score = score_clip(clip(spans), media_s=20.0, events=[event(at_s) for at_s in times])
    assert [answer.delay_s for answer in score.answers] == delays
    assert [found.media_time_s for found in score.false_alarms] == false_at
    assert score.right == (None not in delays and not false_at)


def test_the_tolerance_is_what_was_asked_for() -> None:
    kept = score_clip(clip([(2, 4)]), media_s=20.0, events=[event(8.5)], tolerance_s=5.0)
    assert not kept.missed
    assert score_clip(clip([(2, 4)]), media_s=20.0, events=[event(4.1)], tolerance_s=0.0).missed


def test_an_event_of_another_kind_answers_nothing_and_is_false_in_its_own_score() -> None:
    score = score_clip(clip([(2, 4)]), media_s=20.0, events=[event(3.0, "crowd")])
    falls, crowds = score_events("fall", [score]), score_events("crowd", [score])
    assert (falls.labelled, falls.found, falls.false_alarms) == (1, 0, 0)
    assert (crowds.labelled, crowds.found, crowds.false_alarms) == (0, 0, 1)


def test_scores_add_up_over_clips() -> None:
    clips = [
        score_clip(clip([(2, 4)]), media_s=900.0, events=[event(3.0)]),
        score_clip(clip([(2, 4)]), media_s=900.0, events=[]),
        score_clip(clip([(1, 2), (9, 10)]), media_s=900.0, events=[event(3.0), event(10.0), event(99.0)]),
        score_clip(clip(), media_s=900.0, events=[event(5.0)]),
    ]
    score = score_events("fall", clips)
    assert (score.labelled, score.found, score.false_alarms) == (4, 3, 2)
    assert (score.recall, score.precision) == (0.75, 0.6)
    assert score.hours == 1.0
    assert (score.rate(HOUR_S), score.rate(DAY_S)) == (2.0, 48.0)
    assert score.delays_s == (1.0, 2.0, 1.0)
    assert (score.delay_s(0.5), score.delay_s(0.95)) == (1.0, pytest.approx(1.9))
    interval = score.rate_interval(HOUR_S)
    assert interval is not None
    assert (interval.low, interval.high) == (pytest.approx(0.242, abs=1e-3), pytest.approx(7.225, abs=1e-3))


def test_what_was_not_asked_has_no_figure() -> None:
    score = score_events("fall", [])
    assert (score.recall, score.precision, score.rate(DAY_S), score.delay_s(0.5)) == (None, None, None, None)
    assert score.recall_interval is score.rate_interval(DAY_S) is None
    assert score_occupancy([]) is None


def test_counts_are_held_against_what_stood_at_their_time() -> None:
    reported = [(0.0, 2.0), (0.5, 3.0), (1.0, 5.0)]
    score = score_clip(
        clip(counts=[(0.0, 2), (0.7, 4), (0.98, 5), (30.0, 4)]), media_s=31.0, events=[], counts=reported
    )
    assert [counted.count for counted in score.counted] == [2.0, 3.0, 5.0, 5.0]
    occupancy = score_occupancy([score])
    assert occupancy is not None
    assert (occupancy.frames, occupancy.mae, occupancy.bias) == (4, 0.5, 0.0)


def test_before_the_first_count_the_first_one_stands() -> None:
    assert count_at([(1.0, 3.0)], 0.0) == 3.0
    assert count_at([], 0.0) == 0.0


def test_events_in_a_clip_that_is_about_counts_are_neither_right_nor_wrong() -> None:
    score = score_clip(clip(counts=[(0.0, 2)]), media_s=9.0, events=[event(1.0)], counts=[(0.0, 2.0)])
    assert score.false_alarms == ()
    assert len(score.events) == 1


def crowd(at_s: float, level: Level, *, rising: bool = True, zone: int = 1) -> Event:
    return replace(event(at_s, "crowd"), level=level, rising=rising, zone_id=ZoneId(zone))


@pytest.mark.parametrize(
    ("events", "false_at"),
    [
        pytest.param([crowd(1, "crowded")], [1], id="a crowd where none is labelled"),
        pytest.param(
            [crowd(1, "crowded"), crowd(3, "dangerous"), crowd(5, "busy", rising=False), crowd(7, "crowded")],
            [1],
            id="its ups and downs are the same alert",
        ),
        pytest.param(
            [crowd(1, "crowded"), crowd(5, "clear", rising=False), crowd(9, "crowded")],
            [1, 9],
            id="after it was clear it is another",
        ),
        pytest.param(
            [crowd(1, "crowded"), crowd(3, "crowded", zone=2)], [1, 3], id="another zone is another"
        ),
    ],
)
def test_a_crowd_is_false_once_however_it_changes(events: list[Event], false_at: list[float]) -> None:
    score = score_clip(clip(), media_s=20.0, events=events)
    assert [event.media_time_s for event in score.false_alarms] == false_at


def test_easing_answers_no_label_and_a_rise_within_an_alert_may() -> None:
    labelled = clip([(4, 6)])
    (label,) = labelled.events
    labelled = replace(labelled, events=(replace(label, kind="crowd"),))
    eased = score_clip(
        labelled, media_s=20.0, events=[crowd(1, "crowded"), crowd(5, "busy", rising=False)], tolerance_s=0
    )
    assert [answer.delay_s for answer in eased.answers] == [None]
    rose = score_clip(
        labelled, media_s=20.0, events=[crowd(1, "crowded"), crowd(5, "dangerous")], tolerance_s=0
    )
    assert [answer.delay_s for answer in rose.answers] == [1.0]
    assert [event.media_time_s for event in rose.false_alarms] == [1.0]
