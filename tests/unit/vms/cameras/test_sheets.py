"""Sheets as bytes: encodings, headings, cells, what a spreadsheet would run, and every bad file that I can think of."""

import csv
import io
import tracemalloc
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runtime.errors import VmsError
from tests.fakes.workbooks import by_hand, workbook
from vms.cameras.sheets.columns import COLUMNS, KEEP, parse_date, parse_rules, written
from vms.cameras.sheets.comma_separated import read_csv, write_csv
from vms.cameras.sheets.errors import (
    CellBroken,
    CellFormula,
    CellMissing,
    CellNotADate,
    CellNotANumber,
    CellNotRules,
    CellNotYesOrNo,
    CellNumberLossy,
    CellTooLong,
    CellWithoutColumn,
    ColumnDoubled,
    ColumnMissing,
    ColumnUnknown,
    SheetEmpty,
    SheetEncodingUnknown,
    SheetError,
    SheetQuoteWrong,
    SheetRowTooLong,
    SheetTooLarge,
    SheetTooLong,
    SheetTooWide,
    WorkbookUnreadable,
)
from vms.cameras.sheets.row import RowDraft, drafts
from vms.cameras.sheets.sheet import MOST_CELL, Sheet
from vms.cameras.sheets.workbook import read_workbook, write_workbook

HEAD = "name,unit,main_url"
ROW = "东口,示范社区,rtsp://10.0.0.5/main"
MOST_BYTES = 1 << 28


def rows_of(sheet: Sheet, most_rows: int = 100) -> list[RowDraft]:
    return list(drafts(sheet, most_rows=most_rows)[1])


def csv_rows(text: str, encoding: str = "utf-8") -> list[RowDraft]:
    return rows_of(read_csv(text.encode(encoding)))


def workbook_rows(content: bytes) -> list[RowDraft]:
    return rows_of(read_workbook(content, most_bytes=MOST_BYTES))


def faults_of(row: RowDraft) -> list[tuple[str | None, type[VmsError]]]:
    return [(fault.column, type(fault.error)) for fault in row.faults]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_each_encoding_and_language_of_headings_says_the_same(encoding: str) -> None:
    (english,) = csv_rows(f"{HEAD}\r\n{ROW}\r\n", encoding)
    (chinese,) = csv_rows(f"名称,辖区,主码流地址\n{ROW}\n", encoding)
    (mixed,) = csv_rows(" Main URL ,NAME,所属辖区\nrtsp://10.0.0.5/main,东口,示范社区", encoding)
    assert dict(english.values) == dict(chinese.values) == dict(mixed.values)
    assert english.values["name"] == "东口" and english.faults == ()


def test_the_encoding_is_reported() -> None:
    assert read_csv(f"{HEAD}\n{ROW}".encode("gb18030")).encoding == "gb18030"
    assert read_csv(f"{HEAD}\n{ROW}".encode()).encoding == "utf-8"
    assert read_workbook(workbook([["name"]]), most_bytes=MOST_BYTES).encoding == "xlsx"


def test_a_row_has_its_line_blank_ones_are_passed_over_and_quotes_may_span_lines() -> None:
    rows = csv_rows(f'\n{HEAD},place\n\n{ROW},"一\n二"\n,,,\n{ROW},三\n')
    assert [row.line for row in rows] == [4, 7]
    assert rows[0].values["place"] == "一\n二"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", SheetEmpty),
        (b"\n\n,,\n", SheetEmpty),
        (b"name,unit\n", ColumnMissing),
        (f"{HEAD},名称\n{ROW},x".encode(), ColumnDoubled),
        (f"{HEAD},colour\n{ROW},x".encode(), ColumnUnknown),
        (f"name;unit;main_url\n{ROW}".encode(), ColumnUnknown),
        (f'{HEAD}\n"东口,示范社区,rtsp://10.0.0.5/main\n{ROW}'.encode(), SheetQuoteWrong),
        (f'{HEAD}\n"东口"x,示范社区,rtsp://10.0.0.5/main\n'.encode(), SheetQuoteWrong),
        (f'{HEAD}\n"{"东口" * 50_000}'.encode(), SheetRowTooLong),
        ((HEAD + '\n"' + "东口\n" * 50_000 + '"').encode(), SheetRowTooLong),
        (f"{HEAD}\n{',' * 1_000_000}\n".encode(), SheetRowTooLong),
        (f"{HEAD}\n{',' * 200}\n".encode(), SheetTooWide),
        (f"{HEAD}\n{'x' * 10_000_000},示范社区,rtsp://10.0.0.5/main".encode(), SheetRowTooLong),
        (f"{HEAD}\n{ROW}".encode("utf-16"), SheetEncodingUnknown),
        (b"\xff\xff\xff\xff", SheetEncodingUnknown),
        (f"{HEAD}\n".encode() + f"{ROW}\n".encode() * 101, SheetTooLong),
        (f"{HEAD}\n".encode() + b"\n" * 101, SheetTooLong),
    ],
)
def test_a_bad_csv_is_named_for_what_is_wrong(content: bytes, error: type[SheetError]) -> None:
    with pytest.raises(error) as caught:
        rows_of(read_csv(content))
    assert len(str(caught.value)) < 2_000


def test_the_line_of_a_wrong_quote_is_where_its_row_begins() -> None:
    with pytest.raises(SheetQuoteWrong) as caught:
        csv_rows(f'{HEAD}\n{ROW}\n"东口"x,示范社区,rtsp://10.0.0.5/main\n')
    assert "line 3" in str(caught.value)


@pytest.mark.parametrize(
    ("column", "cell", "error"),
    [
        ("name", "", CellMissing),
        ("main_url", "", CellMissing),
        ("main_url", "http://10.0.0.5/", None),
        ("place", "=HYPERLINK(1)", CellFormula),
        ("place", "＝1+1", CellFormula),
        ("place", "长" * (MOST_CELL + 1), CellTooLong),
        ("enabled", "maybe", CellNotYesOrNo),
        ("filed_on", "2026-13-01", CellNotADate),
        ("filed_on", "43586", CellNotADate),
        ("longitude", "114°", CellNotANumber),
        ("retention_days", "30.5", CellNotANumber),
        ("retention_days", "1e400", CellNotANumber),
        ("rules", "fall;faces", CellNotRules),
        ("place_kind", "月球", None),
        ("place_category", "月球", None),
    ],
)
def test_a_bad_cell_is_named_with_its_column(column: str, cell: str, error: type[VmsError] | None) -> None:
    values = {"name": "东口", "unit": "示范社区", "main_url": "rtsp://10.0.0.5/x", column: cell}
    (row,) = rows_of(read_csv("\n".join(",".join(part) for part in (values, values.values())).encode()))
    ((named, kind),) = faults_of(row)
    assert named == column
    assert error is None or kind is error


def test_all_bad_cells_of_a_row_are_named_at_once() -> None:
    (row,) = csv_rows(f"{HEAD},enabled,filed_on\n,示范社区,rtsp://x y,maybe,never")
    assert {column for column, _ in faults_of(row)} == {"name", "main_url", "enabled", "filed_on"}


def test_a_cell_beyond_the_headings_is_refused_unless_it_is_empty() -> None:
    assert csv_rows(f"{HEAD},\n{ROW},,,\n")[0].faults == ()
    assert faults_of(csv_rows(f"{HEAD}\n{ROW},x\n")[0]) == [(None, CellWithoutColumn)]
    assert faults_of(csv_rows(f"{HEAD},\n{ROW},x\n")[0]) == [(None, CellWithoutColumn)]


def test_credentials_leave_the_address_and_show_in_no_repr() -> None:
    (row,) = csv_rows(f"{HEAD},password\n东口,示范社区,rtsp://admin:s3cret@10.0.0.5/main,other\n")
    assert row.values["main_url"] == "rtsp://10.0.0.5/main"
    assert row.main is not None and (row.main.username, row.main.password) == ("admin", "s3cret")
    assert row.password == "other" and "password" not in row.values
    assert "s3cret" not in repr(row) and "other" not in repr(row)


def test_an_empty_cell_clears_or_keeps_as_the_table_says() -> None:
    every = ",".join(column.name for column in COLUMNS)
    cells = {"name": "东口", "main_url": "rtsp://10.0.0.5/x"}
    (row,) = csv_rows(f"{every}\n" + ",".join(cells.get(column.name, "") for column in COLUMNS))
    assert row.faults == () and row.password is None
    kept = {column.name for column in COLUMNS if column.empty is KEEP} - {"password"}
    assert kept.isdisjoint(row.values)
    assert (row.values["code"], row.values["place"], row.values["sub_url"]) == (None, "", None)


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), max_size=40)


@example([",="])
@given(st.lists(TEXT | st.sampled_from(["=1+1", "'=1", "''@x", "-2+3", "+86", "@SUM", "＝1", "'", "'x"])))
def test_text_comes_back_from_csv_as_it_was_and_nothing_in_it_runs(cells: list[str]) -> None:
    content = write_csv([["x", *cells]])
    written = [
        cell for line in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) for cell in line
    ]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in written)
    (row,) = read_csv(content).rows if len(cells) < 100 else [None]
    if row is not None:
        assert row.cells == ["x", *cells]


def test_text_comes_back_from_a_workbook_as_it_was_and_is_no_formula_there() -> None:
    cells = ["=1+1", "'=1", "-2", "+86 27", "@x", "00123", "42010200001320000001", "é中", ""]
    content = write_workbook([["a", *cells]])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    (row,) = read_workbook(content, most_bytes=MOST_BYTES).rows
    assert row.cells[: len(cells)] == ["a", *cells][: len(cells)]


def test_figures_stay_figures_in_an_export() -> None:
    assert b"\n-73.5,30" in write_csv([["x", "y"], [-73.5, 30]])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (12345, "12345"),
        (12345.0, "12345"),
        (114.25, "114.25"),
        (True, "yes"),
        (datetime(2026, 3, 1, 12, 30), "2026-03-01"),
        (date(2026, 3, 1), "2026-03-01"),
        (" 东口 ", "东口"),
        (None, ""),
        (42010200001320000001, CellNumberLossy),
        ("=A1", CellFormula),
    ],
)
def test_a_cell_of_a_workbook_is_what_somebody_would_have_typed(value: Any, expected: Any) -> None:
    (row,) = read_workbook(workbook([["x", value, "y"]]), most_bytes=MOST_BYTES).rows
    assert (row.cells[1] if isinstance(expected, str) else type(row.cells[1])) == expected


def test_an_error_of_the_spreadsheet_is_refused() -> None:
    content = by_hand('<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1"><f>1+1</f><v>2</v></c></row>')
    (row,) = read_workbook(content, most_bytes=MOST_BYTES).rows
    assert [type(cell) for cell in row.cells[:2]] == [CellBroken, CellFormula]


def test_a_workbook_says_what_a_csv_says() -> None:
    head = ["名称", "辖区", "主码流地址", "备案日期", "保存天数", "经度", "纬度"]
    (row,) = workbook_rows(
        workbook([head, ["东口", "示范社区", "rtsp://10.0.0.5/x", datetime(2026, 3, 1), 90, 114.3, 30]])
    )
    assert row.faults == ()
    assert (row.values["filed_on"], row.values["retention_days"], row.values["latitude"]) == (
        date(2026, 3, 1),
        90,
        30.0,
    )


LAUGHS = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"PK\x03\x04", WorkbookUnreadable),
        (b"PK\x03\x04" + b"x" * 1000, WorkbookUnreadable),
        (workbook([["a"]])[:-30], WorkbookUnreadable),
        (by_hand("<row><c>"), WorkbookUnreadable),
        (by_hand('<row r="1"><c r="A1"><v>x</v></c></row>'), WorkbookUnreadable),
        (by_hand('<row r="1"><c r="??"><v>1</v></c></row>'), WorkbookUnreadable),
        (by_hand('<row r="1"><c r="A1" t="s"><v>7</v></c></row>'), WorkbookUnreadable),
        (by_hand("", before=LAUGHS), WorkbookUnreadable),
        (by_hand("", before=OUTSIDE), WorkbookUnreadable),
        (by_hand("", before=LAUGHS, sheet="hidden.dat"), WorkbookUnreadable),
        (by_hand("<row>" + "<x>" * 100 + "</x>" * 100 + "</row>"), WorkbookUnreadable),
        (by_hand("<row>" + "<c/>" * 1_000_000 + "</row>"), SheetTooWide),
        (by_hand("<row>" + "<c><v>1</v></c>" * 150 + "</row>"), SheetTooWide),
        (by_hand("<row/>" * 300_000, sheet="hidden.dat"), WorkbookUnreadable),
        (by_hand('<row r="1"><c r="A1"><v>1</v></c></row>' + " " * (1 << 25)), SheetTooLarge),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_a_bad_workbook_is_named_in_bounded_memory(content: bytes, error: type[SheetError]) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(error):
            list(read_workbook(content, most_bytes=1 << 24).rows)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_rows_that_are_left_out_count_too() -> None:
    content = by_hand(
        '<row r="1"><c r="A1" t="str"><v>name</v></c><c r="B1" t="str"><v>unit</v></c>'
        '<c r="C1" t="str"><v>main_url</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    )
    with pytest.raises(SheetTooLong):
        workbook_rows(content)


def test_dates_and_rules_are_read_as_people_write_them() -> None:
    for text in (
        "2026-03-01",
        "2026/3/1",
        "2026.3.1",
        "2026年3月1日",
        "2026-03-01 00:00:00",
        "2026-03-01T08:00",
    ):
        assert parse_date(text) == date(2026, 3, 1)
    assert parse_rules("跌倒；倒卧") == parse_rules("fall, person_down") == {"fall", "person_down"}
    assert parse_rules("无") == parse_rules("none") == frozenset()


@pytest.mark.parametrize("chinese", [False, True])
def test_what_is_written_for_a_value_reads_back_as_it(chinese: bool) -> None:
    columns = {column.name: column for column in COLUMNS}
    for name, value in (
        ("rules", frozenset({"fall"})),
        ("rules", frozenset()),
        ("enabled", False),
        ("place_kind", "crossing"),
        ("place_category", "other_public"),
        ("filed_on", date(2026, 3, 1)),
        ("longitude", -114.123456789),
        ("retention_days", 90),
        ("purpose", "治安"),
    ):
        assert columns[name].parse(str(written(name, value, chinese=chinese))) == value
