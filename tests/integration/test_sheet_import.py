"""Sheets into a real registry and out of it: all or nothing, twice the same, and every bad row named."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from runtime.clock import SystemClock
from runtime.database import Database
from runtime.errors import VmsError
from runtime.listen import listen
from runtime.vault import Vault
from streams.camera import CameraId
from tests.fakes.camera_sheets import HEADINGS, district_rows, district_sheet
from tests.fakes.conditions import Seen
from tests.fakes.registry_client import registry_client
from vms.cameras.draft import CameraDraft
from vms.cameras.drawn import parse_masks, parse_zones
from vms.cameras.registry import Registry
from vms.cameras.rule_hours import parse_rule_hours
from vms.cameras.settings import CameraSettings
from vms.cameras.sheets.errors import SheetKindUnknown, SheetTooLarge
from vms.cameras.sheets.report import ImportReport
from vms.cli import app

HEAD = "code,name,unit,main_url,sub_url,username,password,place"


@pytest.fixture
def registry(database: Database, tmp_path: Path) -> Registry:
    return Registry(database=database, vault=Vault.open(tmp_path / "key"))


#: what one camera is told of how it is watched
WATCHED = {
    "hours": parse_rule_hours("过密 周一-周五 7:00-22:00; 跌倒 22:00-06:00"),
    "zones": parse_zones(
        '[{"name": "东, \\"口\\"", "polygon": [[0, 0.123456], [1, 0.3], [1, 1], [0, 1]], "crowd_limit": 8, "hours": "08:00-09:00",'
        ' "ground": {"points": [[0.35, 0.4], [0.65, 0.4], [0.9, 0.9], [0.1, 0.9]], "metres": [6, 12]}},'
        ' {"name": "=台阶", "polygon": [[0, 0], [0.5, 0], [0.5, 0.5]], "rules": ["fall", "person_down"]}]'
    ),
    "masks": parse_masks("0,0 0.3,0 0.3,0.2; 0.8,0.9 1,0.9 1,1"),
    "recorded": "both",
    "analysed": "main",
}


def code(number: int) -> str:
    return f"4201020000132{number:07d}"


async def take_in(registry: Registry, *rows: str, head: str = HEAD, **options: Any) -> ImportReport:
    return await registry.sheets.take_in("\n".join((head, *rows)).encode(), author="王", **options)


def found_faults(report: ImportReport) -> list[tuple[int, str | None, str]]:
    return [(row.line, fault.column, fault.error.code) for row in report.rows for fault in row.faults]


async def passwords(registry: Registry) -> dict[str, dict[str, tuple[str, str]]]:
    watches = await registry.watches(on_unreadable=lambda *_: pytest.fail("unreadable"))
    return {
        watch.camera.name: {p.name: (p.username, p.password) for p in watch.camera.profiles}
        for watch in watches
    }


@pytest.mark.timeout(600)
async def test_a_district_of_36000_is_taken_in_once_and_the_second_time_changes_nothing(
    registry: Registry, database: Database
) -> None:
    rows = district_rows(36_000)
    bad = [list(row) for row in rows]
    bad[9][2], bad[19_999][3], bad[35_999][9] = "月球", "rtsp://8.8.8.8/x", "更衣室"
    refused = await registry.sheets.take_in(district_sheet(bad), author="王")
    assert not refused.written and refused.counts["refused"] == 3
    assert found_faults(refused) == [
        (11, "辖区", "unit_unknown"),
        (20_001, "主码流地址", "address_refused"),
        (36_001, "场所类型", "place_forbidden"),
    ]
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from camera") == 0

    content = district_sheet(rows)
    first = await registry.sheets.take_in(content, author="王")
    assert first.written and first.counts["created"] == 36_000
    second = await registry.sheets.take_in(content, author="王")
    assert second.counts == {"created": 0, "changed": 0, "unchanged": 36_000, "refused": 0}
    async with database.connection() as connection:
        counted = await connection.fetchrow(
            """
            select (select count(*) from camera) as cameras, (select count(*) from stream_profile) as profiles,
                   (select count(*) from camera_version) as versions, (select max(version) from camera) as latest
            """
        )
    assert tuple(counted) == (36_000, 72_000, 36_000, 1)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("chinese", [False, True])
async def test_an_export_taken_in_again_changes_nothing(registry: Registry, form: Any, chinese: bool) -> None:
    await registry.sheets.take_in(district_sheet(district_rows(20)), author="王")
    await registry.register(
        CameraDraft(
            name="=cmd|' /C calc'!A0",
            url="rtsp://admin:s3cret@10.9.9.9/x?a=1&b=2",
            sub_url="rtsp://viewer:other@10.9.9.9/y",
            rules=frozenset(),
            settings=WATCHED,
            facts=replace(CameraDraft(name="x", url="x").facts, longitude=-114.123456789012, latitude=30.0),
        ),
        probe=False,
    )
    before, secrets = await registry.cameras(), await passwords(registry)
    content = await registry.sheets.give_out(form, chinese=chinese)
    for secret in (b"s3cret", b"pass-1", b"viewer:"):
        assert secret not in content
    report = await registry.sheets.take_in(content, author="李")
    assert report.counts["unchanged"] == 21, found_faults(report)
    assert await registry.cameras() == before
    assert await passwords(registry) == secrets


async def test_a_row_is_of_the_camera_with_its_code_else_with_its_address(registry: Registry) -> None:
    await take_in(
        registry,
        f"{code(1)},东口,示范社区,rtsp://10.0.0.1/x,,admin,pw1,甲",
        ",西口,示范社区,rtsp://10.0.0.2/x,,admin,pw2,乙",
    )
    report = await take_in(
        registry,
        f"{code(1)},东门,示范社区,rtsp://10.0.0.9/x,,admin,,甲",
        f"{code(2)},西口,示范社区,rtsp://10.0.0.2/x,rtsp://10.0.0.2/y,admin,,丙",
        f"{code(3)},南口,示范社区,rtsp://10.0.0.3/x,,,,丁",
    )
    assert [(row.outcome, row.camera_id, row.changed) for row in report.rows] == [
        ("changed", 1, ("name", "main_url", "address")),
        ("changed", 2, ("sub_url", "code", "place", "sub_password", "sub_username")),
        ("created", 3, ()),
    ]
    versions = await registry.editor.versions(CameraId(1))
    assert [(version.version, version.author) for version in versions] == [(1, "王"), (2, "王")]
    assert versions[1].changes["name"] == ["东口", "东门"]
    assert await passwords(registry) == {
        "东门": {"main": ("admin", "pw1")},
        "西口": {"main": ("admin", "pw2"), "sub": ("admin", "pw2")},
        "南口": {"main": ("", "")},
    }


async def test_an_empty_password_keeps_the_stored_one_and_a_new_one_is_for_all_streams(
    registry: Registry,
) -> None:
    row = f"{code(1)},东口,示范社区,rtsp://10.0.0.1/x,rtsp://10.0.0.1/y,{{}},甲"
    await take_in(registry, row.format("admin,first"))
    assert (await take_in(registry, row.format("admin,"))).counts["unchanged"] == 1
    assert (await take_in(registry, row.format("admin,first"))).counts["unchanged"] == 1
    report = await take_in(registry, row.format("root,second"))
    assert report.rows[0].changed == ("username", "main_password", "sub_password", "sub_username")
    assert (await passwords(registry))["东口"] == {"main": ("root", "second"), "sub": ("root", "second")}


async def test_columns_that_are_left_out_stay_as_they_are(registry: Registry) -> None:
    await take_in(registry, f"{code(1)},东口,示范社区,rtsp://10.0.0.1/x,rtsp://10.0.0.1/y,admin,pw,甲")
    before = await registry.cameras()
    report = await take_in(registry, "东口,示范社区,rtsp://10.0.0.1/x", head="name,unit,main_url")
    assert report.counts["unchanged"] == 1
    assert await registry.cameras() == before


async def test_an_export_may_be_of_a_unit_and_all_below_it(
    client: httpx.AsyncClient, registry: Registry
) -> None:
    await registry.units.add(name="别处", level="community", parent_id=None, code=None, author="王")
    await take_in(registry, ",东口,示范社区,rtsp://10.0.0.1/x,,,,", ",西口,别处,rtsp://10.0.0.2/x,,,,")
    part = await client.get("/api/v1/cameras.csv", params={"unit": 2})
    assert "西口" in part.text and "东口" not in part.text
    assert (await client.get("/api/v1/cameras.csv", params={"unit": 9})).json()["code"] == "unit_id_unknown"


async def test_zones_and_hours_of_many_come_by_a_sheet_and_an_empty_cell_keeps_them(
    registry: Registry,
) -> None:
    head = "name,unit,main_url,zones,hours,masks,recorded"
    zones = '"[{""name"":""广场"",""polygon"":[[0,0.3],[1,0.3],[1,1]],""crowd_limit"":8}]"'
    rows = [f"{name},示范社区,rtsp://10.0.0.{number}/x" for number, name in enumerate(("甲", "乙", "丙"), 1)]
    first = await take_in(registry, f"{rows[0]},{zones},全部 07:00-22:00,,", f"{rows[1]},,,,", head=head)
    assert first.counts["created"] == 2
    again = await take_in(registry, f"{rows[0]},,,,", f'{rows[1]},{zones},无,"0,0 1,0 1,0.2",', head=head)
    assert [(row.outcome, row.changed) for row in again.rows] == [
        ("unchanged", ()), ("changed", ("zones", "masks"))
    ]  # fmt: skip
    one, two = await registry.cameras()
    assert [zone.name for zone in (*one.zones, *two.zones)] == ["广场", "广场"]
    assert {rule: str(hours) for rule, hours in one.hours.items()} == dict.fromkeys(
        ("fall", "person_down", "crowd"), "07:00-22:00"
    )
    gone = await take_in(registry, f"{rows[0]},无,无,,", head=head)
    assert gone.rows[0].changed == ("hours", "zones")
    refused = await take_in(
        registry,
        f"{rows[0]},[],crowd,,sub",
        f'{rows[1]},"[{{""name"":""x"",""polygon"":[[0,0],[1,1]]}}]",,"0,0 1,x",',
        f"{rows[2]},{zones.replace('8', '-8')},,,both",
        head=head,
    )
    assert found_faults(refused) == [
        (2, "hours", "rule_hours_unreadable"),
        (2, "recorded", "profile_missing"),
        (3, "zones", "zone_too_few_points"),
        (3, "masks", "masks_unreadable"),
        (4, "zones", "zone_unreadable"),
        (4, "recorded", "profile_missing"),
    ]


async def test_two_cameras_may_swap_name_and_code_in_one_sheet(registry: Registry) -> None:
    row = "{},{},示范社区,rtsp://10.0.0.{}/x,,,,"
    await take_in(registry, row.format(code(1), "东口", 1), row.format(code(2), "西口", 2))
    report = await take_in(registry, row.format(code(1), "西口", 1), row.format(code(2), "东口", 2))
    assert report.counts["changed"] == 2
    assert {camera.id: camera.name for camera in await registry.cameras()} == {1: "西口", 2: "东口"}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            ["{1},东口,示范社区,rtsp://10.0.0.1/x,,,,", "{1},西口,示范社区,rtsp://10.0.0.2/x,,,,"],
            [(3, "code", "row_doubled")],
        ),
        (
            [",东口,示范社区,rtsp://10.0.0.1/x,,,,", ",西口,示范社区,rtsp://10.0.0.1/x,,,,"],
            [(3, "main_url", "row_doubled")],
        ),
        (
            [",东口,示范社区,rtsp://10.0.0.1/x,,,,", ",东口,示范社区,rtsp://10.0.0.2/x,,,,"],
            [(3, "name", "row_doubled")],
        ),
        ([",在册,示范社区,rtsp://10.0.0.1/x,,,,"], [(2, "name", "camera_name_taken")]),
        (
            ["{9},甲,示范社区,rtsp://10.0.0.1/x,,,,", ",乙,示范社区,rtsp://10.9.9.9/x,,,,"],
            [(3, None, "row_doubled")],
        ),
        ([",同址,示范社区,rtsp://10.8.8.8/x,,,,"], [(2, "main_url", "row_ambiguous")]),
        (["{1},东口,,rtsp://10.0.0.1/x,,,,"], [(2, "unit", "cell_missing")]),
        (
            ["1,,月球,rtsp://1.1.1.1/x,,,,男厕所"],
            [
                (2, "name", "cell_missing"),
                (2, "unit", "unit_unknown"),
                (2, "main_url", "address_refused"),
                (2, "code", "code_invalid"),
                (2, "place", "place_kind_needed"),
            ],
        ),
    ],
)
async def test_what_clashes_or_is_wrong_is_refused_by_line_and_column(
    registry: Registry, rows: list[str], expected: list[tuple[int, str | None, str]]
) -> None:
    for name, host, number in (("在册", "10.9.9.9", 9), ("同址一", "10.8.8.8", 8), ("同址二", "10.8.8.8", 7)):
        facts = replace(CameraDraft(name="x", url="x").facts, code=code(number))
        draft = CameraDraft(name=name, url=f"rtsp://{host}/x", facts=facts)
        await registry.register(draft, probe=False)
    before = await registry.cameras()
    report = await take_in(registry, *(row.replace("{1}", code(1)).replace("{9}", code(9)) for row in rows))
    assert found_faults(report) == expected
    assert not report.written
    assert await registry.cameras() == before


async def test_a_dry_run_says_the_same_and_does_nothing(registry: Registry) -> None:
    row = f"{code(1)},东口,示范社区,rtsp://10.0.0.1/x,,admin,pw,甲"
    dry = await take_in(registry, row, dry_run=True)
    assert (dry.written, dry.counts["created"]) == (False, 1)
    assert await registry.cameras() == []


async def test_a_removed_camera_is_not_in_the_way_and_not_exported(registry: Registry) -> None:
    row = f"{code(1)},东口,示范社区,rtsp://10.0.0.1/x,,admin,pw,甲"
    await take_in(registry, row)
    await registry.editor.remove(CameraId(1), author="王")
    assert len((await registry.sheets.give_out("csv", chinese=True)).splitlines()) == 1
    assert (await take_in(registry, row)).counts["created"] == 1


async def test_health_of_a_stream_outlives_a_change_by_sheet(database: Database, registry: Registry) -> None:
    row = f"{code(1)},东口,示范社区,rtsp://10.0.0.1/x,rtsp://10.0.0.1/y,,,"
    await take_in(registry, row)
    seen = Seen(database)
    for profile in ("main", "sub"):
        await seen.see(1, "live", profile=profile)
    await take_in(registry, row.replace("rtsp://10.0.0.1/y", "").replace("/x", "/z"))
    (camera,) = await registry.cameras()
    assert [(profile.name, profile.state, profile.analysed) for profile in camera.profiles] == [
        ("main", "live", True)
    ]


async def test_files_of_the_wrong_kind_or_size_are_refused_before_they_are_read(
    database: Database, tmp_path: Path
) -> None:
    registry = Registry(
        database=database,
        vault=Vault.open(tmp_path / "key"),
        settings=CameraSettings(sheet_bytes=100),
    )
    with pytest.raises(SheetKindUnknown):
        await registry.sheets.take_in(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", author="王")
    with pytest.raises(SheetTooLarge):
        await registry.sheets.take_in(b"x" * 101, author="王")
    async with registry_client(database, registry) as client:
        answer = await client.post("/api/v1/cameras/imports?author=x", content=b"x" * 101)
        assert (answer.status_code, answer.json()["code"]) == (413, "sheet_too_large")


@pytest.fixture
async def client(database: Database, registry: Registry) -> AsyncIterator[httpx.AsyncClient]:
    async with registry_client(database, registry) as client:
        yield client


async def test_sheets_go_in_and_out_over_http(client: httpx.AsyncClient) -> None:
    imports = "/api/v1/cameras/imports"
    content = district_sheet(district_rows(3))
    assert (await client.post(imports, content=content)).status_code == 422  # nobody said who
    dry = await client.post(imports, content=content, params={"author": "王", "dry_run": True})
    assert dry.json()["written"] is False
    done = (await client.post(imports, content=content, params={"author": "王"})).json()
    assert (done["written"], done["created"], len(done["rows"])) == (True, 3, 3)
    assert done["rows"][0] == {
        "line": 2,
        "outcome": "created",
        "name": "0 号枪机",
        "camera_id": 1,
        "changed": [],
        "faults": [],
    }
    out = await client.get("/api/v1/cameras.csv", params={"language": "zh"})
    assert out.headers["content-type"] == "text/csv; charset=utf-8"
    again = (await client.post(imports, content=out.content, params={"author": "王"})).json()
    assert again["unchanged"] == 3
    book = await client.get("/api/v1/cameras.xlsx")
    assert (await client.post(imports, content=book.content, params={"author": "王"})).json()[
        "unchanged"
    ] == 3
    bad = await client.post(
        imports, content=content.replace("示范社区".encode(), "月球".encode()), params={"author": "王"}
    )
    problem = bad.json()
    assert (bad.status_code, problem["code"], problem["context"]["refused"]) == (422, "rows_refused", 3)
    assert problem["context"]["rows"][0]["faults"][0]["column"] == "辖区"
    broken = await client.post(imports, content=b"name\n", params={"author": "王"})
    assert (broken.status_code, broken.json()["code"]) == (422, "column_missing")


def vms(tmp_path: Path, database_url: str, *arguments: str) -> Result:
    where = ("--data", str(tmp_path), "--database", database_url)
    return CliRunner().invoke(app, ["cameras", *arguments, *where])


def test_the_command_line_takes_sheets_in_and_changes_cameras(tmp_path: Path, database_url: str) -> None:
    def cameras(*arguments: str) -> Result:
        return vms(tmp_path, database_url, *arguments)

    sheet, out = tmp_path / "in.csv", tmp_path / "out.xlsx"
    sheet.write_bytes(district_sheet(district_rows(2)))
    assert "2 new" in cameras("import", str(sheet), "--dry-run").output
    done = cameras("import", str(sheet), "--json", "--author", "王")
    lines = [json.loads(line) for line in done.output.splitlines()]
    assert lines[-1]["summary"]["created"] == 2 and lines[0]["row"]["line"] == 2
    assert cameras("export", str(out)).exit_code == 0
    assert "2 unchanged" in cameras("import", str(out)).output

    changed = cameras(
        "set", code(1), "place=东口北侧", "保存天数=90", "password=geheim", "--no-probe", "--version", "1"
    )
    assert changed.exit_code == 0, changed.exception
    shown = json.loads(cameras("show", "1 号枪机", "--json").output)["camera"]
    assert (shown["place"], shown["retention_days"], shown["version"]) == ("东口北侧", 90, 2)
    assert "geheim" not in json.dumps(shown)
    assert [version["author"] for version in shown["versions"][:1]] == ["王"]
    assert "东口北侧" in cameras("show", "1 号枪机").output
    stale = cameras("set", code(1), "place=x", "--version", "1")
    assert isinstance(stale.exception, VmsError) and stale.exception.code == "version_stale"
    forbidden = cameras("set", code(1), "place_kind=toilet")
    assert isinstance(forbidden.exception, VmsError) and forbidden.exception.code == "place_forbidden"
    assert cameras("set", code(1), "colour").exit_code == 2
    listed = cameras("list", "--text", "东口北侧", "--json").output.splitlines()
    assert [json.loads(line)["camera"]["code"] for line in listed] == [code(1)]
    assert cameras("remove", code(1)).exit_code == 0
    assert "No such camera" in cameras("list", "--text", "东口北侧").output
    added = cameras(
        "add",
        "南口",
        "rtsp://10.0.0.77/x",
        "--no-probe",
        "--fact",
        "place_kind=路口",
        "--fact",
        f"code={code(9)}",
    )
    assert added.exit_code == 0, added.exception
    assert json.loads(cameras("show", code(9), "--json").output)["camera"]["place_kind"] == "crossing"


def test_the_command_line_names_each_bad_row_and_file(tmp_path: Path, database_url: str) -> None:
    sheet = tmp_path / "in.csv"
    rows = district_rows(40)
    for row in rows:
        row[2] = "月球"
    sheet.write_bytes(district_sheet(rows))
    refused = vms(tmp_path, database_url, "import", str(sheet))
    assert refused.exit_code == 1
    assert "40 refused" in refused.output and "Nothing was written" in refused.output
    assert HEADINGS[2] in refused.output and "10 more" in refused.output
    missing = vms(tmp_path, database_url, "import", str(tmp_path / "none.csv"))
    assert isinstance(missing.exception, VmsError) and missing.exception.code == "sheet_file_unreadable"
    for target in (tmp_path / "x.pdf", tmp_path / "no" / "x.csv"):
        unwritable = vms(tmp_path, database_url, "export", str(target))
        assert isinstance(unwritable.exception, VmsError)
        assert unwritable.exception.code == "sheet_file_unwritable"


async def test_one_bell_rings_for_a_whole_sheet_and_none_where_nothing_changed(
    registry: Registry, database_url: str
) -> None:
    rings: list[str] = []
    heard = asyncio.Event()

    def ring(_channel: str, payload: str) -> None:
        rings.append(payload)
        heard.set()

    bell = asyncio.create_task(listen(database_url, ["camera"], on_ring=ring, clock=SystemClock()))
    async with asyncio.timeout(20):
        await heard.wait()  # it rings once when it has begun to listen
        rings.clear()
        heard.clear()
        content = district_sheet(district_rows(50))
        await registry.sheets.take_in(content, author="王")
        await registry.sheets.take_in(content, author="王")
        await heard.wait()
        heard.clear()
        await registry.editor.remove(CameraId(1), author="王")
        await heard.wait()
    bell.cancel()
    await asyncio.gather(bell, return_exceptions=True)
    assert len(rings) == 2
