"""`vms units`: the tree district, street, community, grid."""

from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Annotated

import typer
from rich.markup import escape
from rich.tree import Tree as RichTree

from vms.cameras.units.unit import Level, Tree, Unit
from vms.cameras.units.units import Census, Units
from vms.cli.language import say
from vms.cli.options import Author, Config, Data, DatabaseUrl, Json, author_of
from vms.cli.output import console, print_json
from vms.cli.storage import with_storage
from vms.settings import load_settings

HELP = say("The tree of units: list and change it.", "辖区树：查看与变更。")
app = typer.Typer(no_args_is_help=True)

_LEVELS: dict[Level, str] = {
    "district": say("district", "区"),
    "street": say("street", "街道"),
    "community": say("community", "社区"),
    "grid": say("grid", "网格"),
}


class _LevelChoice(Enum):
    """The levels as typer wants choices."""

    district = "district"
    street = "street"
    community = "community"
    grid = "grid"


Reference = Annotated[
    str,
    typer.Argument(
        metavar=say("UNIT", "辖区"), help=say("Its code, path or name.", "辖区的代码、路径或名称。")
    ),
]
NewCode = Annotated[
    str | None,
    typer.Option("--code", help=say("Its new code; '' drops it.", "新代码；'' 为清除。"), show_default=False),
]
DropCodes = Annotated[
    bool,
    typer.Option(
        "--drop-codes",
        help=say(
            "Drop codes below it that no longer begin as they must.", "清除其下不再符合上级前缀的代码。"
        ),
    ),
]


@app.command("list", help=say("Show the tree.", "显示辖区树。"))
def list_units(
    data: Data = None, database: DatabaseUrl = None, config: Config = None, json: Json = False
) -> None:
    settings = load_settings(config, data=data, database=database)
    census = with_storage(settings, lambda storage: storage.registry.units.census())
    if json:
        for unit in _in_order(census.tree):
            body = {"cameras": census.cameras.get(unit.id, 0), "rooms": census.rooms.get(unit.id, [])}
            print_json("unit", _as_json(census.tree, unit) | body)
        return
    if not len(census.tree):
        console.print(say("No units yet: vms units add NAME", "还没有辖区：vms units add 名称"))
    for root in census.tree.children(None):
        branch = RichTree(_label(census, root))
        _grow(branch, census, root)
        console.print(branch)


@app.command(help=say("Add a unit.", "新增辖区。"))
def add(
    name: Annotated[str, typer.Argument(metavar=say("NAME", "名称"))],
    level: Annotated[
        _LevelChoice, typer.Option(help=say("What it is.", "级别：区、街道、社区、网格。"))
    ] = _LevelChoice.community,
    parent: Annotated[
        str | None,
        typer.Option("--in", help=say("The unit it belongs to.", "上级辖区。"), show_default=False),
    ] = None,
    code: Annotated[
        str | None,
        typer.Option(
            help=say("Its code: 6, 9, 12 or 15 digits.", "代码：6、9、12 或 15 位数字。"), show_default=False
        ),
    ] = None,
    author: Author = None,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    wanted: Level = level.value

    async def work(units: Units) -> Unit:
        tree = await units.tree()
        above = None if parent is None else tree.find(parent).id
        return await units.add(name=name, level=wanted, parent_id=above, code=code, author=author_of(author))

    _change(work, data, database, config, json)


@app.command(help=say("Give a unit another name, or another code.", "更改辖区名称或代码。"))
def rename(
    unit: Reference,
    name: Annotated[str | None, typer.Argument(metavar=say("NAME", "新名称"), show_default=False)] = None,
    code: NewCode = None,
    drop_codes: DropCodes = False,
    author: Author = None,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    if name is None and code is None:
        raise typer.BadParameter(say("give a name or --code", "请填写新名称或 --code"))

    async def work(units: Units) -> Unit:
        changed = (await units.tree()).find(unit)
        if name is not None:
            changed = await units.rename(changed.id, name, author=author_of(author))
        if code is not None:
            changed = await units.recode(
                changed.id, code or None, author=author_of(author), drop_codes=drop_codes
            )
        return changed

    _change(work, data, database, config, json)


@app.command(help=say("Put a unit, with all below it, under another.", "将辖区连同下级移到另一辖区之下。"))
def move(
    unit: Reference,
    to: Annotated[
        str | None,
        typer.Option(
            help=say("Where it goes; to the top when left out.", "新的上级；不填则移到最上层。"),
            show_default=False,
        ),
    ] = None,
    code: NewCode = None,
    drop_codes: DropCodes = False,
    author: Author = None,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    async def work(units: Units) -> Unit:
        tree = await units.tree()
        return await units.move(
            tree.find(unit).id,
            None if to is None else tree.find(to).id,
            code=code,
            author=author_of(author),
            drop_codes=drop_codes,
        )

    _change(work, data, database, config, json)


@app.command(
    help=say(
        "Give all that belongs to a unit to another; the first stays as history.",
        "将一个辖区并入另一个；前者留作历史。",
    )
)
def merge(
    unit: Reference,
    into: Annotated[str, typer.Option(help=say("Who gets it all.", "并入的辖区。"))],
    drop_codes: DropCodes = False,
    author: Author = None,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    async def work(units: Units) -> Unit:
        tree = await units.tree()
        done = await units.merge(
            tree.find(unit).id, tree.find(into).id, author=author_of(author), drop_codes=drop_codes
        )
        if not json:
            console.print(
                say(
                    "{} cameras, {} rooms and {} lower units came along.",
                    "随之并入：摄像机 {} 台，值班室 {} 间，下级辖区 {} 个。",
                ).format(done.cameras, done.rooms, done.units)
            )
        return done.into

    _change(work, data, database, config, json)


def _change(
    work: Callable[[Units], Awaitable[Unit]],
    data: Data,
    database: DatabaseUrl,
    config: Config,
    json: bool,
) -> None:
    """Do it, and show the unit as it then is."""

    async def change(units: Units) -> tuple[Tree, Unit]:
        unit = await work(units)
        return await units.tree(), unit

    settings = load_settings(config, data=data, database=database)
    tree, unit = with_storage(settings, lambda storage: change(storage.registry.units))
    if json:
        print_json("unit", _as_json(tree, unit))
    else:
        console.print(
            f"{tree.path(unit.id)}  {_LEVELS[unit.level]}  {unit.code or ''}".rstrip(), markup=False
        )


def _in_order(tree: Tree) -> list[Unit]:
    """From the top, each followed by all below it."""
    found: list[Unit] = []
    waiting = list(reversed(tree.children(None)))
    while waiting:
        unit = waiting.pop()
        found.append(unit)
        waiting += reversed(tree.children(unit.id))
    return found


def _grow(branch: RichTree, census: Census, unit: Unit) -> None:
    for child in census.tree.children(unit.id):
        _grow(branch.add(_label(census, child)), census, child)


def _label(census: Census, unit: Unit) -> str:
    parts = [f"[bold]{escape(unit.name)}[/bold]", f"[dim]{_LEVELS[unit.level]}[/dim]", unit.code or ""]
    if cameras := census.cameras.get(unit.id):
        parts.append(say("{} cameras", "{} 台").format(cameras))
    parts += [escape(name) for name in census.rooms.get(unit.id, [])]
    return "  ".join(part for part in parts if part)


def _as_json(tree: Tree, unit: Unit) -> dict[str, object]:
    return {
        "id": unit.id,
        "parent_id": unit.parent_id,
        "level": unit.level,
        "name": unit.name,
        "code": unit.code,
        "path": tree.path(unit.id),
    }
