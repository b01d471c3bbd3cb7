"""Ordinary life for hours: footage in which nobody falls, over and over and each time otherwise, through the pipeline.

What the rules state in it is false, for falls; for `person_down` it may be right, for somebody may lie in it. Networks,
tracker and rules are those of every camera. It is no field trial: the same few people in the same few places return.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from detectors.event import EVENT_KINDS, Event, EventKind, ZoneId
from detectors.labels import Labels
from detectors.memory_store import MemoryStore
from detectors.models import Models
from detectors.pipeline import ChannelPipeline
from detectors.remembered import Memory, NotRemembered, stamps_of
from detectors.scene import Scene
from detectors.settings import DetectorSettings
from detectors.variation import Variation, draw_variation, varied
from detectors.zones import Zone
from streams.camera import CameraId
from streams.frame import Frame
from streams.sampler import frames_of_file

_CAMERA = CameraId(0)
_RULES: frozenset[EventKind] = frozenset(EVENT_KINDS)
_WHOLE_PICTURE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One showing of one video."""

    number: int
    video: Path
    variation: Variation


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """An event and where it was stated."""

    episode: Episode
    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeOutcome:
    seed: int
    episodes: int
    videos: tuple[Path, ...]
    #: media time, seconds
    media_s: float
    statements: tuple[Statement, ...]

    def of(self, kind: EventKind) -> tuple[Statement, ...]:
        """What eases is no statement."""
        return tuple(s for s in self.statements if s.event.kind == kind and s.event.rising)


def without_falls(labels: Sequence[Labels]) -> tuple[Path, ...]:
    """The videos of which the labels name no event."""
    return tuple(clip.path for each in labels for clip in each.clips if not clip.events)


class Life:
    """Everything here blocks. What the networks said is kept, so that a run that was stopped goes on where it was."""

    def __init__(
        self,
        *,
        videos: Sequence[Path],
        models: Models,
        store: MemoryStore,
        settings: DetectorSettings,
        crowd_limit: int,
    ) -> None:
        self._videos = tuple(dict.fromkeys(videos))
        self._models = models
        self._store = store
        self._settings = settings
        self._zone = Zone.parse(
            id=ZoneId(0), name="picture", polygon=_WHOLE_PICTURE, rules=["crowd"], crowd_limit=crowd_limit
        )

    def run(
        self,
        *,
        seconds: float,
        seed: int,
        on_progress: Callable[[float], None] = lambda _media_s: None,
        on_event: Callable[[Statement], None] = lambda _statement: None,
    ) -> LifeOutcome:
        """At least so many seconds of media time. Raises: StreamError, MemoryFolderUnusable."""
        media_s, shown = 0.0, 0
        statements: list[Statement] = []
        for episode in self._episodes(seed):
            scenes, events = self._watch(episode)
            if scenes:
                media_s += scenes[-1].media_time_s + 1 / self._settings.fall_fps
            shown += 1
            for event in events:
                statements.append(Statement(episode=episode, event=event))
                on_event(statements[-1])
            on_progress(media_s)
            if media_s >= seconds or (shown >= len(self._videos) and media_s == 0):
                break
        return LifeOutcome(
            seed=seed, episodes=shown, videos=self._videos, media_s=media_s, statements=tuple(statements)
        )

    def _episodes(self, seed: int) -> Iterator[Episode]:
        """All videos in one order, then all in another, each time varied otherwise."""
        rng = np.random.default_rng(seed)
        number = 0
        while self._videos:
            for i in rng.permutation(len(self._videos)).tolist():
                yield Episode(number=number, video=self._videos[i], variation=draw_variation(rng))
                number += 1

    def _watch(self, episode: Episode) -> tuple[list[Scene], list[Event]]:
        """From memory, where every look is remembered; else from the video, remembering."""
        key = self._key(episode)
        memory = self._store.load(key)
        if memory.stamps is not None:
            try:
                return self._pass(memory, memory.frames(_CAMERA))
            except NotRemembered:
                pass
        source_fps = self._settings.fall_fps / episode.variation.speed
        frames = frames_of_file(str(episode.video), _CAMERA, source_fps)
        scenes, events = self._pass(memory, varied(frames, episode.variation))
        memory.stamps = stamps_of(scenes)
        self._store.save(key, memory)
        return scenes, events

    def _pass(self, memory: Memory, frames: Iterator[Frame]) -> tuple[list[Scene], list[Event]]:
        # A cut from one video to the next is no fall: each is a run of its own.
        pipeline = ChannelPipeline(
            camera_id=_CAMERA,
            zones=[self._zone],
            rules=_RULES,
            models=memory.models(self._models),
            settings=self._settings,
        )
        scenes: list[Scene] = []
        events: list[Event] = []
        for frame in frames:
            analysis = pipeline.analyse(frame)
            scenes.append(analysis.scene)
            events += analysis.events
        return scenes, events

    def _key(self, episode: Episode) -> str:
        plain = self._store.key(episode.video, self._settings.fall_fps)
        return hashlib.sha256(f"{plain} {episode.variation.text}".encode()).hexdigest()
