"""Changes of the tree: each checked against the tree as it will be, written with its line of history, or not at all.

A unit that was merged stays as history; its cameras, rooms and lower units belong to the other. Codes are given by an
authority, so none is made up: where a move or a merge leaves codes below that no longer begin as they must, the change
is refused, unless whoever makes it says that these codes are to be dropped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from runtime.database import Connection, Database
from streams.store import ring_cameras
from vms.audit.audit import write
from vms.audit.entry import AuditEntry
from vms.cameras.units import store
from vms.cameras.units.errors import (
    UnitBelowItself,
    UnitCodeForeign,
    UnitIdUnknown,
    UnitMergeItself,
    UnitMergeLevels,
    UnitMergeNames,
)
from vms.cameras.units.unit import Level, Tree, Unit, UnitChange, UnitId, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """The tree with what stands at each unit itself."""

    tree: Tree
    cameras: Mapping[UnitId, int]
    rooms: Mapping[UnitId, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    into: Unit
    cameras: int
    rooms: int
    units: int


class Units:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def tree(self) -> Tree:
        async with self._database.connection() as connection:
            return Tree(await store.units(connection))

    async def census(self) -> Census:
        async with self._database.connection() as connection:
            return Census(
                tree=Tree(await store.units(connection)),
                cameras=await store.camera_counts(connection),
                rooms=await store.room_names(connection),
            )

    async def get(self, unit_id: UnitId) -> Unit:
        """Merged ones too. Raises: UnitIdUnknown, DatabaseUnavailable."""
        async with self._database.connection() as connection:
            found = await store.unit(connection, unit_id)
        if found is None:
            raise UnitIdUnknown(unit_id=unit_id)
        return found

    async def changes(self, unit_id: UnitId) -> list[UnitChange]:
        """Oldest first. Raises: UnitIdUnknown, DatabaseUnavailable."""
        await self.get(unit_id)
        async with self._database.connection() as connection:
            return await store.changes_of(connection, unit_id)

    async def add(
        self, *, name: str, level: Level, parent_id: UnitId | None, code: str | None, author: str
    ) -> Unit:
        """Raises: UnitIdUnknown, the errors of `Tree.check`, DatabaseUnavailable."""
        async with self._database.transaction() as connection:
            tree = await self._locked_tree(connection)
            if parent_id is not None:
                _known(tree, parent_id)
            unit = Unit(id=UnitId(0), parent_id=parent_id, level=level, name=name, code=code)
            tree.check(unit)
            unit_id = await store.add_unit(connection, parent_id=parent_id, level=level, name=name, code=code)
            after = {"parent_id": parent_id, "level": level, "name": name, "code": code}
            await store.add_change(
                connection, unit_id=unit_id, author=author, verb="add", before={}, after=after
            )
            await write(connection, _audited("unit.add", unit_id, author, name=name))
        return replace(unit, id=unit_id)

    async def rename(self, unit_id: UnitId, name: str, *, author: str) -> Unit:
        """Raises: UnitIdUnknown, UnitNameInvalid, UnitNameTaken, DatabaseUnavailable."""
        async with self._database.transaction() as connection:
            tree = await self._locked_tree(connection)
            renamed = await _put(
                connection, tree, replace(_known(tree, unit_id), name=name), "rename", author
            )
            await write(connection, _audited("unit.rename", unit_id, author, name=name))
        return renamed

    async def recode(
        self, unit_id: UnitId, code: str | None, *, author: str, drop_codes: bool = False
    ) -> Unit:
        """Give the unit another code, or none. Raises: UnitIdUnknown, the errors of a code, DatabaseUnavailable."""
        async with self._database.transaction() as connection:
            tree = await self._locked_tree(connection)
            unit = replace(_known(tree, unit_id), code=code)
            changed = await _put(connection, tree, unit, "recode", author)
            await _settle_codes(connection, tree.with_unit(unit), unit_id, drop_codes, author)
            await write(connection, _audited("unit.recode", unit_id, author, code=code))
        return changed

    async def move(
        self,
        unit_id: UnitId,
        to: UnitId | None,
        *,
        code: str | None = None,
        author: str,
        drop_codes: bool = False,
    ) -> Unit:
        """Put the unit, with all below it, under another; without a `code` it keeps its own, with "" it has none.

        Raises: UnitIdUnknown, UnitBelowItself, the errors of `Tree.check`, DatabaseUnavailable.
        """
        async with self._database.transaction() as connection:
            tree = await self._locked_tree(connection)
            before = _known(tree, unit_id)
            if to is not None:
                parent = _known(tree, to)
                if parent in tree.subtree(unit_id):
                    raise UnitBelowItself(unit=before.name, parent=parent.name)
            unit = replace(before, parent_id=to, code=before.code if code is None else code or None)
            changed = await _put(connection, tree, unit, "move", author)
            await _settle_codes(connection, tree.with_unit(unit), unit_id, drop_codes, author)
            await ring_cameras(connection)
            await write(connection, _audited("unit.move", unit_id, author, to=to))
        return changed

    async def merge(
        self, unit_id: UnitId, into_id: UnitId, *, author: str, drop_codes: bool = False
    ) -> Merged:
        """Give all that belongs to the unit to another of its level; the unit stays as history.

        Raises: UnitIdUnknown, UnitMergeItself, UnitMergeLevels, UnitMergeNames, UnitCodeForeign, DatabaseUnavailable.
        """
        async with self._database.transaction() as connection:
            tree = await self._locked_tree(connection)
            unit, into = _known(tree, unit_id), _known(tree, into_id)
            if unit == into:
                raise UnitMergeItself(unit=unit.name)
            if unit.level != into.level:
                raise UnitMergeLevels(unit=unit.name, level=unit.level, into=into.name, into_level=into.level)
            await _check_names(connection, tree, unit, into)
            children = tree.children(unit_id)
            await store.move_children(connection, unit_id, into_id)
            for child in children:
                await store.add_change(
                    connection,
                    unit_id=child.id,
                    author=author,
                    verb="move",
                    before={"parent_id": unit_id},
                    after={"parent_id": into_id},
                )
                tree = tree.with_unit(replace(child, parent_id=into_id))
            await _settle_codes(connection, tree, into_id, drop_codes, author)
            rooms = await store.move_rooms(connection, unit_id, into_id)
            cameras = await store.move_cameras(connection, unit_id, into_id, author=author)
            await store.mark_merged(connection, unit_id, into_id)
            counts = {"cameras": cameras, "rooms": rooms, "units": len(children)}
            await store.add_change(
                connection,
                unit_id=unit_id,
                author=author,
                verb="merge",
                before={"merged_into": None},
                after={"merged_into": into_id, **counts},
            )
            await ring_cameras(connection)
            await write(connection, _audited("unit.merge", unit_id, author, into=into_id, **counts))
        return Merged(into=into, cameras=cameras, rooms=rooms, units=len(children))

    async def _locked_tree(self, connection: Connection) -> Tree:
        await store.lock_units(connection)
        return Tree(await store.units(connection))


def _known(tree: Tree, unit_id: UnitId) -> Unit:
    found = tree.get(unit_id)
    if found is None:
        raise UnitIdUnknown(unit_id=unit_id)
    return found


async def _put(connection: Connection, tree: Tree, unit: Unit, verb: Verb, author: str) -> Unit:
    """Write the unit as it is to be, and its line of history if anything changed."""
    tree.check(unit)
    before = _known(tree, unit.id)
    changed = [name for name in ("parent_id", "name", "code") if getattr(before, name) != getattr(unit, name)]
    if changed:
        await store.put_unit(connection, unit)
        await store.add_change(
            connection,
            unit_id=unit.id,
            author=author,
            verb=verb,
            before={name: getattr(before, name) for name in changed},
            after={name: getattr(unit, name) for name in changed},
        )
    return unit


async def _settle_codes(
    connection: Connection, tree: Tree, unit_id: UnitId, drop_codes: bool, author: str
) -> None:
    """Codes below that no longer begin as they must are dropped if that was asked for, else the change is refused."""
    foreign = tree.foreign_codes(unit_id)
    if not foreign:
        return
    if not drop_codes:
        first = foreign[0]
        above = tree.above(first.id)[1:]
        coded = next(each for each in above if each.code is not None)
        raise UnitCodeForeign(code=first.code, unit=tree.path(first.id), prefix=coded.code, parent=coded.name)
    await store.clear_codes(connection, [unit.id for unit in foreign])
    for unit in foreign:
        await store.add_change(
            connection,
            unit_id=unit.id,
            author=author,
            verb="recode",
            before={"code": unit.code},
            after={"code": None},
        )


async def _check_names(connection: Connection, tree: Tree, unit: Unit, into: Unit) -> None:
    taken = {child.name for child in tree.children(into.id)}
    names = [
        *(child.name for child in tree.children(unit.id) if child.name in taken),
        *await store.shared_camera_names(connection, unit.id, into.id),
        *await store.shared_room_names(connection, unit.id, into.id),
    ]
    if names:
        raise UnitMergeNames(unit=unit.name, into=into.name, names=", ".join(names))


def _audited(act: str, unit_id: UnitId, author: str, **detail: object) -> AuditEntry:
    return AuditEntry(author=author, act=act, target=f"unit {unit_id}", unit_ids=[unit_id], detail=detail)
