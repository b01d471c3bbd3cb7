"""Measures how the pose network sees bodies whose true keypoints are known: what `observation` draws from.

The clips are rendered: see `truth`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from statistics import NormalDist, fmean

import numpy as np

from detectors.detection import Detection, Pose
from detectors.detector import PoseDetector
from detectors.memory_store import MemoryStore
from detectors.remembered import RememberingPoses
from detectors.simulation.observation import (
    GROUPS,
    HELD,
    LOOK_KINDS,
    LOOK_SIZES,
    MEASURED_FPS,
    SHARES,
    SWAPPED,
    Figures,
    Held,
    LookFigures,
    LookKind,
    standing_turn,
)
from detectors.simulation.skeleton import Array
from detectors.simulation.truth import TruePerson, Truth, nearest, read_truth
from streams.camera import CameraId
from streams.frame import Frame
from streams.sampler import frames_of_file

#: of a detection's keypoints from the true ones, median, in body lengths: beyond it is somebody else, or nobody
_NEAR = 0.4
#: scores under it are not told apart
_FLOOR = 0.01
#: from it on the pipeline takes a sight in the whole picture, and errors of keypoints are measured
_STATED, _CLEAR = 0.15, 0.1
_CROP_MARGIN = 0.6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Seen:
    #: clip and person
    subject: str
    person: TruePerson
    #: None where the network did not see it
    detection: Detection | None

    @property
    def score(self) -> float:
        return self.detection.score if self.detection else 0.0


def measure(
    clips: Sequence[Path],
    model: PoseDetector,
    store: MemoryStore,
    *,
    on_progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Figures:
    """Clips without JSON are left out. What the network said is kept in the store.

    Raises: StreamError, where a clip cannot be read; MemoryFolderUnusable.
    """
    looker = _Looker()
    used = 0
    for i, clip in enumerate(clips):
        on_progress(i, len(clips))
        truth = read_truth(clip)
        if truth is not None:
            used += 1
            key = store.key(clip, MEASURED_FPS)
            memory = store.load(key)
            looker.watch(clip, truth, RememberingPoses(model, memory))
            if memory.computed:
                store.save(key, memory)
    return looker.figures(used, model.fact.name)


class _Looker:
    """Looks at every frame in every way and remembers what it saw of whom."""

    def __init__(self) -> None:
        self._seen: dict[LookKind, list[_Seen]] = {kind: [] for kind in LOOK_KINDS}
        #: looked at with half the size
        self._halved: list[_Seen] = []
        self._ghosts = self._frames = 0

    def watch(self, clip: Path, truth: Truth, model: PoseDetector) -> None:
        for frame in frames_of_file(str(clip), CameraId(0), MEASURED_FPS):
            people = nearest(truth, frame.pts_s)
            self._frames += 1
            whole = model.look(frame, size=LOOK_SIZES["whole"], least=_FLOOR)
            self._ghosts += sum(
                all(_apart(detection, person) > 1.0 for person in people)
                for detection in whole
                if detection.score >= _STATED
            )
            for person in people:
                if _within(person, frame):
                    self._look_at(frame, clip.name, person, whole, model)

    def _look_at(
        self, frame: Frame, clip: str, person: TruePerson, whole: Sequence[Detection], model: PoseDetector
    ) -> None:
        subject = f"{clip} {person.number}"

        def seen(found: Sequence[Detection]) -> _Seen:
            return _Seen(subject=subject, person=person, detection=_nearest(found, person))

        area = person.box.grown(_CROP_MARGIN * person.length)
        self._seen["whole"].append(seen(whole))
        for kind in LOOK_KINDS[1:]:
            turned = standing_turn(person.keypoints) if kind.startswith("turned") else 0
            size = LOOK_SIZES[kind]
            found = model.look(frame, size=size, area=area, least=_FLOOR, turned=turned)
            self._seen[kind].append(seen(found))
        self._halved.append(seen(model.look(frame, size=LOOK_SIZES["whole"] // 2, least=_FLOOR)))

    def figures(self, clips: int, model: str) -> Figures:
        whole = self._of("whole")
        halved = _by_held(self._halved)
        return Figures(
            model=model,
            clips=f"{clips} clips, {self._frames} frames at {MEASURED_FPS:g} a second",
            size_slope={held: round(_slope(whole[held], halved[held]), 3) for held in HELD},
            size_px=round(float(np.median([seen.person.length for seen in self._seen["whole"]])), 1),
            ghosts=round(self._ghosts / max(1, self._frames), 4),
            stances_alike=round(_alike([whole[held] for held in HELD]), 3),
            looks_alike=round(
                float(np.mean([_alike([self._of(kind)[held] for kind in LOOK_KINDS]) for held in HELD])), 3
            ),
            looks={held: {kind: _figures(self._of(kind)[held]) for kind in LOOK_KINDS} for held in HELD},
        )

    def _of(self, kind: LookKind) -> Mapping[Held, Sequence[_Seen]]:
        return _by_held(self._seen[kind])


def _by_held(seen: Sequence[_Seen]) -> Mapping[Held, Sequence[_Seen]]:
    return {held: [each for each in seen if each.person.held == held] for held in HELD}


def _alike(groups: Sequence[Sequence[_Seen]]) -> float:
    """Mean correlation, over subjects, of how well they are seen in one group and in another."""
    means = [_means(group) for group in groups]
    found = []
    for one, other in combinations(means, 2):
        both = sorted(set(one) & set(other))
        pairs = np.array([(one[subject], other[subject]) for subject in both])
        if len(both) >= 5:
            found.append(_correlation(*pairs.T))
    return max(0.0, float(np.mean(found))) if found else 0.0


def _means(seen: Sequence[_Seen]) -> Mapping[str, float]:
    normal = _normal_scores(np.array([each.score for each in seen]))
    groups: dict[str, list[float]] = {}
    for each, value in zip(seen, normal.tolist(), strict=True):
        groups.setdefault(each.subject, []).append(value)
    return {subject: fmean(values) for subject, values in groups.items()}


def _slope(whole: Sequence[_Seen], halved: Sequence[_Seen]) -> float:
    """By how many deviates scores fall where people are half as long."""
    scores = np.sort([seen.score for seen in whole])
    ranks = np.searchsorted(scores, [seen.score for seen in halved]) / max(1, len(scores))
    return float(np.mean(_inverse_normal(np.clip(ranks, 0.5 / len(scores), 1 - 0.5 / len(scores)))))


def _within(person: TruePerson, frame: Frame) -> bool:
    x, y = person.keypoints.T
    inside = (x >= 0) & (y >= 0) & (x < frame.width) & (y < frame.height)
    return bool(inside.mean() > 0.9)


def _apart(detection: Detection, person: TruePerson) -> float:
    """Of the centres, in true lengths."""
    return detection.box.distance(person.box) / person.length


def _nearest(found: Sequence[Detection], person: TruePerson) -> Detection | None:
    def far(detection: Detection) -> float:
        assert detection.pose is not None
        apart = detection.pose.keypoints[:, :2] - person.keypoints
        return float(np.median(np.hypot(apart[:, 0], apart[:, 1]))) / person.length

    near = [detection for detection in found if far(detection) < _NEAR]
    # Of several at one place the pipeline keeps the best score.
    return max(near, key=lambda detection: detection.score, default=None)


def _figures(seen: Sequence[_Seen]) -> LookFigures:
    subjects = [each.subject for each in seen]
    scores = np.array([each.score for each in seen])
    normal = _normal_scores(scores)
    # Where nobody is seen clearly there are no errors to measure, and none will be drawn.
    found = [each for each in seen if each.score >= _CLEAR] or [_exact(each) for each in seen[:1]]
    errors, sure, swapped = _errors(found)
    lasting, shared = _error_correlations(found, errors)
    return LookFigures(
        sights=len(seen),
        scores=_shares(scores),
        score_between=round(_between(subjects, normal), 3),
        score_lasting=round(_lasting(subjects, normal), 3),
        errors={name: _shares(np.hypot(errors[:, at, 0], errors[:, at, 1])) for name, at in _groups()},
        keypoint_scores={name: _shares(sure[:, at]) for name, at in _groups()},
        error_lasting=round(lasting, 3),
        error_shared=round(shared, 3),
        error_doubt=round(_doubt(errors, sure), 3),
        swapped=round(float(np.mean(swapped)), 4),
        margins=_margins(found),
    )


def _groups() -> Iterator[tuple[str, list[int]]]:
    return ((name, list(members)) for name, members in GROUPS.items())


def _shares(values: Array) -> tuple[float, ...]:
    return tuple(round(float(q), 4) for q in np.quantile(values.ravel(), SHARES))


def _exact(seen: _Seen) -> _Seen:
    """As if the truth had been seen."""
    keypoints = np.concatenate([seen.person.keypoints, np.zeros((17, 1))], axis=1).astype(np.float32)
    exact = Detection(box=seen.person.box, score=0.0, pose=Pose(keypoints=keypoints))
    return replace(seen, detection=exact)


def _errors(found: Sequence[_Seen]) -> tuple[Array, Array, Array]:
    """Errors (n, 17, 2) in lengths, with swapped sides put right; keypoint scores (n, 17); whether swapped (n,)."""
    errors, sure, swapped = [], [], []
    for s in found:
        assert s.detection is not None and s.detection.pose is not None
        keypoints = s.detection.pose.keypoints
        plain = (keypoints[:, :2] - s.person.keypoints) / s.person.length
        crossed = (keypoints[list(SWAPPED), :2] - s.person.keypoints) / s.person.length
        trunk = [5, 6, 11, 12, 13, 14, 15, 16]
        swap = np.hypot(*crossed[trunk].T).sum() < 0.6 * np.hypot(*plain[trunk].T).sum()
        errors.append(crossed if swap else plain)
        sure.append(keypoints[:, 2])
        swapped.append(swap)
    return np.array(errors), np.array(sure, np.float64), np.array(swapped)


def _margins(found: Sequence[_Seen]) -> tuple[tuple[float, float], ...]:
    rows = []
    for s in found:
        assert s.detection is not None
        box, true = s.detection.box, s.person.box
        rows.append(
            [
                (true.left - box.left) / s.person.length,
                (true.top - box.top) / s.person.length,
                (box.right - true.right) / s.person.length,
                (box.bottom - true.bottom) / s.person.length,
            ]
        )
    table = np.clip(np.array(rows), -0.5, 0.5)
    return tuple(
        (round(float(m), 4), round(float(d), 4)) for m, d in zip(table.mean(0), table.std(0), strict=True)
    )


def _normal_scores(values: Array) -> Array:
    """Ranks as normal deviates; equal values share theirs."""
    ranks = np.array([(np.sum(values < v) + 0.5 * np.sum(values == v)) / len(values) for v in values])
    return _inverse_normal(ranks)


def _inverse_normal(shares: Array) -> Array:
    normal = NormalDist()
    return np.array([normal.inv_cdf(min(0.9999, max(0.0001, float(share)))) for share in shares])


def _by_clip(clips: Sequence[str], values: Array) -> list[Array]:
    found: dict[str, list[float]] = {}
    for clip, value in zip(clips, values.tolist(), strict=True):
        found.setdefault(clip, []).append(value)
    return [np.array(each) for each in found.values()]


def _between(clips: Sequence[str], normal: Array) -> float:
    """Share of the variance between clips."""
    groups = _by_clip(clips, normal)
    within = sum(float(((g - g.mean()) ** 2).sum()) for g in groups)
    total = float(((normal - normal.mean()) ** 2).sum())
    return 1 - within / total if total else 0.0


def _lasting(clips: Sequence[str], values: Array) -> float:
    """Correlation of neighbours within clips."""
    centred = [g - g.mean() for g in _by_clip(clips, values)]
    both = sum(float((g[1:] * g[:-1]).sum()) for g in centred)
    own = sum(float((g[1:] ** 2).sum()) for g in centred)
    return max(0.0, both / own) if own else 0.0


def _error_correlations(found: Sequence[_Seen], errors: Array) -> tuple[float, float]:
    """Of two frames on end, and of two keypoints; large errors are cut, or they alone would speak."""
    cut = np.clip(errors, *np.quantile(errors, [0.05, 0.95]))
    clips = [s.subject for s in found]
    lasting = float(np.mean([_lasting(clips, cut[:, k, axis]) for k in range(17) for axis in range(2)]))
    pairs = [
        _correlation(cut[:, one, axis], cut[:, other, axis])
        for axis in range(2)
        for one, other in combinations(range(17), 2)
    ]
    return lasting, max(0.0, float(np.mean(pairs)))


def _doubt(errors: Array, sure: Array) -> float:
    far = np.hypot(errors[..., 0], errors[..., 1]).ravel()
    ranks = np.array([np.argsort(np.argsort(values)) for values in (far, sure.ravel())], np.float64)
    return _correlation(*ranks)


def _correlation(one: Array, other: Array) -> float:
    """0 where one of them never changes."""
    spread = float(one.std() * other.std())
    return float(((one - one.mean()) * (other - other.mean())).mean()) / spread if spread > 1e-12 else 0.0
