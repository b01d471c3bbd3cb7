"""When cameras become an alert, when others join it, and when it is over: as tables, and as one property."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.alert import AlertId
from alerts.outages.decisions import Change, Decisions, decide, needed_s
from alerts.outages.outage import Down, Member, Running
from alerts.outages.settings import OutageSettings
from streams.camera import CameraId
from tests.unit.alerts.outages.outage_cases import NOON, before, down, member, running

SETTINGS = OutageSettings()


def decided(down: Sequence[Down], *outages: Running) -> Decisions:
    return decide(down, outages, cameras_of={1: 900, 2: 900}, now=NOON, settings=SETTINGS)


def raised(decisions: Decisions) -> list[list[int]]:
    return [list(each.cameras) for each in decisions.raises]


@pytest.mark.parametrize(
    ("cameras", "expected", "waiting"),
    [
        pytest.param([], [], False, id="nothing is down"),
        pytest.param([down(1, 4.9)], [], True, id="gathered first"),
        pytest.param([down(1, 5)], [[1]], False, id="then told"),
        pytest.param([down(1, 5), down(2, 0.1)], [[1, 2]], False, id="with all that share it"),
        pytest.param([down(1, 5), down(2, 0.1, units=(2,))], [[1]], True, id="but with nobody else"),
        pytest.param([down(1, 29, starting=True)], [], True, id="a start takes its time"),
        pytest.param([down(1, 30, starting=True)], [[1]], False, id="but not for ever"),
        pytest.param([down(1, 299, starting=True, never=True)], [], True, id="somebody installs it"),
        pytest.param([down(1, 300, starting=True, never=True)], [[1]], False, id="nobody does"),
        pytest.param(
            [down(1, 6, kind="camera_blind"), down(2, 6)], [[2], [1]], False, id="two kinds are two alerts"
        ),
    ],
)
def test_what_goes_together_is_gathered_and_told_once(
    cameras: list[Down], expected: list[list[int]], waiting: bool
) -> None:
    found = decided(cameras)
    assert (raised(found), found.changes, found.waiting) == (expected, (), waiting)


def test_two_hundred_cameras_of_one_network_are_one_alert() -> None:
    cameras = [down(n, 5 + n % 3, units=(1 + n % 2,), network="10.1.2.0/24") for n in range(200)]
    assert [len(cameras) for cameras in raised(decided(cameras))] == [200]


def test_the_one_that_went_first_stands_first() -> None:
    assert raised(decided([down(1, 6), down(2, 9), down(3, 7)])) == [[2, 3, 1]]


@pytest.mark.parametrize(
    ("outage", "cameras", "expected"),
    [
        pytest.param(
            running(member(1), grew_at=before(60)),
            [down(1, 99), down(2, 1)],
            Change(alert_id=AlertId(7), joined=(CameraId(2),)),
            id="while it unfolds, more of the same joins at once",
        ),
        pytest.param(
            running(member(1), grew_at=before(60), told_at=before(4)),
            [down(1, 99), down(2, 9)],
            None,
            id="but a room is not told at every second",
        ),
        pytest.param(
            running(member(1, up_s=29.9)), [], None, id="whoever is just back is not believed at once"
        ),
        pytest.param(
            running(member(1, up_s=30), member(2)),
            [down(2, 99)],
            Change(alert_id=AlertId(7), left=(CameraId(1),)),
            id="then leaves",
        ),
        pytest.param(
            running(member(1, up_s=30)),
            [],
            Change(alert_id=AlertId(7), left=(CameraId(1),), closes=True),
            id="the last one closes it",
        ),
        pytest.param(
            running(member(1, up_s=30), told_at=before(1)),
            [],
            Change(alert_id=AlertId(7), left=(CameraId(1),), closes=True),
            id="at once",
        ),
        pytest.param(
            running(member(1, up_s=100, outages=3)), [], None, id="who comes and goes is believed later"
        ),
        pytest.param(running(member(1, down=False)), [], None, id="a camera that nobody watches stays in it"),
        pytest.param(
            running(member(1, gone=True), member(2)),
            [down(1, 99), down(2, 99)],
            Change(alert_id=AlertId(7), left=(CameraId(1),)),
            id="one that is switched off leaves",
        ),
        pytest.param(
            running(member(1), raised_at=before(1800)),
            [down(1, 1801)],
            Change(alert_id=AlertId(7), worsens=True),
            id="what lasts is major",
        ),
        pytest.param(
            running(member(1), raised_at=before(9999), severity="major"), [down(1, 9999)], None, id="once"
        ),
        pytest.param(
            running(member(1), raised_at=before(9999), open=False),
            [down(1, 9999)],
            None,
            id="not after people have ended it",
        ),
        pytest.param(
            running(member(1, up_s=30), open=False, told_at=before(1)),
            [],
            Change(alert_id=AlertId(7), left=(CameraId(1),)),
            id="what people have ended is not ended again",
        ),
    ],
)
def test_an_outage_grows_shrinks_and_ends(
    outage: Running, cameras: list[Down], expected: Change | None
) -> None:
    found = decided(cameras, outage)
    assert found.raises == ()
    assert list(found.changes) == ([] if expected is None else [expected])


def test_what_comes_later_is_an_alert_of_its_own() -> None:
    found = decided([down(1, 999), down(2, 6)], running(member(1), grew_at=before(61)))
    assert (raised(found), found.changes) == ([[2]], ())


def test_of_two_outages_that_meet_the_older_one_grows() -> None:
    newer = running(member(1), alert=9, raised_at=before(10), grew_at=before(10))
    older = running(member(2), alert=8, raised_at=before(20), grew_at=before(20))
    found = decided([down(1, 20), down(2, 30), down(3, 1)], newer, older)
    assert found.changes == (Change(alert_id=AlertId(8), joined=(CameraId(3),)),)


def test_what_people_have_ended_is_not_told_again_and_takes_in_nobody() -> None:
    ended = running(member(1), open=False, grew_at=before(10))
    found = decided([down(1, 20), down(2, 6)], ended)
    assert (raised(found), found.changes) == ([[2]], ())


def test_the_more_often_it_goes_down_the_longer_it_must_be_back() -> None:
    assert [needed_s(times, SETTINGS) for times in (0, 1, 2, 3, 99)] == [30, 30, 60, 120, 1800]


class World:
    """Cameras that come and go, and what would be written: the database in short."""

    def __init__(self, cameras: int) -> None:
        self.down: dict[int, float] = {}
        self.up: dict[int, float] = {}
        self.times: dict[int, list[float]] = {n: [] for n in range(cameras)}
        self.outages: dict[int, dict[int, bool]] = {}
        self.raised: dict[int, float] = {}
        self.grew: dict[int, float] = {}
        self.told: dict[int, float] = {}
        self.closed: set[int] = set()
        self.ended: set[int] = set()

    def toggle(self, camera: int, now_s: float) -> None:
        if camera in self.down:
            del self.down[camera]
            self.up[camera] = now_s
        else:
            self.down[camera] = now_s
            self.times[camera].append(now_s)

    def step(self, now_s: float) -> None:
        def at(second: float) -> "timedelta":
            return timedelta(seconds=second)

        downs = [
            down(n, units=(1 + n % 2,), since=NOON + at(since)) for n, since in sorted(self.down.items())
        ]
        outages = [
            running(
                *(self._member(n, now_s) for n, inside in members.items() if inside),
                alert=alert,
                open=alert not in self.closed | self.ended,
                raised_at=NOON + at(self.raised[alert]),
                grew_at=NOON + at(self.grew[alert]),
                told_at=NOON + at(self.told[alert]),
            )
            for alert, members in self.outages.items()
            if any(members.values())
        ]
        found = decide(downs, outages, cameras_of={1: 9, 2: 9}, now=NOON + at(now_s), settings=SETTINGS)
        for each in found.raises:
            alert = len(self.outages) + 1
            self.outages[alert] = dict.fromkeys(each.cameras, True)
            self.raised[alert] = self.grew[alert] = self.told[alert] = now_s
        for change in found.changes:
            members = self.outages[change.alert_id]
            assert all(members.get(n) for n in change.left)
            assert not (change.joined and change.alert_id in self.closed | self.ended)
            members |= dict.fromkeys(change.left, False) | dict.fromkeys(change.joined, True)
            self.told[change.alert_id] = now_s
            if change.joined:
                self.grew[change.alert_id] = now_s
            if change.closes:
                assert change.alert_id not in self.closed | self.ended
                assert not any(members.values())
                self.closed.add(change.alert_id)

    def _member(self, camera: int, now_s: float) -> Member:
        up = None if camera in self.down else now_s - self.up[camera]
        times = len([at for at in self.times[camera] if at > now_s - SETTINGS.memory_s])
        since = None if up is None else NOON + timedelta(seconds=self.up[camera])
        return member(camera, down=up is None, up_since=since, outages=times)


@given(
    st.lists(
        st.tuples(
            st.integers(1, 40),
            st.lists(st.integers(0, 5), max_size=3, unique=True),
            st.sampled_from(["", "", "", "end"]),
        ),
        max_size=25,
    )
)
def test_whatever_cameras_do_each_is_in_one_outage_and_all_of_it_ends(
    steps: list[tuple[int, list[int], str]],
) -> None:
    """Time passes, some cameras change, now and then people end an alert."""
    world = World(6)
    now_s = 0.0
    for seconds, toggled, people in steps:
        for camera in toggled:
            world.toggle(camera, now_s)
        if people and world.outages:
            world.ended |= {max(world.outages)} - world.closed
        for _ in range(seconds):
            now_s += 1
            world.step(now_s)
            inside = [n for members in world.outages.values() for n, is_in in members.items() if is_in]
            assert len(inside) == len(set(inside))
        told = {*inside}
        assert {n for n, since in world.down.items() if now_s - since >= 2 * SETTINGS.gather_s} <= told
    for camera in list(world.down):
        world.toggle(camera, now_s)
    for _ in range(3):
        now_s += SETTINGS.recover_most_s
        world.step(now_s)
    assert not any(any(members.values()) for members in world.outages.values())
    assert world.closed | world.ended == {*world.outages}


def test_a_camera_that_comes_and_goes_for_an_hour_is_one_alert_or_two() -> None:
    world = World(1)
    now_s = 0.0
    for _ in range(30):  # down for a minute, up for a minute
        for _ in range(2):
            world.toggle(0, now_s)
            for _ in range(60):
                now_s += 1
                world.step(now_s)
    assert len(world.outages) <= 3
