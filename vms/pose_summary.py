"""Simulated sequences in numbers, for programs: the last line of `vms poses evaluate --json`."""

from collections.abc import Sequence

from detectors.evaluation import HOUR_S, ClipScore
from detectors.intervals import Interval
from detectors.outcome import SweepPoint
from detectors.simulation.figures import GroupFigures, by_tag, figures_of
from vms.evaluate_poses import PoseOutcome

Json = dict[str, object]

#: by which results are grouped
TAGS = ("family", "kind", "build", "camera", "size", "company", "edge")


def summary_of(result: PoseOutcome) -> Json:
    outcome = result.outcome
    score = outcome.scores["fall"]
    return {
        "what": outcome.labels.path.name,
        "sequences": len(outcome.clips),
        "left_out": result.left_out,
        "noise": {"model": result.figures.model, "clips": result.figures.clips},
        "falls": figures_as_json(figures_of(outcome.clips)),
        "time_to_event_s": {"p50": _rounded(score.delay_s(0.5)), "p95": _rounded(score.delay_s(0.95))},
        "by": {
            tag: {group.value: figures_as_json(group) for group in by_tag(outcome.clips, tag)} for tag in TAGS
        },
    }


def comparison_of(scores: Sequence[ClipScore], times: int) -> Json:
    """Last line of `vms poses compare --json`."""
    names = dict.fromkeys(score.clip.name for score in scores)
    return {
        "clips": len(names),
        "times": times,
        "falls": figures_as_json(figures_of(scores)),
        "by_clip": {name: _shares([s for s in scores if s.clip.name == name]) for name in names},
    }


def _shares(scores: Sequence[ClipScore]) -> Json:
    figures = figures_of(scores)
    return {"recall": _rounded(figures.recall), "with_false_alarm_share": _rounded(figures.alarmed_share)}


def figures_as_json(figures: GroupFigures) -> Json:
    return {
        "labelled": figures.falls,
        "found": figures.found,
        "recall": _rounded(figures.recall),
        "recall_interval": _interval(figures.recall_interval),
        "ordinary": figures.ordinary,
        "with_false_alarm": figures.alarmed,
        "with_false_alarm_share": _rounded(figures.alarmed_share),
        "with_false_alarm_interval": _interval(figures.alarmed_interval),
        "per_hour_of_such": _rounded(figures.alarmed_per_hour),
        "per_hour_of_such_interval": _interval(figures.alarmed_per_hour_interval),
        "hours": round(figures.ordinary_s / 3600, 4),
        "false_alarms": figures.false_alarms,
    }


def point_of(point: SweepPoint) -> Json:
    score = point.score
    if score is None:
        return {"value": point.value}
    return {
        "value": point.value,
        "recall": _rounded(score.recall),
        "recall_interval": _interval(score.recall_interval),
        "precision": _rounded(score.precision),
        "false_alarms": score.false_alarms,
        "false_alarms_per_hour_of_such": _rounded(score.rate(HOUR_S)),
    }


def _interval(interval: Interval | None) -> list[float] | None:
    return [round(interval.low, 4), round(interval.high, 4)] if interval else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
