"""How sure a figure is: confidence intervals for a share and for a rate. Arithmetic only, no table and no library.

Few falls and few hours say little, and a report that shows 6 of 6 as 100 % and nothing else misleads: Wilson's interval
for the share, Garwood's exact interval for the rate of a Poisson process.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    low: float
    high: float


def share_interval(found: int, of: int, confidence: float = CONFIDENCE) -> Interval | None:
    """Of a share of independent trials; None where there was no trial.

    E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209-212.
    """
    if of == 0:
        return None
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share, scale = found / of, 1 + z * z / of
    middle = (share + z * z / (2 * of)) / scale
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / scale
    return Interval(
        low=0.0 if found == 0 else max(0.0, middle - half),
        high=1.0 if found == of else min(1.0, middle + half),
    )


def count_interval(count: int, confidence: float = CONFIDENCE) -> Interval:
    """Of the mean of a Poisson variable that came out as `count`: exact, both tails alike.

    F. Garwood, Biometrika 28 (1936), 437-442. Found by halving, not by quantiles of chi-square.
    """
    tail = (1 - confidence) / 2
    low = 0.0 if count == 0 else _where(lambda mean: 1 - poisson_at_most(count - 1, mean) >= tail, count)
    high = _where(lambda mean: poisson_at_most(count, mean) <= tail, count)
    return Interval(low=low, high=high)


def rate_interval(count: int, exposure: float, confidence: float = CONFIDENCE) -> Interval | None:
    """Of a rate, per unit of `exposure`; None where there was no exposure."""
    if exposure <= 0:
        return None
    interval = count_interval(count, confidence)
    return Interval(low=interval.low / exposure, high=interval.high / exposure)


def poisson_at_most(count: int, mean: float) -> float:
    """The probability of at most `count` where `mean` are expected."""
    if mean <= 0:
        return 1.0
    terms = [i * math.log(mean) - mean - math.lgamma(i + 1) for i in range(count + 1)]
    return min(1.0, math.fsum(math.exp(term) for term in terms))


def quantile(values: Sequence[float], share: float) -> float | None:
    """Between the two nearest in order, as straight as a line; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _where(holds: Callable[[float], bool], count: int) -> float:
    """The least mean at which what does not hold for small means begins to hold."""
    low, high = 0.0, count + 10 * math.sqrt(count + 1) + 20.0
    for _ in range(200):
        middle = (low + high) / 2
        if holds(middle):
            high = middle
        else:
            low = middle
        if high - low <= 1e-12 * high:
            break
    return (low + high) / 2
