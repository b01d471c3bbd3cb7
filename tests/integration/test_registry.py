"""The registry on a real Postgres: all or nothing, secrets at rest, and one bad camera that holds up no other."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from detectors.errors import ZoneError
from detectors.ground_errors import GroundDistanceImpossible
from runtime.database import Database
from runtime.vault import SecretUnreadable, Vault
from streams.errors import InvalidStreamUrl
from vms.cameras.draft import CameraDraft, GroundDraft, ZoneDraft
from vms.cameras.errors import CameraNameTaken
from vms.cameras.registry import Registry
from vms.cameras.units.errors import UnitUnknown

SQUARE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


@pytest.fixture
def registry(database: Database, tmp_path: Path) -> Registry:
    return Registry(database=database, vault=Vault.open(tmp_path / "key"))


def zone(**changes: Any) -> ZoneDraft:
    values: dict[str, Any] = {
        "name": "广场",
        "polygon": SQUARE,
        "rules": frozenset({"crowd"}),
        "crowd_limit": 8,
    }
    return ZoneDraft(**{**values, **changes})


def draft(name: str = "东口", **changes: Any) -> CameraDraft:
    return CameraDraft(**{"name": name, "url": "rtsp://admin:s3cret@10.0.0.5/main", **changes})


def refuse(*_: object) -> None:
    raise AssertionError("no password is unreadable here")


async def test_a_camera_comes_back_as_it_was_registered(registry: Registry) -> None:
    camera = await registry.register(
        draft(sub_url="rtsp://10.0.0.5/sub", username="viewer", password="other", zones=(zone(),)),
        probe=False,
    )
    main, sub = camera.profiles
    assert main.url.startswith("rtsp://10.0.0.5") and "admin" not in main.url
    assert (main.recorded, main.analysed) == (True, False)
    assert (sub.recorded, sub.analysed) == (False, True)
    assert (camera.zones[0].name, camera.zones[0].crowd_limit, camera.unit_name) == ("广场", 8, "示范社区")
    (watch,) = await registry.watches(on_unreadable=refuse)
    credentials = {p.name: (p.username, p.password) for p in watch.camera.profiles}
    assert credentials == {"main": ("admin", "s3cret"), "sub": ("viewer", "other")}


GROUND = GroundDraft(points=((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8)), metres=(6.0, 3.0))


async def test_the_measured_ground_of_a_zone_is_kept_and_goes_with_the_measurement(
    registry: Registry,
) -> None:
    await registry.register(draft(zones=(zone(ground=GROUND),)), probe=False)
    (watch,) = await registry.watches(on_unreadable=refuse)
    assert watch.zones[0].area_m2 == pytest.approx(50)
    assert [watch] == await registry.watches(on_unreadable=refuse)  # or every look would restart the camera
    await registry.register(draft(zones=(zone(),)), probe=False, replace=True)
    (watch,) = await registry.watches(on_unreadable=refuse)
    assert watch.zones[0].ground is None


async def test_no_password_lies_in_the_database_in_clear(registry: Registry, database: Database) -> None:
    await registry.register(draft(), probe=False)
    async with database.connection() as connection:
        rows = await connection.fetch("select * from stream_profile")
    assert "s3cret" not in str([dict(row) for row in rows])


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (draft(url="http://10.0.0.5/x"), InvalidStreamUrl),
        (draft(zones=(zone(), zone(name="小", polygon=SQUARE[:2]))), ZoneError),
        (draft(zones=(zone(ground=replace(GROUND, metres=(6.0, 0.0))),)), GroundDistanceImpossible),
        (draft(unit="月球"), UnitUnknown),
    ],
)
async def test_of_a_bad_draft_nothing_is_written(
    registry: Registry, database: Database, bad: CameraDraft, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await registry.register(bad, probe=False)
    async with database.connection() as connection:
        for table in ("camera", "stream_profile", "zone"):
            assert await connection.fetchval(f"select count(*) from {table}") == 0


async def test_a_second_camera_of_that_name_is_refused_or_replaces_if_asked_to(registry: Registry) -> None:
    first = await registry.register(draft(), probe=False)
    with pytest.raises(CameraNameTaken, match="东口"):
        await registry.register(draft(), probe=False)
    second = await registry.register(draft(url="rtsp://10.0.0.9/x"), probe=False, replace=True)
    assert second.id == first.id
    assert "10.0.0.9" in second.profiles[0].url


async def test_a_password_that_cannot_be_decrypted_holds_up_its_own_camera_only(
    registry: Registry, database: Database, tmp_path: Path
) -> None:
    await registry.register(draft("东口"), probe=False)
    await registry.register(draft("西口", url="rtsp://10.0.0.6/x"), probe=False)
    elsewhere = Registry(database=database, vault=Vault.open(tmp_path / "another key"))
    told: list[tuple[int, str, str]] = []

    def note(camera_id: int, profile: str, error: SecretUnreadable) -> None:
        told.append((camera_id, profile, error.code))

    watches = await elsewhere.watches(on_unreadable=note)
    assert [watch.camera.name for watch in watches] == ["西口"]
    assert told == [(1, "main", "secret_unreadable")]


async def test_the_database_refuses_an_address_with_credentials_in_it(
    database: Database, registry: Registry
) -> None:
    camera = await registry.register(draft(), probe=False)
    async with database.connection() as connection:
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute(
                "update stream_profile set url = 'rtsp://a:b@h/x' where camera_id = $1", camera.id
            )
