"""One threshold tried at several values: `fall.least_fast_drop=0.2:0.4:0.02`, ends included."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from pydantic import BaseModel, ValidationError

from detectors.errors import SweepKeyUnknown, SweepTooLong, SweepUnreadable, SweepValueRefused
from detectors.settings import DetectorSettings

#: values of one sweep
MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    #: dotted, below the settings of the detectors
    key: str
    values: tuple[float, ...]
    #: what it is without the sweep
    present: float
    #: the settings with each of the values, in their order
    settings: tuple[DetectorSettings, ...]


def parse_sweep(text: str, settings: DetectorSettings) -> Sweep:
    """Raises: SweepUnreadable, SweepTooLong, SweepKeyUnknown, SweepValueRefused."""
    key, _, span = text.partition("=")
    key = key.strip()
    values = _values(text, span)
    present = _number_at(settings, key)
    return Sweep(
        key=key,
        values=values,
        present=present,
        settings=tuple(_with(settings, key, value) for value in values),
    )


def sweepable(settings: BaseModel, prefix: str = "") -> dict[str, float]:
    """Every key that is a number, with its present value."""
    found: dict[str, float] = {}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, BaseModel):
            found |= sweepable(value, f"{prefix}{name}.")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found[f"{prefix}{name}"] = value
    return found


def _values(text: str, span: str) -> tuple[float, ...]:
    try:
        first, last, step = (Decimal(part.strip()) for part in span.split(":"))
    except (ValueError, InvalidOperation) as error:
        raise SweepUnreadable(text=text) from error
    if not (first.is_finite() and last.is_finite() and step.is_finite()) or step <= 0 or last < first:
        raise SweepUnreadable(text=text)
    steps = int((last - first) / step)
    if steps >= MOST:
        raise SweepTooLong(text=text, count=steps + 1, most=MOST)
    return tuple(float(first + i * step) for i in range(steps + 1))


def _number_at(settings: DetectorSettings, key: str) -> float:
    known = sweepable(settings)
    if key not in known:
        raise SweepKeyUnknown(key=key, known=", ".join(known))
    return known[key]


def _with(settings: DetectorSettings, key: str, value: float) -> DetectorSettings:
    changed = settings.model_dump()
    *parents, name = key.split(".")
    table = changed
    for parent in parents:
        table = table[parent]
    table[name] = int(value) if isinstance(table[name], int) and value == int(value) else value
    try:
        return DetectorSettings.model_validate(changed)
    except ValidationError as error:
        raise SweepValueRefused(key=key, value=f"{value:g}", reason=error.errors()[0]["msg"]) from error
