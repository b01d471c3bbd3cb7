"""`vms cameras import|export`: thousands of cameras in a sheet."""

from pathlib import Path
from typing import Annotated

import typer

from vms.bootstrap import Storage
from vms.cameras.sheets.errors import SheetFileUnreadable, SheetFileUnwritable, SheetTooLarge
from vms.cameras.sheets.report import ImportReport, ReportedRow
from vms.cameras.sheets.sheets import Form
from vms.cli.language import LANGUAGE, say
from vms.cli.options import Author, Config, Data, DatabaseUrl, Json, author_of
from vms.cli.output import console, print_json, print_table
from vms.cli.storage import with_storage
from vms.settings import load_settings

IMPORT_HELP = say(
    "Register the cameras of a sheet, all or none: new ones are added, known ones changed.",
    "批量登记表格中的摄像机：要么全部写入，要么都不写入；已有的按表格修改。",
)
EXPORT_HELP = say(
    "Write every camera into a sheet that import takes, without passwords.",
    "将全部摄像机写入可再导入的表格，不含密码。",
)

_FORMS: dict[str, Form] = {".csv": "csv", ".xlsx": "xlsx"}
#: of the rows that people are shown
_SHOWN = 30


def import_sheet(
    file: Annotated[Path, typer.Argument(help=say("A .csv or .xlsx file.", ".csv 或 .xlsx 文件。"))],
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help=say("Say what would be done, and do nothing.", "只报告，不写入。")),
    ] = False,
    author: Author = None,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    settings = load_settings(config, data=data, database=database)
    content = _read(file, settings.cameras.sheet_bytes)
    report = with_storage(
        settings,
        lambda storage: storage.registry.sheets.take_in(content, author=author_of(author), dry_run=dry_run),
    )
    if json:
        for row in report.rows:
            print_json("row", row.as_json())
        print_json("summary", report.summary())
    else:
        _print(report)
    if report.refused:
        raise typer.Exit(1)


def export_sheet(
    file: Annotated[Path, typer.Argument(help=say("A .csv or .xlsx file.", ".csv 或 .xlsx 文件。"))],
    unit: Annotated[
        str | None,
        typer.Option(
            help=say("Only those of this unit and all below it.", "仅此辖区及其下级。"), show_default=False
        ),
    ] = None,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
) -> None:
    found = _FORMS.get(file.suffix.lower())
    if found is None:
        raise SheetFileUnwritable(path=file, reason=file.suffix or "no suffix")
    form: Form = found

    async def work(storage: Storage) -> bytes:
        registry = storage.registry
        unit_id = None if unit is None else (await registry.units.tree()).find(unit).id
        return await registry.sheets.give_out(form, chinese=LANGUAGE == "zh", unit_id=unit_id)

    content = with_storage(load_settings(config, data=data, database=database), work)
    try:
        file.write_bytes(content)
    except OSError as error:
        raise SheetFileUnwritable(path=file, reason=error.strerror or str(error)) from error
    console.print(say("Wrote {}.", "已写入 {}。").format(file), markup=False)


def _read(file: Path, most: int) -> bytes:
    """Never more than may be read. Raises: SheetFileUnreadable, SheetTooLarge."""
    try:
        with file.open("rb") as stream:
            content = stream.read(most + 1)
    except OSError as error:
        raise SheetFileUnreadable(path=file, reason=error.strerror or str(error)) from error
    if len(content) > most:
        raise SheetTooLarge(most=most)
    return content


def _print(report: ImportReport) -> None:
    counts = report.counts
    console.print(
        say(
            "{created} new, {changed} changed, {unchanged} unchanged, {refused} refused (read as {encoding}).",
            "新增 {created}，修改 {changed}，未变 {unchanged}，拒绝 {refused}（按 {encoding} 读取）。",
        ).format(**counts, encoding=report.encoding)
    )
    if report.refused:
        console.print(say("Nothing was written.", "未写入任何内容。"), style="red")
    elif not report.written:
        console.print(say("A dry run: nothing was written.", "仅为试运行：未写入任何内容。"))
    rows = [line for row in report.refused for line in _lines(row)]
    if rows:
        print_table([say("line", "行"), say("column", "列"), say("what is wrong", "问题")], rows[:_SHOWN])
    if len(rows) > _SHOWN:
        console.print(
            say("… and {} more: --json lists all.", "…… 另有 {} 处：用 --json 查看全部。").format(
                len(rows) - _SHOWN
            )
        )


def _lines(row: ReportedRow) -> list[tuple[str, str, str]]:
    return [(str(row.line), fault.column or "", fault.error.message(LANGUAGE)) for fault in row.faults]
