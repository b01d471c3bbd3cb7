import pickle

import pytest

from runtime.errors import VmsError


class DoorStuck(VmsError):
    """The door {name} is stuck:
    pull harder.

    门 {name} 卡住了：
    请用力拉。
    """

    http_status = 409


def test_the_docstring_is_the_message() -> None:
    error = DoorStuck(name="A")
    assert str(error) == "The door A is stuck: pull harder."
    assert error.message("zh") == "门 A 卡住了： 请用力拉。"


def test_the_code_is_the_class_name() -> None:
    assert (DoorStuck(name="A").code, VmsError().code) == ("door_stuck", "vms_error")


def test_programs_are_told_in_both_languages() -> None:
    assert DoorStuck(name="A").as_json() == {
        "code": "door_stuck",
        "message": {"en": "The door A is stuck: pull harder.", "zh": "门 A 卡住了： 请用力拉。"},
    }


def test_the_context_is_kept() -> None:
    error = DoorStuck(name="A", since=3)
    assert error.context == {"name": "A", "since": 3}
    assert error.http_status == 409


def test_braces_in_the_context_are_text() -> None:
    assert str(DoorStuck(name="{x} {0}")) == "The door {x} {0} is stuck: pull harder."


def test_an_error_survives_a_process_border() -> None:
    again = pickle.loads(pickle.dumps(DoorStuck(name="A")))
    assert isinstance(again, DoorStuck)
    assert str(again) == "The door A is stuck: pull harder."


def test_a_forgotten_context_is_a_bug() -> None:
    with pytest.raises(KeyError):
        str(DoorStuck())
