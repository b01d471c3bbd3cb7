"""What is decoded and analysed of one stream: all that is wanted while something moves, keyframes only while it is still.

asleep    only keyframes are decoded; each is compared with the one before, and now and then a network looks at one
   |      something moves, or somebody is there; packets since the keyframe before are kept for that moment
waking    what was kept is decoded from its keyframe on, so that nothing is missed by having slept
   |
awake     every frame that the rules want
   |      nothing has moved for `stay_s`, and the rules follow nobody; at the next keyframe
asleep
"""

from collections.abc import Callable, Iterator
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
        #: packets since the last keyframe, that keyframe first; only while asleep
        self._kept: list[Packet] = []
        self._kept_bytes = 0
        self._asleep = False
        #: media times
        self._awake_until_s: float | None = None
        self._looked_s: float | None = None
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
        moves = self._attention.note(packet)
        if self._awake_until_s is None:
            self._awake_until_s = packet.pts_s + self._settings.learn_s
        if not self._asleep:
            if moves or self._pipeline.busy:
                self._awake_until_s = max(self._awake_until_s, packet.pts_s + self._settings.stay_s)
            if not packet.keyframe or packet.pts_s < self._awake_until_s or not self._settings.sleep:
                yield from self._sampler.feed(packet)
                return
            yield from self._sampler.flush()
            self._fall_asleep(packet)
        elif packet.keyframe:
            yield from self._rest_or_wake(packet)
        else:
            self._keep(packet)
            full = (
                len(self._kept) > self._settings.kept_packets or self._kept_bytes > self._settings.kept_bytes
            )
            if moves or full:
                yield from self._wake(packet.pts_s)

    def _fall_asleep(self, keyframe: Packet) -> None:
        """What is in this picture is what the next ones are compared with."""
        frame = self._sampler.glance(keyframe)
        self.stats.glances += 1
        if frame is not None:
            self._attention.see(frame)
        self._asleep = True
        self._looked_s = keyframe.pts_s
        self._keep(keyframe)

    def _rest_or_wake(self, keyframe: Packet) -> Iterator[Frame]:
        frame = self._sampler.glance(keyframe)
        self.stats.glances += 1
        if frame is None or self._attention.see(frame) or self._somebody_is_in(frame):
            self._keep(keyframe)
            yield from self._wake(keyframe.pts_s)
            return
        self.stats.asleep += max(0, len(self._kept) - 1)
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
