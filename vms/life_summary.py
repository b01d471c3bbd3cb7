"""Hours of ordinary life in numbers, for programs: the last line of `vms life --json`."""

from dataclasses import dataclass

from detectors.evaluation import DAY_S
from detectors.event import EventKind
from detectors.intervals import rate_interval
from vms.life import LifeOutcome, Statement

Json = dict[str, object]

_PLAINLY = (
    "Not a field trial: few videos, shown again and again in varied form."
    " Every fall stated is false; a person stated as lying may lie there."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KindFigures:
    count: int
    #: for one camera
    a_day: float
    interval: tuple[float, float] | None


def kind_summary(outcome: LifeOutcome, kind: EventKind) -> KindFigures:
    count, days = len(outcome.of(kind)), outcome.media_s / DAY_S
    interval = rate_interval(count, days)
    return KindFigures(
        count=count,
        a_day=count / days if days else 0.0,
        interval=(interval.low, interval.high) if interval else None,
    )


def summary_of(outcome: LifeOutcome) -> Json:
    return {
        "hours": round(outcome.media_s / 3600, 4),
        "seed": outcome.seed,
        "videos": len(outcome.videos),
        "episodes": outcome.episodes,
        "falls": _kind(outcome, "fall", "false_alarms"),
        "persons_down": _kind(outcome, "person_down", "stated"),
        "crowds": {"stated": len(outcome.of("crowd"))},
        "field_trial": False,
        "note": _PLAINLY,
    }


def statement_of(statement: Statement) -> Json:
    episode, event = statement.episode, statement.event
    variation = episode.variation
    return {
        "kind": event.kind,
        "file": episode.video.name,
        "episode": episode.number,
        "media_time_s": round(event.media_time_s, 2),
        "score": round(event.score, 3),
        "level": event.level,
        "measurements": dict(event.measurements),
        "variation": {
            "scale": variation.scale,
            "mirrored": variation.mirrored,
            "speed": variation.speed,
            "brightness": variation.brightness,
            "contrast": variation.contrast,
            "noise": variation.noise,
        },
    }


def _kind(outcome: LifeOutcome, kind: EventKind, word: str) -> Json:
    figures = kind_summary(outcome, kind)
    interval = figures.interval
    return {
        word: figures.count,
        "per_camera_day": round(figures.a_day, 3),
        "per_camera_day_interval": [round(interval[0], 3), round(interval[1], 3)] if interval else None,
    }
