"""Rows of what is written -> cameras that are down, and outages that are running. No I/O."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime
from typing import Any

from alerts.alert import AlertId, DeviceKind
from alerts.outages.outage import PROBLEMS, Down, Member, Running, network_of

#: a row as a driver gives it: by name
Row = Mapping[str, Any]


def kind_of(state: str) -> DeviceKind:
    return next(kind for kind, states in PROBLEMS.items() if state in states)


def wrong_of(rows: Iterable[Row]) -> Mapping[DeviceKind, Set[int]]:
    """Cameras with a stream that is in a state of the kind."""
    wrong: dict[DeviceKind, set[int]] = {kind: set() for kind in PROBLEMS}
    for row in rows:
        wrong[kind_of(row["state"])].add(row["camera_id"])
    return wrong


def down_of(
    rows: Sequence[Row],
    paths: Mapping[int, tuple[int, ...]],
    tried: Mapping[int, tuple[datetime, bool]],
) -> list[Down]:
    """Each camera once: whoever cannot be reached on one stream is not blind or unrecorded beside.

    `tried`: of cameras that were only ever tried, since when, and whether they were seen before that.
    """
    streams: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        streams[row["camera_id"]].append(row)
    down = []
    for camera_id, each in streams.items():
        kinds = {kind_of(row["state"]) for row in each}
        kind = next(kind for kind in PROBLEMS if kind in kinds)
        own = [row for row in each if kind_of(row["state"]) == kind]
        starting = all(row["state"] == "never_connected" for row in own)
        since, seen = min(row["since"] for row in own), True
        if starting:
            since, seen = tried.get(camera_id, (since, True))
        down.append(
            Down(
                camera_id=own[0]["camera_id"],
                kind=kind,
                since=since,
                starting=starting,
                never=starting and not seen,
                units=paths[own[0]["unit_id"]],
                network=network_of(own[0]["address"]),
            )
        )
    return down


def running_of(
    rows: Iterable[Row],
    wrong: Mapping[DeviceKind, Set[int]],
    back: Mapping[tuple[DeviceKind, int], tuple[datetime, int]],
) -> list[Running]:
    """`back`: of cameras that are watched and not wrong, since when, and how often they went down of late."""
    members: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        members[row["alert_id"]].append(row)
    return [
        Running(
            alert_id=AlertId(alert_id),
            kind=each[0]["kind"],
            open=each[0]["open"],
            severity=each[0]["severity"],
            raised_at=each[0]["raised_at"],
            grew_at=each[0]["grew_at"],
            told_at=each[0]["last_event_at"],
            members=[_member(row, wrong, back) for row in each],
        )
        for alert_id, each in members.items()
    ]


def _member(
    row: Row,
    wrong: Mapping[DeviceKind, Set[int]],
    back: Mapping[tuple[DeviceKind, int], tuple[datetime, int]],
) -> Member:
    up_since, times = back.get((row["kind"], row["camera_id"]), (None, 1))
    return Member(
        camera_id=row["camera_id"],
        down=row["camera_id"] in wrong[row["kind"]],
        gone=row["gone"],
        up_since=up_since,
        outages=times,
    )
