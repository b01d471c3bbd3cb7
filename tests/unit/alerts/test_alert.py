"""The table of an alert's lifecycle."""

from typing import get_args

import pytest

from alerts.alert import OPEN, TRANSITIONS, State, SystemVerb, Verb
from alerts.correlation import facts_of, severity_of
from tests.fakes.events import crowd_event, fall_event


def test_every_state_and_verb_is_in_the_table() -> None:
    states = {state for state, _verb in TRANSITIONS} | set(TRANSITIONS.values())
    assert states == set(get_args(State))
    assert {verb for _state, verb in TRANSITIONS} == {*get_args(Verb), *get_args(SystemVerb)}


def test_an_ended_alert_can_go_nowhere() -> None:
    ended = set(get_args(State)) - OPEN
    assert ended == {"resolved", "dismissed"}
    assert not {state for state, _verb in TRANSITIONS} & ended


def test_every_open_state_leads_to_an_end() -> None:
    for state in OPEN:
        reached, seen = {state}, set[str]()
        while reached - seen:
            seen |= reached
            reached |= {target for (start, _verb), target in TRANSITIONS.items() if start in reached}
        assert reached & {"resolved", "dismissed"}


def test_only_a_raised_alert_can_be_acknowledged() -> None:
    assert {state for state, verb in TRANSITIONS if verb == "acknowledge"} == {"raised"}


def test_a_fall_is_more_urgent_than_a_crowd() -> None:
    assert (severity_of(fall_event(1)), severity_of(crowd_event(1))) == ("critical", "major")


def test_a_card_shows_the_count_and_the_limit_of_a_crowd() -> None:
    assert facts_of(crowd_event(1)) == {"score": 0.8, "count": 14.0, "limit": 8.0}
    assert facts_of(fall_event(1)) == {"score": 0.8}


def test_a_card_shows_a_density_and_that_there_may_be_more() -> None:
    measured = {"count": 34.0, "persons_per_m2": 3.8, "at_least": 1.0, "area_m2": 9.0, "held_s": 3.0}
    assert facts_of(crowd_event(1, measurements=measured)) == {
        "score": 0.8,
        "count": 34.0,
        "persons_per_m2": 3.8,
        "at_least": 1.0,
    }


@pytest.mark.parametrize(
    ("level", "severity"),
    [("clear", "minor"), ("busy", "minor"), ("crowded", "major"), ("dangerous", "critical")],
)
def test_a_crowd_is_as_urgent_as_its_level(level: str, severity: str) -> None:
    assert severity_of(crowd_event(1, level=level)) == severity
