"""Which cameras fail together: those that share a network, a unit, or a unit above that has lost most of its cameras.

Whoever shares any of it with any other is in the same outage: one street behind four switches that goes dark is one.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence

from alerts.outages.outage import Down
from alerts.outages.settings import OutageSettings


def together(
    down: Sequence[Down], cameras_of: Mapping[int, int], settings: OutageSettings
) -> list[list[Down]]:
    """`down` in groups, in order of their first. `cameras_of`: how many cameras a unit has with all below it."""
    dark = _dark_units(down, cameras_of, settings)
    leader = list(range(len(down)))  # of whose group each is; towards the first of it

    def first(index: int) -> int:
        while leader[index] != index:
            leader[index] = leader[leader[index]]
            index = leader[index]
        return index

    sharing: dict[Hashable, int] = {}
    for index, each in enumerate(down):
        for shared in _shared(each, dark):
            one, other = first(sharing.setdefault(shared, index)), first(index)
            leader[max(one, other)] = min(one, other)
    groups: defaultdict[int, list[Down]] = defaultdict(list)
    for index, each in enumerate(down):
        groups[first(index)].append(each)
    return list(groups.values())


def _shared(down: Down, dark: set[int]) -> list[Hashable]:
    shared: list[Hashable] = [("unit", unit) for unit in down.units if unit in dark or unit == down.units[0]]
    if down.network is not None:
        shared.append(("network", down.network))
    return shared


def _dark_units(down: Sequence[Down], cameras_of: Mapping[int, int], settings: OutageSettings) -> set[int]:
    lost = Counter(unit for each in down for unit in each.units)
    return {
        unit
        for unit, count in lost.items()
        if count >= settings.unit_least and count >= settings.unit_share * cameras_of.get(unit, count)
    }


def common_unit(paths: Sequence[tuple[int, ...]]) -> int | None:
    """The nearest unit that all of these stand below; each path from a camera's own unit upwards."""
    if not paths:
        return None
    shared = set(paths[0]).intersection(*paths[1:])
    return next((unit for unit in paths[0] if unit in shared), None)
