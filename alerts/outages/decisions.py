"""Cameras over time -> alerts raised, joined, left, made worse and closed. No clock, no database, no I/O.

Nothing is remembered here: what is so now and what is written already decide, so that a restart of the server changes
nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.alert import AlertId, DeviceKind
from alerts.outages.outage import PROBLEMS, Down, Member, Running
from alerts.outages.settings import OutageSettings
from alerts.outages.together import together
from streams.camera import CameraId


@dataclass(frozen=True, slots=True, kw_only=True)
class Raise:
    kind: DeviceKind
    #: longest down first
    cameras: tuple[CameraId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    alert_id: AlertId
    joined: tuple[CameraId, ...] = ()
    left: tuple[CameraId, ...] = ()
    #: it has lasted: major from now on
    worsens: bool = False
    #: the last camera has left, and nobody has ended the alert
    closes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    raises: tuple[Raise, ...]
    changes: tuple[Change, ...]
    #: something is on its way: look again soon
    waiting: bool


def decide(
    down: Sequence[Down],
    running: Sequence[Running],
    *,
    cameras_of: Mapping[int, int],
    now: datetime,
    settings: OutageSettings,
) -> Decisions:
    """`down`: every camera that cannot be seen, those included that are in an outage already.

    `cameras_of`: how many cameras each unit has with all below it.
    """
    raises: list[Raise] = []
    changes: list[Change] = []
    waiting = False
    for kind in PROBLEMS:
        ours = [outage for outage in running if outage.kind == kind]
        new, joined, gathering = _place(
            [each for each in down if each.kind == kind], ours, cameras_of, now, settings
        )
        raises += [Raise(kind=kind, cameras=cameras) for cameras in new]
        waiting = waiting or gathering
        for outage in ours:
            change, later = _change(outage, joined.get(outage.alert_id, ()), now, settings)
            waiting = waiting or later
            if change is not None:
                changes.append(change)
    return Decisions(raises=tuple(raises), changes=tuple(changes), waiting=waiting)


def needed_s(outages: int, settings: OutageSettings) -> float:
    """Seconds that a camera must be back before it is believed: the more often it went down of late, the longer."""
    return float(min(settings.recover_most_s, settings.recover_s * 2 ** min(max(outages, 1) - 1, 30)))


def _place(
    down: Sequence[Down],
    running: Sequence[Running],
    cameras_of: Mapping[int, int],
    now: datetime,
    settings: OutageSettings,
) -> tuple[list[tuple[CameraId, ...]], dict[AlertId, tuple[CameraId, ...]], bool]:
    """Outages to raise, cameras that join one that is unfolding, and whether any is still being gathered."""

    def age_s(each: Down) -> float:
        return (now - each.since).total_seconds()

    def patience_s(each: Down) -> float:
        if each.never:
            return settings.never_connected_s
        return settings.start_s if each.starting else 0.0

    home = {member.camera_id: outage for outage in running for member in outage.members}
    unfolding = {
        outage.alert_id: outage
        for outage in running
        if outage.open and (now - outage.grew_at).total_seconds() <= settings.join_s
    }
    homeless = [each for each in down if each.camera_id not in home]
    fresh = {each.camera_id for each in homeless if age_s(each) >= patience_s(each)}
    nodes = [
        each
        for each in down
        if each.camera_id in fresh or (each.camera_id in home and home[each.camera_id].alert_id in unfolding)
    ]
    raises: list[tuple[CameraId, ...]] = []
    joined: dict[AlertId, tuple[CameraId, ...]] = {}
    gathering = len(fresh) < len(homeless)
    for group in together(sorted(nodes, key=lambda each: (each.since, each.camera_id)), cameras_of, settings):
        new = sorted(
            (each for each in group if each.camera_id in fresh), key=lambda each: (each.since, each.camera_id)
        )
        cameras = tuple(each.camera_id for each in new)
        hosts = [home[each.camera_id] for each in group if each.camera_id in home]
        if not new:
            continue
        if hosts:
            host = min(hosts, key=lambda outage: (outage.raised_at, outage.alert_id))
            joined[host.alert_id] = joined.get(host.alert_id, ()) + cameras
        elif max(age_s(each) for each in new) >= settings.gather_s:
            raises.append(cameras)
        else:
            gathering = True
    return raises, joined, gathering


def _change(
    outage: Running, joined: tuple[CameraId, ...], now: datetime, settings: OutageSettings
) -> tuple[Change | None, bool]:
    """What happens to the outage now, and whether something waits."""
    left = tuple(member.camera_id for member in outage.members if _leaves(member, now, settings))
    stay = len(outage.members) - len(left) + len(joined)
    returning = any(member.up_since is not None and member.camera_id not in left for member in outage.members)
    lasted_s = (now - outage.raised_at).total_seconds()
    worsens = outage.open and stay > 0 and outage.severity == "minor" and lasted_s >= settings.major_after_s
    closes = outage.open and stay == 0
    if not (joined or left or worsens):
        return None, returning
    told_s = (now - outage.told_at).total_seconds()
    if outage.open and not closes and told_s < settings.gather_s:
        return None, True
    return (
        Change(alert_id=outage.alert_id, joined=joined, left=left, worsens=worsens, closes=closes),
        returning,
    )


def _leaves(member: Member, now: datetime, settings: OutageSettings) -> bool:
    if member.gone:
        return True
    if member.down or member.up_since is None:
        return False
    return (now - member.up_since).total_seconds() >= needed_s(member.outages, settings)
