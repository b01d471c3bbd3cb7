"""Health as programs read it, over HTTP and from the command line alike."""

from vms.health.availability import Availability, Seconds, UnitSeconds
from vms.health.history import PastCondition


def condition_as_json(condition: PastCondition) -> dict[str, object]:
    return {
        "profile": condition.profile,
        "state": condition.state,
        "causes": condition.causes,
        "error": condition.error,
        "since": condition.since.isoformat(),
        "until": condition.until.isoformat() if condition.until else None,
    }


def availability_as_json(found: Availability) -> dict[str, object]:
    return {
        "month": found.month.name,
        "since": found.month.since.isoformat(),
        "until": found.month.until.isoformat(),
        "unit": None if found.unit is None else _unit_as_json(found.unit),
        "total": _seconds_as_json(found.total),
        "units": [_unit_as_json(unit) for unit in found.units],
        "downtime": [
            {
                "state": each.state,
                "cause": each.cause,
                "cameras": each.cameras,
                "seconds": round(each.seconds, 1),
            }
            for each in found.downtime
        ],
        "worst": [
            {"id": each.id, "name": each.name, "unit": {"id": each.unit_id, "name": each.unit_name}}
            | _seconds_as_json(each.seconds)
            for each in found.worst
        ],
    }


def _unit_as_json(unit: UnitSeconds) -> dict[str, object]:
    return {"id": unit.id, "path": unit.path} | _seconds_as_json(unit.seconds)


def _seconds_as_json(seconds: Seconds) -> dict[str, object]:
    share = seconds.seen_share
    return {
        "cameras": seconds.cameras,
        "seen_share": None if share is None else round(share, 6),
        "watched_s": round(seconds.watched_s, 1),
        "down_s": round(seconds.down_s, 1),
        "degraded_s": round(seconds.degraded_s, 1),
        "unwatched_s": round(seconds.unwatched_s, 1),
    }
