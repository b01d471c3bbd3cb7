import pytest

from detectors import errors
from detectors.settings import DetectorSettings
from detectors.sweep import parse_sweep, sweepable
from runtime.errors import VmsError

SETTINGS = DetectorSettings()


def test_a_sweep_holds_both_ends_and_round_values() -> None:
    sweep = parse_sweep("fall.least_fast_drop=0.1:0.4:0.1", SETTINGS)
    assert sweep.values == (0.1, 0.2, 0.3, 0.4)
    assert sweep.present == SETTINGS.fall.least_fast_drop
    assert [settings.fall.least_fast_drop for settings in sweep.settings] == [0.1, 0.2, 0.3, 0.4]


def test_only_the_swept_key_changes() -> None:
    (changed,) = parse_sweep("tracker.reach=0.9:0.9:1", SETTINGS).settings
    before = sweepable(SETTINGS)
    assert {key for key, value in sweepable(changed).items() if before[key] != value} == {"tracker.reach"}


def test_whole_numbers_stay_whole() -> None:
    values = [
        settings.fall.least_sights for settings in parse_sweep("fall.least_sights=3:5:1", SETTINGS).settings
    ]
    assert values == [3, 4, 5]
    assert all(isinstance(value, int) for value in values)


def test_an_end_that_no_step_reaches_is_left_out() -> None:
    assert parse_sweep("crowd.window_s=0:1:0.4", SETTINGS).values == (0.0, 0.4, 0.8)


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("", "SweepUnreadable", "KEY|key"),
        ("fall.least_drop", "SweepUnreadable", "fall.least_drop"),
        ("fall.least_drop=1:2", "SweepUnreadable", "step"),
        ("fall.least_drop=a:b:c", "SweepUnreadable", "a:b:c"),
        ("fall.least_drop=2:1:0.1", "SweepUnreadable", "2:1"),
        ("fall.least_drop=1:2:0", "SweepUnreadable", "1:2:0"),
        ("fall.least_drop=0:inf:1", "SweepUnreadable", "inf"),
        ("fall.least_drop=0.1:1:0.001", "SweepTooLong", "901 values"),
        ("fall.most=1:2:1", "SweepKeyUnknown", "fall.least_drop"),
        ("fall=1:2:1", "SweepKeyUnknown", '"fall"'),
        ("fall.hold_share=0.5:1.5:0.5", "SweepValueRefused", "1.5 is not allowed for fall.hold_share"),
        ("fall.least_sights=2:3:0.5", "SweepValueRefused", "2.5"),
    ],
)  # fmt: skip
def test_what_cannot_be_swept_is_refused_with_what_could(text: str, error: str, says: str) -> None:
    with pytest.raises(VmsError, match=says) as caught:
        parse_sweep(text, SETTINGS)
    assert type(caught.value) is getattr(errors, error)
