"""What is decoded and analysed of one stream: all that is wanted while something moves, keyframes only while it is still.

asleep    a keyframe every 3 s or more is decoded and compared with the one before; now and then a network looks at one
   |      packets grow, the picture changes, or somebody is seen; packets since that keyframe are kept for this moment
waking    what was kept is decoded from its keyframe on, so that nothing is missed by having slept
   |
awake     every frame that the rules want
   |      nothing has moved for `stay_s`, and the rules follow nobody; at the next keyframe
asleep
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from detectors.attention import Attention
from detectors.pipeline import ChannelPipeline
from detectors.settings import ScheduleSettings
from streams.camera import CameraId
from streams.frame import Frame
from streams.packet import Packet
from streams.sampler import Feeder, Sampler, frames_of_file


@dataclass(slots=True, kw_only=True)
class ScheduleStats:
    """Counted over all runs of a stream."""

    #: packets that were never decoded, because the scene was still
    asleep: int = 0
    #: keyframes decoded on their own, and those of them that a network looked at
    glances: int = 0
    looks: int = 0
    #: how often it woke
    wakings: int = 0
    #: packets and pictures that could not be decoded
    corrupt: int = 0


class Schedule:
    """One run of one stream. It stands where a Sampler would: packets in, frames to analyse out. One thread at a time."""

    def __init__(
        self,
        sampler: Sampler,
        pipeline: ChannelPipeline,
        settings: ScheduleSettings,
        *,
        stats: ScheduleStats | None = None,
        may_look: Callable[[], bool] = lambda: True,
    ) -> None:
        """`may_look` says whether there is time for a network to look at a still scene."""
        self._may_look = may_look
        self._sampler = sampler
        self._pipeline = pipeline
        self._settings = settings
        self._attention = Attention(settings)
        #: packets since the keyframe that was compared last, that keyframe first; only while asleep
        self._kept: list[Packet] = []
        self._kept_bytes = 0
        self._asleep = False
        #: media times
        self._awake_until_s: float | None = None
        self._looked_s: float | None = None
        self._compared_s: float | None = None
        #: somebody, since the last comparison
        self._followed = False
        #: whether a keyframe can be decoded without what came before it
        self._stands_alone = True
        self._woke_s: float | None = None
        self._corrupt = 0
        self.stats = stats or ScheduleStats()

    @property
    def asleep(self) -> bool:
        return self._asleep

    def is_catching_up(self, at_s: float) -> bool:
        """Whether a frame of that media time may come late, because what came before it was kept and is analysed now."""
        return self._woke_s is not None and at_s <= self._woke_s + self._settings.catch_up_s

    def feed(self, packet: Packet) -> Iterator[Frame]:
        """The frames that have become due, in the order of their PTS; take them before the next packet is fed."""
        yield from self._feed(packet)
        self.stats.corrupt += self._sampler.corrupt - self._corrupt
        self._corrupt = self._sampler.corrupt

    def flush(self) -> Iterator[Frame]:
        """At the end of a run: what the decoder held back, and of a sleeper what may have been slept through."""
        if self._asleep and len(self._kept) > 1:
            yield from self._wake(self._kept[-1].pts_s)
        yield from self._sampler.flush()

    def _feed(self, packet: Packet) -> Iterator[Frame]:
        moves, busy = self._attention.note(packet), self._pipeline.busy
        self._followed = self._followed or busy
        if self._awake_until_s is None:
            self._awake_until_s = packet.pts_s + self._settings.learn_s
        if not self._asleep:
            if busy:
                self._stay_awake(packet.pts_s)
            if packet.keyframe and self._may_sleep(packet.pts_s):
                yield from self._sampler.flush()
                self._fall_asleep(packet)
            if not self._asleep:
                yield from self._watched(self._sampler.feed(packet))
        elif packet.keyframe and not busy and self._is_comparison_due(packet.pts_s):
            yield from self._rest_or_wake(packet)
        else:
            self._keep(packet)
            if moves or busy or self._is_full():
                yield from self._wake(packet.pts_s)

    def _may_sleep(self, at_s: float) -> bool:
        until_s = self._awake_until_s or 0.0
        return self._settings.sleep and self._stands_alone and at_s >= until_s

    def _watched(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """The same frames; now and then one is compared with one before."""
        for frame in frames:
            if self._is_comparison_due(frame.pts_s) and self._differs(frame):
                self._stay_awake(frame.pts_s)
            yield frame

    def _is_comparison_due(self, at_s: float) -> bool:
        """Too near in time, pictures hardly differ though somebody walks."""
        settings = self._settings
        every_s = settings.compare_asleep_every_s if self._asleep else settings.compare_every_s
        return self._compared_s is None or at_s - self._compared_s >= 0.98 * every_s

    def _differs(self, frame: Frame) -> bool:
        """From the picture before; what came in between is learned."""
        followed, self._followed = self._followed, False
        self._compared_s = frame.pts_s
        return self._attention.see(frame, followed=followed)

    def _stay_awake(self, at_s: float) -> None:
        self._awake_until_s = max(self._awake_until_s or 0.0, at_s + self._settings.stay_s)

    def _fall_asleep(self, keyframe: Packet) -> None:
        """If this keyframe can be decoded on its own: with gradual refresh none can, and it never sleeps."""
        frame = self._sampler.glance(keyframe)
        self.stats.glances += 1
        if frame is None:
            self._stands_alone = False
        elif self._differs(frame):
            self._stay_awake(keyframe.pts_s)
        else:
            self._asleep = True
            self._looked_s = keyframe.pts_s
            self._keep(keyframe)

    def _rest_or_wake(self, keyframe: Packet) -> Iterator[Frame]:
        frame = self._sampler.glance(keyframe)
        self.stats.glances += 1
        if frame is None or self._differs(frame) or self._somebody_is_in(frame):
            self._keep(keyframe)
            yield from self._wake(keyframe.pts_s)
            return
        self.stats.asleep += len(self._kept) - 1
        self._kept, self._kept_bytes = [], 0
        self._keep(keyframe)

    def _somebody_is_in(self, frame: Frame) -> bool:
        if self._looked_s is not None and frame.pts_s - self._looked_s < self._settings.look_every_s:
            return False
        if not self._may_look():
            return False
        self._looked_s = frame.pts_s
        self.stats.looks += 1
        return self._pipeline.scout(frame)

    def _wake(self, at_s: float) -> Iterator[Frame]:
        """Decode what was kept and give what is not too long ago: where nothing was known to move, older is of no use."""
        self.stats.wakings += 1
        self._asleep = False
        self._awake_until_s = at_s + self._settings.stay_s
        self._woke_s = at_s
        kept, self._kept, self._kept_bytes = self._kept, [], 0
        for packet in kept:
            for frame in self._sampler.feed(packet):
                if frame.pts_s >= at_s - self._settings.most_back_s:
                    yield frame

    def _keep(self, packet: Packet) -> None:
        self._kept.append(packet)
        self._kept_bytes += packet.size

    def _is_full(self) -> bool:
        settings = self._settings
        return len(self._kept) > settings.kept_packets or self._kept_bytes > settings.kept_bytes


def frames_as_live(
    path: str,
    camera_id: CameraId,
    pipeline: ChannelPipeline,
    settings: ScheduleSettings,
    stats: ScheduleStats,
) -> Iterator[Frame]:
    """The frames of a file that the schedule would have had of a live camera. Raises: VideoUnreadable, NoVideo."""

    def decide(sampler: Sampler) -> Schedule:
        return Schedule(sampler, pipeline, settings, stats=stats)

    return frames_of_file(path, camera_id, pipeline.wanted_fps, decide=decide)


_feeder: type[Feeder] = Schedule
