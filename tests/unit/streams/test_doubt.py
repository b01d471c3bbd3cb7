"""Hysteresis in time: what lasts is stated, what is over is over at once, what comes and goes stays stated."""

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.doubt import Doubt


def a_doubt() -> Doubt:
    return Doubt(after_s=10, relapse_s=300, steady_s=30)


def seen(doubt: Doubt, history: str, *, from_s: float = 0.0) -> str:
    """What is stated second by second: x for bad, . for well."""
    told = ""
    for number, letter in enumerate(history):
        doubt.see(letter == "x", from_s + number)
        told += "x" if doubt.stated else "."
    return told


def test_it_is_stated_once_it_has_lasted() -> None:
    assert seen(a_doubt(), "xxxxxxxxxxxx") == "..........xx"


def test_what_does_not_last_is_never_stated() -> None:
    assert "x" not in seen(a_doubt(), "xxxxxxxxx." * 20)


def test_it_is_over_at_once() -> None:
    assert seen(a_doubt(), "x" * 11 + ".").endswith("x.")


def test_what_is_known_to_have_begun_earlier_is_stated_earlier() -> None:
    doubt = a_doubt()
    doubt.see(True, 100, since_s=90)
    assert doubt.stated


def test_what_comes_back_soon_is_over_only_once_it_has_been_well_for_long() -> None:
    told = seen(a_doubt(), "x" * 11 + "." * 5 + "x" * 11 + "." * 40)
    assert told[11:16] == "....."
    assert told[27:57] == "x" * 30
    assert told[57:] == "." * 10


def test_what_comes_back_much_later_is_over_at_once_again() -> None:
    told = seen(a_doubt(), "x" * 11 + "." * 400 + "x" * 11 + ".")
    assert told.endswith("x.")


def test_suspending_keeps_what_is_stated_and_drops_what_is_not() -> None:
    doubt = a_doubt()
    seen(doubt, "x" * 9)
    doubt.suspend()
    assert "x" not in seen(doubt, "x" * 9, from_s=9)
    assert seen(doubt, "xx", from_s=18).endswith("x")
    doubt.suspend()
    assert doubt.stated


def test_forgetting_drops_all() -> None:
    doubt = a_doubt()
    seen(doubt, "x" * 11)
    doubt.forget()
    assert not doubt.stated
    assert seen(doubt, "x" * 11 + ".", from_s=11).endswith("x.")


def changes(told: str) -> Iterator[int]:
    return (number for number in range(1, len(told)) if told[number] != told[number - 1])


@settings(max_examples=20)
@given(st.lists(st.sampled_from("x."), min_size=600, max_size=600))
def test_however_it_comes_and_goes_it_is_not_told_often(history: list[str]) -> None:
    told = seen(a_doubt(), "".join(history))
    # Ten seconds to be stated; and every second time, thirty to be over.
    assert len(list(changes(told))) <= 4 * (600 // 50 + 1)
