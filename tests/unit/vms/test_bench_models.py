"""The report of `vms bench models`, from figures that are made up; and that it measures at all."""

from datetime import UTC, datetime

import pytest

from detectors.manifest import manifests_in
from vms.bench import models as bench
from vms.bench.machine import Machine
from vms.bench.models_report import HEAD, BatchRun, ModelsReport, NetworkRun, as_markdown, rows
from vms.bench.report import Spread
from vms.places import models_folder

MACHINE = Machine(cpu="cpu", cores=2, load=0.1, python="3.11", ffmpeg="", onnxruntime="1.32")


def spread(median: float) -> Spread:
    return Spread(median=median, least=median, most=median, repeats=3)


def network(
    name: str, ms: float, *, original: str = "", ratio: float | None = None, width: int = 416
) -> NetworkRun:
    return NetworkRun(
        name=name,
        provider="cpu",
        width=width,
        height=416,
        ms=spread(ms),
        original=original,
        ratio=spread(ratio) if ratio is not None else None,
    )


def report(*runs: NetworkRun, batches: tuple[BatchRun, ...] = ()) -> ModelsReport:
    return ModelsReport(
        made_at=datetime(2026, 11, 24, tzinfo=UTC),
        machine=MACHINE,
        int8_instructions="avx512_vnni",
        turns=3,
        runs=runs,
        batches=batches,
        notes=("one takes one picture a run",),
    )


def test_half_of_the_original_is_the_goal() -> None:
    half = network("a_int8", 5, original="a", ratio=0.5)
    assert report(network("a", 10), half).met
    assert not report(network("a", 10), network("a_int8", 6, original="a", ratio=0.6)).met
    assert report(network("a", 10)).met, "an original has nothing to be compared with"


def test_each_network_is_set_against_its_original_at_its_first_size() -> None:
    found = report(
        network("a", 10),
        network("a", 100, width=64),
        network("a_int8", 4, original="a", ratio=0.4),
        network("a_int8", 80, original="a", ratio=0.8, width=64),
    ).against_originals
    assert [(one.name, one.original, one.ms, one.original_ms) for one in found] == [("a_int8", "a", 4, 10)]


def test_a_batch_says_how_much_cheaper_its_best_is() -> None:
    batch = BatchRun(name="a", provider="cpu", ms_per_picture={1: spread(10), 2: spread(9), 4: spread(12)})
    assert batch.cheaper == 0.9


def test_the_table_has_a_row_for_each_run_and_each_size_of_a_batch() -> None:
    batch = BatchRun(name="a", provider="cpu", ms_per_picture={1: spread(10), 2: spread(11)})
    found = report(network("a", 10), network("b", 4, original="a", ratio=0.4), batches=(batch,))
    assert {len(row) for row in rows(found)} == {len(HEAD)}
    assert len(rows(found)) == 4
    text = as_markdown(found)
    assert "| b | cpu | 416x416 | 4.0 | 0.40 | ≤ 0.5 | yes |" in text
    assert "avx512_vnni" in text and "one takes one picture a run" in text
    json = found.as_json()
    assert json["met"] is True


def test_cases_take_turns() -> None:
    seen: list[str] = []
    ticks = iter(range(1000))
    taken = bench._in_turns(
        [lambda: seen.append("a"), lambda: seen.append("b")], 2, lambda: next(ticks) / 1000
    )
    assert seen[-4:] == ["a", "b", "a", "b"]
    assert [len(one) for one in taken] == [2, 2]
    assert taken[0][0] == pytest.approx(1.0)


def test_it_measures_every_network_that_ships() -> None:
    found = bench.run(turns=2)
    measured = [run for run in found.runs if run.provider == "cpu"]
    assert {run.name for run in measured} == {manifest.name for manifest in manifests_in(models_folder())}
    assert all(run.ms.median > 0 for run in found.runs)
    made = {manifest.name for manifest in manifests_in(models_folder()) if manifest.source.original}
    assert {run.name for run in measured if run.ratio is not None} == made
    # a batch that cannot be tried is said
    assert len(found.batches) + len(found.notes) >= 2
