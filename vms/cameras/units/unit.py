"""A unit of the administrative tree, its level and its code. No I/O.

Codes are those of GB/T 2260 and its continuations, as GB/T 28181 uses them: each level adds three digits to the code of
the one above. A level may be left out (a development zone whose communities stand right below the district); the code
keeps its length and its beginning all the same, so what is left out stays visible in it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NewType, get_args

from vms.cameras.units.errors import (
    UnitAmbiguous,
    UnitCodeForeign,
    UnitCodeInvalid,
    UnitCodeTaken,
    UnitLevelInvalid,
    UnitNameInvalid,
    UnitNameTaken,
    UnitUnknown,
)

UnitId = NewType("UnitId", int)
#: highest first
Level = Literal["district", "street", "community", "grid"]
LEVELS: Final[tuple[Level, ...]] = get_args(Level)

CODE_DIGITS: Final[dict[Level, int]] = {"district": 6, "street": 9, "community": 12, "grid": 15}
#: between the names of a path
SEPARATOR: Final = "/"
_LONGEST_NAME = 100

Verb = Literal["add", "rename", "recode", "move", "merge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    id: UnitId
    parent_id: UnitId | None
    level: Level
    name: str
    #: None where nobody knows it
    code: str | None = None
    #: of a unit that is history
    merged_into: UnitId | None = None
    merged_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitChange:
    unit_id: UnitId
    at: datetime
    author: str
    verb: Verb
    #: what changed, by field: as it was, and as it is
    before: Mapping[str, object]
    after: Mapping[str, object]


class Tree:
    """The units that are in use, as of one instant."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._units = {unit.id: unit for unit in units}
        self._children: dict[UnitId | None, list[Unit]] = {}
        for unit in self._units.values():
            self._children.setdefault(unit.parent_id, []).append(unit)
        for children in self._children.values():
            children.sort(key=lambda unit: (unit.code is None, unit.code or "", unit.id))
        self._by_code = {unit.code: unit for unit in self._units.values() if unit.code is not None}
        self._paths: dict[str, Unit] | None = None

    def __len__(self) -> int:
        return len(self._units)

    def get(self, unit_id: UnitId) -> Unit | None:
        return self._units.get(unit_id)

    def first(self) -> Unit | None:
        """The oldest unit: where whatever names none belongs."""
        return min(self._units.values(), key=lambda unit: unit.id, default=None)

    def children(self, unit_id: UnitId | None) -> tuple[Unit, ...]:
        """By code, then in order of registration; with None, the roots."""
        return tuple(self._children.get(unit_id, ()))

    def subtree(self, unit_id: UnitId) -> list[Unit]:
        """The unit and all below it, parents first."""
        found = [self._units[unit_id]]
        for unit in found:
            found += self.children(unit.id)
        return found

    def above(self, unit_id: UnitId) -> list[Unit]:
        """The unit and all above it, itself first."""
        found = [self._units[unit_id]]
        while (parent_id := found[-1].parent_id) is not None:
            found.append(self._units[parent_id])
        return found

    def path(self, unit_id: UnitId) -> str:
        return SEPARATOR.join(unit.name for unit in reversed(self.above(unit_id)))

    def find(self, reference: str) -> Unit:
        """The unit of that code, path or name. Raises: UnitUnknown, UnitAmbiguous."""
        reference = reference.strip()
        if reference in self._by_code:
            return self._by_code[reference]
        if self._paths is None:
            self._paths = {self.path(each.id): each for each in self._units.values()}
        if reference in self._paths:
            return self._paths[reference]
        named = [unit for unit in self._units.values() if unit.name == reference]
        if not named:
            raise UnitUnknown(unit=reference)
        if len(named) > 1:
            raise UnitAmbiguous(unit=reference, paths=", ".join(self.path(unit.id) for unit in named[:5]))
        return named[0]

    def check(self, unit: Unit) -> None:
        """Whether `unit` may stand where it says, beside all others. Raises: a UnitError."""
        _check_name(unit.name)
        parent = None if unit.parent_id is None else self._units[unit.parent_id]
        if parent is not None and LEVELS.index(unit.level) <= LEVELS.index(parent.level):
            raise UnitLevelInvalid(unit=unit.name, parent=parent.name)
        for sibling in self.children(unit.parent_id):
            if sibling.name == unit.name and sibling.id != unit.id:
                raise UnitNameTaken(parent=parent.name if parent else "/", name=unit.name)
        if unit.code is not None:
            self._check_code(unit, unit.code)

    def _check_code(self, unit: Unit, code: str) -> None:
        digits = CODE_DIGITS[unit.level]
        if not (code.isascii() and code.isdigit() and len(code) == digits):
            raise UnitCodeInvalid(code=code, unit=unit.name, digits=digits)
        other = self._by_code.get(code)
        if other is not None and other.id != unit.id:
            raise UnitCodeTaken(code=code, unit=self.path(other.id))
        coded = self.coded_above(unit)
        if coded is not None and coded.code is not None and not code.startswith(coded.code):
            raise UnitCodeForeign(code=code, unit=unit.name, prefix=coded.code, parent=coded.name)

    def coded_above(self, unit: Unit, *, leaving_out: Collection[UnitId] = ()) -> Unit | None:
        """The nearest unit above it that has a code."""
        above = [] if unit.parent_id is None else self.above(unit.parent_id)
        coded = (each for each in above if each.code is not None and each.id not in leaving_out)
        return next(coded, None)

    def foreign_codes(self, unit_id: UnitId) -> list[Unit]:
        """Those below the unit whose code does not begin with the code of whoever they belong to."""
        foreign: dict[UnitId, Unit] = {}
        for unit in self.subtree(unit_id)[1:]:
            coded = self.coded_above(unit, leaving_out=foreign)
            if unit.code and coded and coded.code and not unit.code.startswith(coded.code):
                foreign[unit.id] = unit
        return list(foreign.values())

    def with_unit(self, unit: Unit) -> "Tree":
        """The tree as it would be."""
        return Tree({**self._units, unit.id: unit}.values())


def _check_name(name: str) -> None:
    blank = not name.strip() or name != name.strip()
    number = name.isascii() and name.isdigit()
    if blank or number or SEPARATOR in name or not name.isprintable() or len(name) > _LONGEST_NAME:
        shown = name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"
        raise UnitNameInvalid(name=shown, most=_LONGEST_NAME)
