"""The count that rule and evaluation share, held against people who counted: real pedestrians, and rendered crowds."""

import shutil
from pathlib import Path

import pytest

from detectors.evaluation import OccupancyScore
from detectors.labels import read_labels
from detectors.memory_store import MemoryStore
from detectors.models import load_models
from detectors.settings import DetectorSettings
from tests.integration.test_cli import run
from tests.unit.detectors.brought import VTEST, YOLOX, needs_vtest, needs_yolox
from tests.unit.detectors.clips import MODELS, SHARED
from vms.evaluate import Evaluation

PEDESTRIANS = VTEST.with_name("counts.csv")
CROWDS = SHARED / "synth" / "set" / "counts.csv"
needs_crowds = pytest.mark.skipif(not CROWDS.is_file(), reason="the rendered set lies beside the project")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MODELS, tmp_path / "models", ignore=shutil.ignore_patterns("convert")))


def counted(path: Path, folder: Path, cache: Path, *, person: str = "") -> OccupancyScore:
    labels, models = read_labels(path), load_models(folder, person=person)
    evaluation = Evaluation(
        labels=labels,
        models=models,
        store=MemoryStore(cache, folder),
        settings=DetectorSettings(),
        rules=frozenset({"crowd"}),
        crowd_limit=8,
    )
    for clip in labels.clips:
        evaluation.clip(clip)
    occupancy = evaluation.outcome().occupancy
    assert occupancy is not None
    return occupancy


@needs_vtest
def test_real_pedestrians_are_counted_by_the_shipped_network(folder: Path, tmp_path: Path) -> None:
    score = counted(PEDESTRIANS, folder, tmp_path)
    assert score.frames == 20
    assert score.mae <= 0.45


@needs_vtest
@needs_yolox
def test_real_pedestrians_are_counted_by_an_operators_network(folder: Path, tmp_path: Path) -> None:
    added = run("models", "add", YOLOX, "--decode", "yolox", "--name", "yard", "--models", folder)
    assert added.returncode == 0, added.stderr
    assert counted(PEDESTRIANS, folder, tmp_path, person="yard").mae <= 0.45


@needs_crowds
def test_rendered_crowds_are_counted_within_a_person(folder: Path, tmp_path: Path) -> None:
    score = counted(CROWDS, folder, tmp_path)
    assert score.frames == 48
    assert score.mae <= 0.6
