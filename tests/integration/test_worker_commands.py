"""`vms worker` and `vms workers`, as a person and a program use them."""

import asyncio
import json
from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from runtime.database import Database
from runtime.errors import VmsError
from vms.cli import app
from vms.cluster import store


@pytest.mark.parametrize("command", [["worker"], ["serve", "--no-cameras", "--port", "0"]], ids=" ".join)
def test_who_shares_cameras_needs_the_database_of_the_house(command: list[str], tmp_path: Path) -> None:
    done = CliRunner().invoke(app, [*command, "--data", str(tmp_path / "data")])
    assert isinstance(done.exception, VmsError)
    assert done.exception.code == "house_database_missing" and "--database" in done.exception.message()
    assert not (tmp_path / "data").exists()


async def test_the_workers_are_listed_with_what_nobody_has(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    async with database.transaction() as connection:
        await connection.execute(
            "insert into camera (unit_id, name) select 1, 'c' || n from generate_series(1, 5) n"
        )
        session = uuid4()
        await store.join(
            connection, name="a", host="h", folder="f", capacity=3, version="1", session=session, lease_s=15
        )
        await store.renew(connection, name="a", session=session, lease_s=15, analysed=3, skipped=1)
        await store.take(connection, "a", 3)
        await store.note_cameras(connection, "a", 3)
    where = ["--data", str(tmp_path / "data"), "--database", database_url]

    def run(*more: str) -> str:
        done = CliRunner().invoke(app, ["workers", *more, *where])
        assert done.exit_code == 0, done.exception
        return done.output

    found = json.loads(await asyncio.to_thread(run, "--json"))["workers"]
    (a,) = found["workers"]
    assert (a["name"], a["live"], a["cameras"], a["capacity"], a["lag"]) == ("a", True, 3, 3, 0.25)
    assert found["free_cameras"] == 2
    shown = await asyncio.to_thread(run)
    assert "25.0%" in shown and "nobody" in shown
