"""How people hold themselves and how one stance becomes another: tables of joint angles, and curves through them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from detectors.simulation.skeleton import ANGLES, PLACE, Array

#: (seconds, angles)
Key = tuple[float, Array]


def stance(**angles: float) -> Array:
    """Arms hang a little off the body, elbows a little bent, unless said otherwise."""
    held = np.zeros(len(ANGLES))
    for name, value in ({"sla": 6, "sra": 6, "el": 12, "er": 12} | angles).items():
        held[PLACE[name]] = value
    return held


def changed(held: Array, **angles: float) -> Array:
    other = held.copy()
    for name, value in angles.items():
        other[PLACE[name]] = value
    return other


STAND = stance(slf=3, srf=3, hla=2, hra=2)
SIT = stance(hlf=88, hrf=88, kl=88, kr=88, hla=8, hra=8, slf=25, srf=25, el=45, er=45, sf=8)
SIT_LEANING = changed(SIT, pitch=-8)
SIT_FORWARD = changed(SIT, sf=25, pitch=12)
SPRAWL = changed(SIT, pitch=-32, hlf=62, hrf=62, kl=70, kr=70, sla=25, sra=25, slf=0, srf=0)
BEND = stance(pitch=45, hlf=45, hrf=45, sf=55, slf=70, srf=70, el=10, er=10, nf=10, kl=10, kr=10)
CROUCH = stance(
    pitch=25, hlf=115, hrf=100, kl=125, kr=135, sf=35, slf=50, srf=50, el=30, er=30, al=-20, ar=-20
)
KNEEL = stance(pitch=10, hlf=5, hrf=95, kl=110, kr=100, al=30, slf=20, srf=40, el=30, er=30, sf=15)
ON_KNEES = stance(pitch=4, hlf=0, hrf=0, kl=92, kr=92, al=40, ar=40, slf=25, srf=25, el=70, er=70)
ON_HEELS = stance(pitch=12, hlf=75, hrf=75, kl=140, kr=140, al=40, ar=40, slf=35, srf=35, el=40, er=40, sf=10)
SIT_GROUND = stance(pitch=-15, hlf=80, hrf=95, kl=40, kr=80, slf=-35, srf=-30, sla=15, sra=15, sf=20)
CRAWL = stance(pitch=80, hlf=85, hrf=60, kl=85, kr=75, slf=80, srf=95, el=8, er=8, nf=-35)
PUSH_HIGH = stance(pitch=75, kl=4, kr=4, al=-40, ar=-40, slf=80, srf=80, el=10, er=10, nf=-20)
PUSH_LOW = changed(PUSH_HIGH, el=75, er=75, slf=45, srf=45, pitch=82)
TIE_SHOE = stance(
    pitch=20, hlf=110, hrf=60, kl=115, kr=125, ar=25, sf=40, slf=55, srf=60, el=25, er=20, nf=15, al=-10
)
LIE_BACK = stance(pitch=-90, hlf=4, hrf=20, kl=5, kr=35, hla=12, hra=15, sla=35, sra=40, el=20, er=30, nf=5)
LIE_SIDE = stance(roll=90, hlf=35, kl=50, hrf=20, kr=35, slf=60, el=60, sla=10, srf=40, er=50, sra=5, ns=-10)
HALF_LYING = stance(pitch=-55, hlf=60, hrf=75, kl=40, kr=70, slf=-30, srf=-30, sla=25, sra=25, sf=10)
REACH_UP = stance(slf=160, srf=160, sla=20, sra=20, el=10, er=10)
IN_THE_AIR = stance(hlf=25, hrf=25, kl=45, kr=45, slf=60, srf=60, el=40, er=40)
SWEEP_LEFT = stance(pitch=12, sf=25, st=25, slf=50, srf=45, el=40, er=50, hlf=10, kl=12)
SWEEP_RIGHT = stance(pitch=12, sf=25, st=-25, slf=50, srf=45, el=40, er=50, hrf=10, kr=12)
CARRY = stance(pitch=-3, slf=35, srf=35, el=80, er=80, sla=8, sra=8)


def through(keys: Sequence[Key], at_s: Array) -> Array:
    """Angles (n, angles) at the times: monotone between the keys, smooth, at rest where a key turns round.

    F. N. Fritsch and R. E. Carlson, SIAM Journal on Numerical Analysis 17 (1980), 238-246.
    """
    times = np.array([key[0] for key in keys])
    values = np.array([key[1] for key in keys])
    steps = np.diff(times)[:, None]
    slopes = np.diff(values, axis=0) / steps
    inner = np.zeros_like(values)
    same = slopes[:-1] * slopes[1:] > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        w1, w2 = 2 * steps[1:] + steps[:-1], steps[1:] + 2 * steps[:-1]
        inner[1:-1] = np.where(same, (w1 + w2) / (w1 / slopes[:-1] + w2 / slopes[1:]), 0.0)
    place = np.clip(np.searchsorted(times, at_s, side="right") - 1, 0, len(keys) - 2)
    return _hermite(np.clip(at_s, times[0], times[-1]), times, values, inner, place)


def periodic(phase: Array, at: Sequence[float], values: Sequence[float]) -> Array:
    """(n,) at phases of which 1 is a whole turn; the last value is the first."""
    times, held = np.array(at), np.array(values)
    around = np.concatenate([[times[-2] - 1], times, [1 + times[1]]])
    wrapped = np.concatenate([[held[-2]], held, [held[1]]])
    slopes = (wrapped[2:] - wrapped[:-2]) / (around[2:] - around[:-2])
    turned = np.mod(phase, 1.0)
    place = np.clip(np.searchsorted(times, turned, side="right") - 1, 0, len(times) - 2)
    return _hermite(turned, times, held[:, None], slopes[:, None], place)[:, 0]


def blended(before: Array, after: Array, share: Array) -> Array:
    """From one to the other as the share (n,) rises, softly."""
    soft = (share * share * (3 - 2 * share))[:, None]
    return np.asarray(before * (1 - soft) + after * soft)


def _hermite(at: Array, times: Array, values: Array, slopes: Array, place: npt.NDArray[np.int64]) -> Array:
    span = (times[place + 1] - times[place])[:, None]
    t = (at[:, None] - times[place][:, None]) / span
    held = (1 + 2 * t) * (1 - t) ** 2 * values[place] + t * t * (3 - 2 * t) * values[place + 1]
    return np.asarray(held + span * (t * (1 - t) ** 2 * slopes[place] + t * t * (t - 1) * slopes[place + 1]))
