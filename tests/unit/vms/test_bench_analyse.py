"""The report of `vms bench analyse`: its arithmetic, its verdicts, its table. Nothing is measured here."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from vms.bench.analyse_report import (
    AnalyseReport,
    LoopCost,
    Memory,
    NaiveComparison,
    NetworkTime,
    Part,
    SceneCost,
)
from vms.bench.analyse_table import as_markdown, rows
from vms.bench.machine import Machine
from vms.bench.report import Comparison, Spread


def scene(percent: float = 1.5, *, frames: int = 1000, **skipped: int) -> SceneCost:
    return SceneCost(
        scene="quiet",
        words="nobody",
        cameras=4,
        cpu_percent=Spread.of([percent] * 3),
        fps=Spread.of([0.5] * 3),
        frames=frames,
        wakings=0,
        skipped=skipped,
        goal_percent=2.0,
    )


def loop(cpu_s: float, *, found: int = 6, labelled: int = 6, false_alarms: int | None = 0) -> LoopCost:
    return LoopCost(
        cpu_s=cpu_s,
        media_s=60.0,
        frames=480,
        inferences=500,
        labelled=labelled,
        found=found,
        false_alarms=false_alarms,
        count_mae=None,
    )


def part(house: LoopCost, naive: LoopCost, name: str = "falls") -> Part:
    return Part(name=name, house=house, naive=naive)


def report(**changed: object) -> AnalyseReport:
    whole = AnalyseReport(
        made_at=datetime(2026, 11, 24, 12, tzinfo=UTC),
        machine=Machine(
            cpu="a", cores=2, load=0.1, python="3.11.7", ffmpeg="ffmpeg version 7", onnxruntime="1.2"
        ),
        quick=False,
        window_s=20.0,
        video="1920x1080",
        scenes=(scene(),),
        overhead=Comparison.of([10.5] * 3, [10.0] * 3, unit="ms", bare_is="the parts", goal=1.1),
        inferences_per_frame=Spread.of([1.25]),
        memory=Memory.of(few=2, more=4, few_bytes=200e6, all_bytes=280e6),
        naive=NaiveComparison(naive_is="a loop", parts=(part(loop(10.0), loop(60.0)),)),
        networks=(),
        notes=("Nothing was left out.",),
    )
    return replace(whole, **changed)  # type: ignore[arg-type]


def test_a_scene_meets_its_goal_at_its_median() -> None:
    assert scene(2.0).met
    assert not scene(2.1).met


def test_a_machine_that_had_no_time_gives_no_good_figure() -> None:
    assert scene(frames=1000, late=50, asleep=9000).kept_up
    starved = scene(0.5, frames=100, late=20)
    assert not starved.kept_up and not starved.met
    assert not scene(frames=100, budget=20).kept_up
    assert not scene(frames=100, queue=20).kept_up


def test_memory_is_what_the_further_cameras_added() -> None:
    memory = Memory.of(few=2, more=4, few_bytes=200e6, all_bytes=300e6)
    assert (memory.mb_per_camera, memory.met) == (25.0, True)
    assert not replace(memory, all_mb=301.0).met


def test_parts_add_up_to_the_whole_set() -> None:
    compared = NaiveComparison(
        naive_is="a loop",
        parts=(
            part(loop(10.0), loop(20.0)),
            part(loop(2.0, labelled=0, found=0, false_alarms=None), loop(52.0, labelled=0, found=0)),
        ),
    )
    whole = compared.whole
    assert (whole.times_cheaper, compared.met) == (6.0, True)
    assert (whole.house.recall, whole.house.labelled, whole.house.media_s) == (1.0, 6, 120.0)
    assert (whole.house.false_alarms, compared.parts[1].house.recall) == (0, None)


def test_cheaper_at_a_lower_recall_is_not_cheaper() -> None:
    better = NaiveComparison(naive_is="a loop", parts=(part(loop(1.0, found=6), loop(60.0, found=5)),))
    worse = NaiveComparison(naive_is="a loop", parts=(part(loop(1.0, found=5), loop(60.0, found=6)),))
    assert better.met
    assert not worse.met


def test_frames_a_core_are_those_of_the_house_over_all_its_time() -> None:
    assert report().frames_per_core_s == 48.0


@pytest.mark.parametrize(
    "missed",
    [
        {"scenes": (scene(), scene(3.0))},
        {"overhead": Comparison.of([12.0], [10.0], unit="ms", bare_is="the parts", goal=1.1)},
        {"memory": Memory.of(few=2, more=1, few_bytes=200e6, all_bytes=226e6)},
        {"naive": NaiveComparison(naive_is="a loop", parts=(part(loop(20.0), loop(60.0)),))},
        {"networks": (NetworkTime(name="a int8", original="a", ms=6.0, original_ms=10.0, goal=0.5),)},
    ],
)
def test_one_goal_missed_is_the_report_not_met(missed: dict[str, object]) -> None:
    assert report().met
    found = report(**missed)
    assert not found.met
    assert found.as_json()["met"] is False


def test_what_was_not_measured_is_null_in_json_and_said_in_words() -> None:
    found = report(memory=None, notes=("Memory was not measured.",))
    told = json.loads(json.dumps(found.as_json()))
    assert told["memory"] is None and told["met"] is True
    assert told["notes"] == ["Memory was not measured."]
    assert ("memory of a busy camera beyond the networks", "not measured", "≤ 25 MB", "-") in rows(found)


def test_the_json_has_each_part_of_both_loops() -> None:
    told = json.loads(json.dumps(report().as_json()))
    assert told["naive"]["whole"]["times_cheaper"] == 6.0
    assert told["naive"]["parts"][0]["house"] == {
        "cpu_s": 10.0, "media_s": 60.0, "frames": 480, "inferences": 500, "labelled": 6, "found": 6,
        "false_alarms": 0, "count_mae": None, "recall": 1.0,
    }  # fmt: skip
    assert told["scenes"][0]["kept_up"] is True and told["scenes"][0]["skipped"] == {}
    assert told["memory"]["mb_per_camera"] == 20.0


def test_the_table_names_its_machine_its_day_and_its_verdicts() -> None:
    text = as_markdown(report(scenes=(scene(3.0),)))
    assert text.startswith("Measured 2026-11-24 by `vms bench analyse` on 2 cores of a (load 0.1")
    assert "ONNX Runtime 1.2, ffmpeg version 7" in text
    assert "3 % of a core (3 to 3), 0.5 frames/s | ≤ 2 % | no |" in text
    assert (
        "| naive loop, whole set | 6 times cheaper (10 against 60 s of CPU for 60 s); found 6 against 6"
        in text
    )
    assert text.endswith("- Nothing was left out.")


def test_a_scene_that_was_not_kept_up_with_and_a_quick_run_say_so() -> None:
    text = as_markdown(report(quick=True, scenes=(scene(frames=10, late=90),)))
    assert "the machine did not keep up" in text
    assert "no figures to go by" in text
