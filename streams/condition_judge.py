"""From the state of a connection, the figures of packets and those of pictures to a Condition: no I/O and no clock.

Each thing that can be wrong has a `Doubt` of its own; what is worst of those that are stated is the state. `at_s` are
seconds of a clock that never goes back, `now` is wall time.
"""

from datetime import datetime
from typing import Final

from runtime.errors import VmsError
from streams.condition import Condition, ConditionCause, ConditionState
from streams.condition_settings import ConditionSettings
from streams.doubt import Doubt
from streams.errors import (
    CameraRefused,
    CameraUnauthorised,
    CameraUnreachable,
    StreamEnded,
    StreamStalled,
)
from streams.packet_signs import PacketFigures
from streams.picture_signs import PictureSigns

#: why there is no connection; every other error means that no video is to be had there
_CAUSE_OF: Final[dict[type[VmsError], ConditionCause]] = {
    CameraRefused: "refused",
    CameraUnauthorised: "unauthorised",
    CameraUnreachable: "unreachable",
    StreamEnded: "hung_up",
}
#: what is wrong with a picture, worst first; only the first that is stated is told
_PICTURE: Final[tuple[tuple[ConditionState, ConditionCause], ...]] = (
    ("black", "dark"),
    ("frozen", "no_change"),
    ("covered", "covered"),
    ("covered", "defocused"),
    ("turned", "turned"),
)
#: what degrades a stream; all that are stated are told
_DEGRADING: Final[tuple[ConditionCause, ...]] = ("clock_drift", "long_gop", "low_fps", "packet_loss")
#: what is wrong is right again only this much beyond its mark, as a share of the mark
_BACK: Final = 0.15
#: seconds without a packet that mean nothing
_PAUSE_S: Final = 2.0


class ConditionJudge:
    def __init__(self, settings: ConditionSettings, *, at_s: float, seen_before: bool = False) -> None:
        """`seen_before`: whether it is known to have been connected once, before this process began."""
        self._settings = settings
        after_s: dict[ConditionCause, float] = {
            "dark": settings.black_after_s,
            "no_change": settings.frozen_after_s,
            "covered": settings.covered_after_s,
            "defocused": settings.covered_after_s,
            "turned": settings.turned_after_s,
        }
        self._doubts: dict[ConditionCause, Doubt] = {
            cause: self._doubt(after_s.get(cause, settings.degraded_after_s))
            for cause in (*(cause for _, cause in _PICTURE), *_DEGRADING)
        }
        self._dead = self._doubt(settings.dead_after_s)
        self._heard_s = at_s
        self._ever_heard = seen_before
        #: since this judge was made
        self._heard = False
        self._looked_s: float | None = None
        self._condition: Condition | None = None
        #: looks in a row that were as the one before, and when that one was
        self._same_looks = 0
        self._same_since_s = at_s
        self._clock_offset_s: float | None = None

    @property
    def condition(self) -> Condition | None:
        """None until the first packet, or until it is clear that none comes."""
        return self._condition

    @property
    def dead(self) -> bool:
        return self._dead.stated

    @property
    def look_gap_s(self) -> float:
        """Seconds that should lie between two keyframes that are looked at."""
        if self._same_looks == 1:
            # A clip that is played in a loop may show the same picture again; but then the next one is another.
            return 0.0
        doubts = [self._doubts[cause] for _, cause in _PICTURE]
        if any(doubt.pending or doubt.stated for doubt in doubts):
            return self._settings.doubt_every_s
        return self._settings.look_every_s

    def note_clock_offset(self, offset_s: float | None) -> None:
        """By how much the camera's clock is ahead of ours, where it was asked."""
        self._clock_offset_s = offset_s

    def note_packets(self, at_s: float) -> None:
        """Some have come."""
        self._heard_s = at_s
        self._heard = self._ever_heard = True

    def note_new_run(self) -> None:
        """That a picture was frozen says nothing of the next session."""
        self._doubts["no_change"].forget()
        self._same_looks = 0

    def note_figures(self, figures: PacketFigures, at_s: float) -> None:
        settings = self._settings
        offset_s, drift = self._clock_offset_s, figures.drift
        too_far = offset_s is not None and self._above(abs(offset_s), settings.clock_offset_s, "clock_drift")
        too_fast = drift is not None and self._above(abs(drift), settings.clock_rate, "clock_drift")
        self._see("clock_drift", too_far or too_fast, at_s)
        self._see("long_gop", self._above(figures.gop_s, settings.long_gop_s, "long_gop"), at_s)
        if figures.fps_share is not None:
            self._see("low_fps", self._below(figures.fps_share, settings.low_fps, "low_fps"), at_s)
        if figures.loss is not None:
            self._see("packet_loss", self._above(figures.loss, settings.loss, "packet_loss"), at_s)

    def note_signs(self, signs: PictureSigns, at_s: float) -> None:
        """Of the keyframe that was looked at last."""
        settings = self._settings
        dark = self._below(signs.light, settings.black_light, "dark")
        self._see("dark", dark, at_s)
        if signs.same is not None:
            same = self._is_same(signs.same)
            self._same_looks = self._same_looks + 1 if same else 0
            if self._same_looks == 1:
                self._same_since_s = self._looked_s or at_s
            self._see("no_change", self._same_looks >= 2, at_s, since_s=self._same_since_s)
        covered = defocused = turned = False
        if signs.sharp is None or signs.alike is None or signs.found is None:
            covered = self._below(signs.textured, settings.flat_textured, "covered")
        else:
            alike = signs.alike >= settings.blurred_alike
            mark = settings.blurred_sharp * (min(1.0, signs.contrast or 1.0) if alike else 1.0)
            defocused = alike and self._below(signs.sharp, mark, "defocused")
            covered = not alike and self._below(signs.sharp, mark, "covered")
            turned = self._below(signs.found, settings.turned_found, "turned")
        self._see("covered", covered and not dark, at_s)
        self._see("defocused", defocused and not dark, at_s)
        if dark or covered or defocused:
            self._doubts["turned"].suspend()
        else:
            self._see("turned", turned, at_s)
        self._looked_s = at_s

    def conclude(self, at_s: float, now: datetime, *, error: VmsError | None) -> Condition | None:
        """The condition if it has changed; `error` is what the connection failed with last, None while it stands."""
        silent_s = at_s - self._heard_s
        self._dead.see(silent_s > _PAUSE_S, at_s, since_s=self._heard_s)
        if self.dead and silent_s < self._settings.dead_after_s:
            return None  # it is back, but it was back before and did not stay
        if self.dead:
            for doubt in self._doubts.values():
                doubt.suspend()
            self._looked_s = None
            self._same_looks = 0
            state, causes = self._of_the_dead(error)
        elif not self._heard:
            return None
        else:
            error = None
            state, causes = self._of_the_living()
        known = self._condition
        if known is not None and (known.state, known.causes) == (state, causes):
            return None
        self._condition = Condition(state=state, since=now, causes=causes, error=error)
        return self._condition

    def _of_the_living(self) -> tuple[ConditionState, tuple[ConditionCause, ...]]:
        for state, cause in _PICTURE:
            if self._doubts[cause].stated:
                return state, (cause,)
        degrading = tuple(cause for cause in _DEGRADING if self._doubts[cause].stated)
        return ("degraded" if degrading else "live"), degrading

    def _of_the_dead(self, error: VmsError | None) -> tuple[ConditionState, tuple[ConditionCause, ...]]:
        if error is None or isinstance(error, StreamStalled):
            return ("stalled" if self._ever_heard else "never_connected"), ("no_packets",)
        cause = _CAUSE_OF.get(type(error), "no_video")
        return ("offline" if self._ever_heard else "never_connected"), (cause,)

    def _doubt(self, after_s: float) -> Doubt:
        return Doubt(after_s=after_s, relapse_s=self._settings.relapse_s, steady_s=self._settings.steady_s)

    def _see(self, cause: ConditionCause, bad: bool, at_s: float, since_s: float | None = None) -> None:
        self._doubts[cause].see(bad, at_s, since_s=since_s)

    def _above(self, value: float, mark: float, cause: ConditionCause) -> bool:
        return value > mark * (1.0 - _BACK if self._doubts[cause].stated else 1.0)

    def _below(self, value: float, mark: float, cause: ConditionCause) -> bool:
        return value < mark * (1.0 + _BACK if self._doubts[cause].stated else 1.0)

    def _is_same(self, same: float) -> bool:
        """What differs is what has a mark: twice as much of it must differ before a frozen picture is taken for alive."""
        mark = 1.0 - self._settings.frozen_same
        return 1.0 - same < mark * (2.0 if self._doubts["no_change"].stated else 1.0)
