"""`vms bench models`: what one run of each shipped network costs, int8 against float32, one picture a run against several.

The networks take turns on the same picture, so that a machine that is busy for a while is so for all. On the CPU what counts
is the CPU time of one thread; where another device computes, the time until the answer. Nothing is asserted here.
"""

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from detectors.errors import DetectorError
from detectors.feeding import Picture, tensors_of
from detectors.manifest import Manifest, manifests_in
from detectors.onnx_session import OnnxFile, OnnxSession, offered_providers
from detectors.providers import Provider
from detectors.settings import DetectorSettings
from runtime.clock import Clock, SystemClock, cpu_seconds
from runtime.processor import int8_instructions
from vms.bench.batched import BatchImpossible, batched
from vms.bench.machine import this_machine
from vms.bench.models_report import BatchRun, ModelsReport, NetworkRun
from vms.bench.report import Spread
from vms.places import models_folder

TURNS: Final = 30
BATCHES: Final = (1, 2, 4, 8)
#: runs before the first turn: the first ones allocate
_WARM: Final = 3
#: providers that compute on the processor itself
_ON_CPU: Final[tuple[Provider, ...]] = ("cpu", "openvino")

Tell = Callable[[str], None]
Run = Callable[[], object]


def run(*, turns: int = TURNS, tell: Tell = lambda _what: None) -> ModelsReport:
    machine = asyncio.run(this_machine())
    clock = SystemClock()
    picture = _street()
    runs: list[NetworkRun] = []
    batches: list[BatchRun] = []
    notes: list[str] = []
    for provider in offered_providers():
        tell(f"{provider}: a picture a run")
        runs += _single(provider, picture, turns, clock, notes)
        tell(f"{provider}: several pictures a run")
        batches += _several(provider, picture, turns, clock, notes)
    return ModelsReport(
        made_at=clock.now(),
        machine=machine,
        int8_instructions=int8_instructions(),
        turns=turns,
        runs=tuple(runs),
        batches=tuple(batches),
        notes=tuple(notes),
    )


def _single(
    provider: Provider, picture: Picture, turns: int, clock: Clock, notes: list[str]
) -> list[NetworkRun]:
    cases: dict[tuple[str, int, int], tuple[Manifest, Run]] = {}
    for manifest in manifests_in(models_folder()):
        session = OnnxSession(folder=models_folder(), manifest=manifest, providers=[provider])
        if session.use.provider != provider:
            notes.append(session.use.message("en"))
            continue
        for width, height in _sizes(manifest):
            shown = np.asarray(cv2.resize(picture, (width, height)), np.uint8)
            cases[manifest.name, width, height] = manifest, _look(session, shown)
    taken = _in_turns([case for _, case in cases.values()], turns, _timer(provider, clock))
    by_case = dict(zip(cases, taken, strict=True))
    found = []
    for (name, width, height), (manifest, _) in cases.items():
        mine, theirs = by_case[name, width, height], by_case.get((manifest.source.original, width, height))
        ratios = [one / other for one, other in zip(mine, theirs, strict=True)] if theirs else None
        found.append(
            NetworkRun(
                name=name,
                provider=provider,
                width=width,
                height=height,
                ms=Spread.of(mine),
                original=manifest.source.original if ratios else "",
                ratio=Spread.of(ratios) if ratios else None,
            )
        )
    return found


def _several(
    provider: Provider, picture: Picture, turns: int, clock: Clock, notes: list[str]
) -> list[BatchRun]:
    found = []
    for manifest in manifests_in(models_folder()):
        with tempfile.TemporaryDirectory() as folder:
            try:
                cases = [_batch(manifest, provider, picture, size, Path(folder)) for size in BATCHES]
            except BatchImpossible as error:
                notes.append(f"{manifest.name} takes one picture a run: {error.reason}")
                continue
            taken = _in_turns(cases, turns, _timer(provider, clock))
        spreads = {
            size: Spread.of([ms / size for ms in one]) for size, one in zip(BATCHES, taken, strict=True)
        }
        found.append(BatchRun(name=manifest.name, provider=provider, ms_per_picture=spreads))
    return found


def _batch(manifest: Manifest, provider: Provider, picture: Picture, size: int, folder: Path) -> Run:
    """A run of `size` pictures, whose first answer is that of one picture. Raises: BatchImpossible."""
    width, height = _sizes(manifest)[0]
    shown = np.asarray(cv2.resize(picture, (width, height)), np.uint8)
    one = tensors_of(shown, manifest.input)
    path = folder / f"{size}.onnx"
    path.write_bytes(batched(models_folder() / manifest.file, size))
    fed = {name: np.concatenate([tensor] * size) for name, tensor in one.items()}
    name = manifest.output.name
    try:
        file = OnnxFile(path, providers=[provider])
        answer = file.answers(fed)[name]
        alone = OnnxFile(models_folder() / manifest.file, providers=[provider]).answers(one)[name]
    except DetectorError as error:
        raise BatchImpossible(reason="its graph is made for one") from error
    if len(answer) != size or not np.allclose(answer[-1], alone[0], atol=1e-3):
        raise BatchImpossible(reason="several pictures give other answers than each alone")
    return lambda: file.answers(fed)


def _sizes(manifest: Manifest) -> Sequence[tuple[int, int]]:
    """Width and height as the network is shown: the whole 16:9 picture, then second looks."""
    if manifest.input.width:
        return [(manifest.input.width, manifest.input.height)]
    settings = DetectorSettings()
    whole = settings.pose_size, -(-settings.pose_size * 9 // 16 // 32) * 32
    return [whole, *((size, size) for size in settings.crop_sizes)]


def _look(session: OnnxSession, picture: Picture) -> Run:
    return lambda: session.run(picture)


def _in_turns(cases: Sequence[Run], turns: int, now: Callable[[], float]) -> list[list[float]]:
    """Milliseconds of each case in each turn."""
    taken: list[list[float]] = [[] for _ in cases]
    for turn in range(-_WARM, turns):
        for case, one in zip(cases, taken, strict=True):
            started = now()
            case()
            if turn >= 0:
                one.append(1000 * (now() - started))
    return taken


def _timer(provider: Provider, clock: Clock) -> Callable[[], float]:
    return cpu_seconds if provider in _ON_CPU else clock.monotonic


def _street() -> Picture:
    """RGB: any picture will do, for a network takes as long over each."""
    dice = np.random.default_rng(0)
    coarse = dice.integers(0, 256, (36, 64, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(coarse, (1280, 720), interpolation=cv2.INTER_CUBIC), np.uint8)
