"""A camera's timeline from what is written about it: files, deletions, conditions, changes of the camera, alerts, holds."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from runtime.clock import Clock
from runtime.database import Connection, Database
from streams.camera import CameraId, ProfileName
from vms.cameras.errors import CameraUnknown
from vms.timeline import store
from vms.timeline.errors import TimelineRangeInvalid
from vms.timeline.timeline import Cause, Gap, Reason, Recorded, Stretch, gaps_of, stretches_of

MOST_DAYS = 31
#: there is nothing before, and dates have an end there
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_UNSEEN = frozenset({"offline", "stalled", "never_connected"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertMark:
    id: int
    kind: str
    severity: str
    state: str
    raised_at: datetime
    last_event_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldMark:
    id: int
    start_at: datetime
    end_at: datetime
    reason: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraTimeline:
    camera_id: CameraId
    profile: ProfileName
    #: the end is never after now
    start_at: datetime
    end_at: datetime
    stretches: tuple[Stretch, ...]
    #: the files themselves, whole
    segments: tuple[Recorded, ...]
    gaps: tuple[Gap, ...]
    alerts: tuple[AlertMark, ...]
    holds: tuple[HoldMark, ...]


class Timelines:
    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def read(
        self, camera_id: CameraId, profile: ProfileName | None, start_at: datetime, end_at: datetime
    ) -> CameraTimeline:
        """`profile`: None is the one that is recorded, main where both are.

        Raises: TimelineRangeInvalid, CameraUnknown, DatabaseUnavailable.
        """
        if start_at < _EARLIEST or not timedelta(0) < end_at - start_at <= timedelta(days=MOST_DAYS):
            raise TimelineRangeInvalid(most=MOST_DAYS)
        now = self._clock.now()
        end_at = max(start_at, min(end_at, now))
        span = (start_at, end_at)
        async with self._database.connection() as connection:
            camera = await store.camera(connection, camera_id)
            if camera is None:
                raise CameraUnknown(camera=camera_id)
            profile = profile or ("sub" if camera["recorded"] == "sub" else "main")
            recorded = [
                Recorded(
                    start_at=row["start_at"],
                    end_at=row["end_at"],
                    run_id=row["run_id"],
                    bytes=row["bytes"],
                )
                for row in await store.recorded(connection, camera_id, profile, *span)
            ]
            stretches = stretches_of(recorded, *span)
            reasons = await self._reasons(connection, camera_id, profile, camera, recorded, *span, now)
            alerts = await store.alerts(connection, camera_id, *span)
            holds = await store.holds(connection, camera_id, *span, now)
        return CameraTimeline(
            camera_id=camera_id,
            profile=profile,
            start_at=start_at,
            end_at=end_at,
            stretches=tuple(stretches),
            segments=tuple(recorded),
            gaps=tuple(gaps_of(stretches, reasons, *span)),
            alerts=tuple(AlertMark(**dict(row)) for row in alerts),
            holds=tuple(
                HoldMark(**{name: row[name] for name in ("id", "start_at", "end_at", "reason", "owner")})
                for row in holds
            ),
        )

    async def _reasons(
        self,
        connection: Connection,
        camera_id: CameraId,
        profile: ProfileName,
        camera: Any,
        recorded: list[Recorded],
        start_at: datetime,
        end_at: datetime,
        now: datetime,
    ) -> list[Reason]:
        reasons = [
            Reason(start_at=row["start_at"], end_at=row["end_at"], cause=_DELETED[row["rule"]])
            for row in await store.deletions(connection, camera_id, profile, start_at, end_at)
        ]
        for row in await store.conditions(connection, camera_id, profile, start_at, end_at, now):
            unseen = row["state"] in _UNSEEN
            disk = row["state"] == "unrecorded"
            cause: Cause = "camera_offline" if unseen else "disk" if disk else "not_recorded"
            reasons.append(
                Reason(
                    start_at=row["start_at"],
                    end_at=row["end_at"],
                    cause=cause,
                    detail=tuple(row["causes"]) if unseen else (),
                )
            )
            if row["lasts"] and not (unseen or disk) and row["end_at"] >= now:
                # What is being written has no row yet; a file is cut after a minute or so, at a keyframe.
                since = max((each.end_at for each in recorded), default=row["start_at"])
                if now - since < _LONGEST_FILE:
                    reasons.append(Reason(start_at=since, end_at=end_at, cause="recording_now"))
        changes = await store.schedule(connection, camera_id)
        reasons += _unscheduled(profile, camera, changes, start_at, end_at)
        return reasons


_DELETED: dict[str, Cause] = {
    "retention": "deleted_retention",
    "full_disk": "deleted_full_disk",
    "lost": "lost",
}
#: a file that is written for longer than this is not believed in
_LONGEST_FILE = timedelta(minutes=15)


def _unscheduled(
    profile: ProfileName, camera: Any, changes: list[Any], start_at: datetime, end_at: datetime
) -> list[Reason]:
    """When it was switched off, or this profile was not to be recorded; and before it was registered."""
    reasons = []
    until = end_at
    enabled, recorded = camera["enabled"], camera["recorded"]
    for change in changes:
        if change["at"] < until:
            if not (enabled and recorded in (profile, "both")):
                reasons.append(Reason(start_at=change["at"], end_at=until, cause="not_scheduled"))
            until = change["at"]
        enabled = _before(change["enabled"], enabled)
        recorded = _before(change["recorded"], recorded)
    began = min(camera["created_at"], until)
    if until > began and not (enabled and recorded in (profile, "both")):
        reasons.append(Reason(start_at=began, end_at=until, cause="not_scheduled"))
    if start_at < camera["created_at"]:
        reasons.append(Reason(start_at=start_at, end_at=camera["created_at"], cause="not_scheduled"))
    return reasons


def _before(change: Any, now: Any) -> Any:
    """What a value was before a change: [before, after]; as it is where it did not change."""
    if isinstance(change, list) and len(change) == 2 and change[0] is not None:
        return change[0]
    return now
