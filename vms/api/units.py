"""Units over HTTP: the tree, its changes, and what changed when and by whom. Every change names its author."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from vms.api.deps import Given, Parts
from vms.api.schemas import Id, Name
from vms.cameras.units.unit import Level, Tree, Unit, UnitId

router = APIRouter(prefix="/api/v1/units", tags=["units"])

Code = Annotated[str, Field(max_length=15)]


class _Change(BaseModel):
    model_config = ConfigDict(extra="forbid")

    #: there are no accounts yet: the name is what they typed
    author: Name


class NewUnit(_Change):
    name: str
    level: Level
    #: absent: it is a root
    parent_id: Id | None = None
    code: Code | None = None


class UnitPatch(_Change):
    name: str | None = None
    #: "" drops it
    code: Code | None = None
    #: drop codes below that no longer begin as they must, instead of refusing
    drop_codes: bool = False


class UnitMove(_Change):
    #: null: it becomes a root
    to_id: Id | None
    #: absent: it keeps its own; "" drops it
    code: Code | None = None
    drop_codes: bool = False


class UnitMerge(_Change):
    into_id: Id
    drop_codes: bool = False


def _as_json(tree: Tree, unit: Unit) -> dict[str, object]:
    return {
        "id": unit.id,
        "parent_id": unit.parent_id,
        "level": unit.level,
        "name": unit.name,
        "code": unit.code,
        "path": tree.path(unit.id) if tree.get(unit.id) else None,
        "merged_into": unit.merged_into,
        "merged_at": unit.merged_at.isoformat() if unit.merged_at else None,
    }


async def _shown(parts: Parts, unit: Unit) -> dict[str, object]:
    return _as_json(await parts.registry.units.tree(), unit)


@router.get("")
async def list_units(parts: Given) -> list[dict[str, object]]:
    """Those in use, parents before children, with the cameras and rooms that stand at each itself."""
    census = await parts.registry.units.census()
    return [
        _as_json(census.tree, unit)
        | {"cameras": census.cameras.get(unit.id, 0), "rooms": census.rooms.get(unit.id, [])}
        for root in census.tree.children(None)
        for unit in census.tree.subtree(root.id)
    ]


@router.post("", status_code=201)
async def add_unit(new: NewUnit, parts: Given) -> dict[str, object]:
    unit = await parts.registry.units.add(
        name=new.name,
        level=new.level,
        parent_id=None if new.parent_id is None else UnitId(new.parent_id),
        code=new.code or None,
        author=new.author,
    )
    return await _shown(parts, unit)


@router.get("/{unit_id}")
async def read_unit(unit_id: Id, parts: Given) -> dict[str, object]:
    """One that was merged, too."""
    return await _shown(parts, await parts.registry.units.get(UnitId(unit_id)))


@router.get("/{unit_id}/changes")
async def read_changes(unit_id: Id, parts: Given) -> list[dict[str, object]]:
    """Oldest first."""
    return [
        {
            "at": change.at.isoformat(),
            "author": change.author,
            "verb": change.verb,
            "before": change.before,
            "after": change.after,
        }
        for change in await parts.registry.units.changes(UnitId(unit_id))
    ]


@router.patch("/{unit_id}")
async def change_unit(unit_id: Id, patch: UnitPatch, parts: Given) -> dict[str, object]:
    units = parts.registry.units
    unit = await units.get(UnitId(unit_id))
    if patch.name is not None:
        unit = await units.rename(unit.id, patch.name, author=patch.author)
    if patch.code is not None:
        unit = await units.recode(
            unit.id, patch.code or None, author=patch.author, drop_codes=patch.drop_codes
        )
    return await _shown(parts, unit)


@router.post("/{unit_id}/move")
async def move_unit(unit_id: Id, move: UnitMove, parts: Given) -> dict[str, object]:
    unit = await parts.registry.units.move(
        UnitId(unit_id),
        None if move.to_id is None else UnitId(move.to_id),
        code=move.code,
        author=move.author,
        drop_codes=move.drop_codes,
    )
    return await _shown(parts, unit)


@router.post("/{unit_id}/merge")
async def merge_unit(unit_id: Id, merge: UnitMerge, parts: Given) -> dict[str, object]:
    """The unit that has it all now, and how much came along."""
    done = await parts.registry.units.merge(
        UnitId(unit_id), UnitId(merge.into_id), author=merge.author, drop_codes=merge.drop_codes
    )
    return {
        "into": await _shown(parts, done.into),
        "cameras": done.cameras,
        "rooms": done.rooms,
        "units": done.units,
    }
