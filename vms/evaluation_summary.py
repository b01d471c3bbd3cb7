"""An evaluation in numbers, for programs: the last line of `vms evaluate --json`."""

from detectors.evaluation import DAY_S, HOUR_S, ClipScore, EventScore
from detectors.event import Event
from detectors.intervals import Interval
from detectors.outcome import FalseAlarm, Miss, Outcome, SweepPoint
from detectors.remembered import Cost

Json = dict[str, object]


def summary_of(outcome: Outcome) -> Json:
    """What was not asked or not measured is null."""
    falls, occupancy = outcome.scores.get("fall"), outcome.occupancy
    return {
        "falls": events_of(falls) if falls else None,
        "crowds": events_of(outcome.scores["crowd"]) if "crowd" in outcome.scores else None,
        "occupancy": {
            "frames": occupancy.frames,
            "mae": round(occupancy.mae, 3),
            "bias": round(occupancy.bias, 3),
        }
        if occupancy
        else None,
        "cost": cost_of(outcome.cost) if outcome.cost else None,
        "clips": [clip_of(clip) for clip in outcome.clips],
    }


def events_of(score: EventScore) -> Json:
    return {
        "labelled": score.labelled,
        "found": score.found,
        "recall": _rounded(score.recall),
        "recall_interval": _interval(score.recall_interval),
        "false_alarms": score.false_alarms,
        "precision": _rounded(score.precision),
        "false_alarms_per_camera_hour": _rounded(score.rate(HOUR_S)),
        "false_alarms_per_camera_day": _rounded(score.rate(DAY_S)),
        "false_alarms_per_camera_day_interval": _interval(score.rate_interval(DAY_S)),
        "hours": round(score.hours, 5),
        "time_to_event_s": {"p50": _rounded(score.delay_s(0.5)), "p95": _rounded(score.delay_s(0.95))},
    }


def cost_of(cost: Cost) -> Json:
    return {
        "cpu_ms_per_analysed_frame": round(1000 * cost.cpu_s / cost.frames, 2) if cost.frames else None,
        "realtime_factor": round(cost.media_s / cost.wall_s, 2) if cost.wall_s else None,
    }


def clip_of(clip: ClipScore) -> Json:
    kinds = dict.fromkeys(answer.label.kind for answer in clip.answers)
    return {
        "file": clip.clip.name,
        "label": "+".join(kinds),
        "media_s": round(clip.media_s, 2),
        "events": [event_of(event) for event in clip.events],
    }


def event_of(event: Event) -> Json:
    return {"kind": event.kind, "media_time_s": round(event.media_time_s, 2)}


def miss_of(miss: Miss) -> Json:
    label = miss.answer.label
    return {
        "file": miss.clip.clip.name,
        "line": label.line,
        "kind": label.kind,
        "start_s": label.start_s,
        "end_s": label.end_s,
        "causes": [{"en": cause.en, "zh": cause.zh} for cause in miss.causes],
    }


def false_alarm_of(alarm: FalseAlarm) -> Json:
    return {
        "file": alarm.clip.clip.name,
        **event_of(alarm.event),
        "track": alarm.event.track,
        "score": round(alarm.event.score, 3),
        "measurements": dict(alarm.event.measurements),
    }


def point_of(point: SweepPoint) -> Json:
    score, occupancy = point.score, point.occupancy
    return {
        "value": point.value,
        "recall": _rounded(score.recall) if score else None,
        "precision": _rounded(score.precision) if score else None,
        "false_alarms": score.false_alarms if score else None,
        "mae": round(occupancy.mae, 3) if occupancy else None,
        "bias": round(occupancy.bias, 3) if occupancy else None,
    }


def _interval(interval: Interval | None) -> list[float] | None:
    return [round(interval.low, 4), round(interval.high, 4)] if interval else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
