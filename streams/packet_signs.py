"""What the packets of a stream say of it without being decoded: rate, what is missing, GOP, whose clock runs how fast.

Arithmetic on time stamps, by DTS, which rises strictly where PTS with B-frames does not. TCP loses nothing, but cameras
give up frames whose network is too slow, and gateways lose what came to them by UDP: then time stamps have holes.
No clock: `at_s` are seconds of one that never goes back.
"""

from collections import deque
from dataclasses import dataclass
from statistics import median

#: packets over which the usual step is taken
_STEPS = 64
#: from so many usual steps on, a step has a hole in it; and so many frames may be missing in one hole, at most
_HOLE, _MOST_MISSING = 1.5, 250
#: seconds over which the rate is measured, and over which loss is
_RATE_S, _LOSS_S = 10.0, 60.0
#: measurements of the rate that its median is taken of: two hours, and the least of them
_RATES, _LEAST_RATES = 720, 6
#: seconds over which the two clocks are compared, at least, and after which a comparison begins anew
_DRIFT_S, _ANEW_S = 120.0, 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketFigures:
    #: frames a second as a share of the stream's own median; None until both are known
    fps_share: float | None
    #: share of frames that are missing, or marked corrupt, over a minute; None until that is known
    loss: float | None
    #: seconds between the last two keyframes, or since the last one if that is longer
    gop_s: float
    #: how much faster the time stamps run than our clock, as a share; None until that is known
    drift: float | None


class PacketSigns:
    """All runs of one stream."""

    def __init__(self) -> None:
        self._usual_s: float | None = None
        self._received = self._missing = 0
        self._rates: deque[float] = deque(maxlen=_RATES)
        self._fps_share: float | None = None
        self._lost: deque[tuple[float, int, int]] = deque()
        self.begin()

    @property
    def gop_s(self) -> float:
        """Seconds between the last two keyframes; 0 until there were two."""
        return self._gop_s

    def begin(self) -> None:
        """A new run, or packets were lost on our side: what follows has nothing to do with the time stamps before."""
        self._steps: deque[float] = deque(maxlen=_STEPS)
        self._last_s: float | None = None
        self._keyframe_s: float | None = None
        self._gop_s = 0.0
        self._rate_from_s: float | None = None
        self._rate_count = 0
        self._anchor: tuple[float, float] | None = None
        self._drift: float | None = None

    def forget_loss(self) -> None:
        """The stream was dead: that is said already."""
        self._lost.clear()

    def note(self, dts_s: float, *, keyframe: bool, corrupt: bool) -> None:
        """One packet; `dts_s` is in seconds of any beginning."""
        self._received += 1
        self._missing += corrupt
        if self._last_s is not None:
            self._note_step(dts_s - self._last_s)
        self._last_s = dts_s
        if keyframe:
            if self._keyframe_s is not None:
                self._gop_s = dts_s - self._keyframe_s
            self._keyframe_s = dts_s
        if self._rate_from_s is None:
            self._rate_from_s, self._rate_count = dts_s, 0
        self._rate_count += 1
        if dts_s - self._rate_from_s >= _RATE_S:
            self._note_rate((self._rate_count - 1) / (dts_s - self._rate_from_s))
            self._rate_from_s, self._rate_count = dts_s, 1

    def note_absence(self, seconds: float) -> None:
        """No packets came, for the camera hung up and was connected anew."""
        if self._usual_s:
            self._missing += round(max(0.0, seconds) / self._usual_s)

    def note_damaged(self) -> None:
        """A keyframe could not be decoded, though others could: its whole GOP is lost to whoever looks."""
        self._missing += max(1, round(self._gop_s / self._usual_s)) if self._usual_s else 1

    def figures(self, at_s: float) -> PacketFigures:
        """As of now; to be asked about once a second."""
        self._lost.append((at_s, self._received, self._missing))
        self._received = self._missing = 0
        while self._lost and at_s - self._lost[0][0] >= _LOSS_S:
            self._lost.popleft()
        if self._steps:
            self._usual_s = median(self._steps)
        received = sum(each[1] for each in self._lost)
        missing = sum(each[2] for each in self._lost)
        open_gop_s = (
            (self._last_s or 0.0) - (self._keyframe_s or 0.0) if self._keyframe_s is not None else 0.0
        )
        return PacketFigures(
            fps_share=self._fps_share,
            loss=missing / (received + missing) if received >= _STEPS else None,
            gop_s=max(self._gop_s, open_gop_s),
            drift=self._compared(at_s),
        )

    def _note_step(self, step_s: float) -> None:
        self._steps.append(step_s)
        if self._usual_s is not None and step_s > _HOLE * self._usual_s:
            self._missing += min(_MOST_MISSING, round(step_s / self._usual_s) - 1)

    def _note_rate(self, fps: float) -> None:
        if len(self._rates) >= _LEAST_RATES:
            self._fps_share = fps / median(self._rates)
        self._rates.append(fps)

    def _compared(self, at_s: float) -> float | None:
        if self._last_s is None:
            return None
        if self._anchor is None:
            self._anchor = (at_s, self._last_s)
        passed_s = at_s - self._anchor[0]
        if passed_s >= _DRIFT_S:
            self._drift = (self._last_s - self._anchor[1]) / passed_s - 1.0
        if passed_s >= _ANEW_S:
            self._anchor = (at_s, self._last_s)
        return self._drift
