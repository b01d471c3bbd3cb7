"""Which cameras fail together."""

import pytest

from alerts.outages.outage import Down, network_of
from alerts.outages.settings import OutageSettings
from alerts.outages.together import common_unit, together
from tests.unit.alerts.outages.outage_cases import down

# A district 1 of the streets 10 and 20; communities 11, 12 below the one, 21 below the other.
C11, C12, C21 = (11, 10, 1), (12, 10, 1), (21, 20, 1)
MANY = {1: 900, 10: 400, 11: 200, 12: 200, 20: 500, 21: 500}


def grouped(*cameras: Down, of: dict[int, int] = MANY) -> list[list[int]]:
    return [sorted(each.camera_id for each in group) for group in together(cameras, of, OutageSettings())]


@pytest.mark.parametrize(
    ("cameras", "expected"),
    [
        pytest.param(
            [down(1, units=C11, network="a"), down(2, units=C21, network="a")], [[1, 2]], id="one network"
        ),
        pytest.param([down(1, units=C11), down(2, units=C11)], [[1, 2]], id="one community"),
        pytest.param([down(1, units=C11), down(2, units=C12)], [[1], [2]], id="only a street in common"),
        pytest.param(
            [down(1, units=C11, network="a"), down(2, units=C12, network="a"), down(3, units=C12)],
            [[1, 2, 3]],
            id="whoever shares anything with anybody",
        ),
        pytest.param(
            [down(1, units=C11, network=None), down(2, units=C21, network=None)],
            [[1], [2]],
            id="two names share no network",
        ),
    ],
)
def test_whoever_shares_a_network_or_a_unit_fails_together(
    cameras: list[Down], expected: list[list[int]]
) -> None:
    assert grouped(*cameras) == expected


def test_twenty_cameras_of_two_streets_in_two_networks_are_two_outages() -> None:
    one = [down(n, units=C11, network="10.1.1.0/24") for n in range(10)]
    other = [down(n, units=C21, network="10.2.2.0/24") for n in range(10, 20)]
    assert grouped(*one, *other) == [list(range(10)), list(range(10, 20))]


def test_a_street_that_has_lost_most_of_its_cameras_is_one_outage() -> None:
    cameras = [down(1, units=C11), down(2, units=C11), down(3, units=C12)]
    assert grouped(*cameras, of={1: 900, 10: 6, 11: 3, 12: 3}) == [[1, 2, 3]]
    assert grouped(*cameras, of={1: 900, 10: 7, 11: 3, 12: 4}) == [[1, 2], [3]]


def test_two_cameras_of_a_small_unit_are_not_a_unit_that_went_dark() -> None:
    assert grouped(down(1, units=C11), down(2, units=C12), of={1: 2, 10: 2, 11: 1, 12: 1}) == [[1], [2]]


def test_the_nearest_unit_of_all_is_named() -> None:
    assert common_unit([C11]) == 11
    assert common_unit([C11, C11]) == 11
    assert common_unit([C11, C12]) == 10
    assert common_unit([C11, C12, C21]) == 1
    assert common_unit([C11, (30,)]) is None
    assert common_unit([]) is None


def test_the_network_of_an_address() -> None:
    assert network_of("10.1.2.3") == "10.1.2.0/24"
    assert network_of("[fd00:1:2:3::9]") == "fd00:1:2:3::/64"
    assert network_of("camera.example") is None
    assert network_of("") is None
