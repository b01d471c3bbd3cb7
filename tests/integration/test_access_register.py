"""The access register: no recording is had without a reason, and each use of one is written down twice."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from runtime.database import Database
from tests.fakes.clock import ManualClock
from tests.fakes.events import add_camera
from vms.access.access import NewAccess
from vms.access.errors import (
    AccessCamerasMissing,
    AccessCameraUnknown,
    AccessExpired,
    AccessFieldMissing,
    AccessInvalid,
    AccessNeeded,
    AccessNotForCamera,
    AccessNotForRange,
    AccessRangeInvalid,
    AccessTextUnusable,
    AccessTooLong,
    AccessUnknown,
    DocumentNumberMissing,
)
from vms.access.register import AccessRegister
from vms.access.settings import AccessSettings
from vms.audit.audit import Audit


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def cameras(database: Database) -> list[int]:
    async with database.connection() as connection:
        return [await add_camera(connection, name) for name in ("东口", "西口", "南口")]


@pytest.fixture
def register(database: Database, clock: ManualClock) -> AccessRegister:
    return AccessRegister(database=database, clock=clock, settings=AccessSettings())


@pytest.fixture
def asked(clock: ManualClock, cameras: list[int]) -> NewAccess:
    return NewAccess(
        person="王芳",
        organisation="江岸公安分局",
        reason="老人走失",
        request_type="police",
        document_number="江公调字〔2026〕12号",
        case_number="A-7",
        camera_ids=cameras[:2],
        start_at=clock.now() - timedelta(hours=2),
        end_at=clock.now(),
    )


def part(asked: NewAccess, camera_ids: list[int], minutes: int = 20) -> dict[str, Any]:
    return {
        "camera_ids": camera_ids,
        "start_at": asked.start_at,
        "end_at": asked.start_at + timedelta(minutes=minutes),
    }


async def test_an_access_is_used_and_both_are_written_down(
    register: AccessRegister, database: Database, clock: ManualClock, asked: NewAccess, cameras: list[int]
) -> None:
    access = await register.request(asked)
    used = await register.use(access.id, act="playback", **part(asked, cameras[:1]))
    assert used == access
    found = await register.find(access.id)
    assert found.access == access
    assert [(use.act, use.camera_ids) for use in found.uses] == [("playback", (cameras[0],))]
    lines = await Audit(database=database, clock=clock).lines(case="A-7")
    assert [(line.act, line.author, line.camera_ids) for line in lines] == [
        ("recording.playback", "王芳", (cameras[0],)),
        ("access.request", "王芳", tuple(cameras[:2])),
    ]
    assert "江公调字〔2026〕12号" in lines[1].statement
    assert (await Audit(database=database, clock=clock).verify()).sound


async def test_a_check_writes_nothing(
    register: AccessRegister, database: Database, clock: ManualClock, asked: NewAccess, cameras: list[int]
) -> None:
    access = await register.request(asked)
    assert await register.check(access.id, **part(asked, cameras[:2])) == access
    assert (await register.find(access.id)).uses == ()
    assert len(await Audit(database=database, clock=clock).lines()) == 1


async def test_without_one_that_is_for_it_nothing_is_had(
    register: AccessRegister, clock: ManualClock, asked: NewAccess, cameras: list[int]
) -> None:
    access = await register.request(asked)
    with pytest.raises(AccessNeeded):
        await register.use(None, act="playback", **part(asked, cameras[:1]))
    with pytest.raises(AccessUnknown):
        await register.use(uuid4(), act="playback", **part(asked, cameras[:1]))
    with pytest.raises(AccessNotForCamera):
        await register.use(access.id, act="export", **part(asked, cameras))
    with pytest.raises(AccessNotForRange):
        await register.use(access.id, act="export", **part(asked, cameras[:1], minutes=121))
    with pytest.raises(AccessNotForRange):
        await register.use(access.id, act="export", **part(asked, cameras[:1], minutes=0))
    await clock.advance(24 * 3600)
    with pytest.raises(AccessExpired):
        await register.use(access.id, act="playback", **part(asked, cameras[:1]))
    assert (await register.find(access.id)).uses == ()


async def test_an_access_can_be_ended_early_and_once(
    register: AccessRegister, asked: NewAccess, cameras: list[int]
) -> None:
    access = await register.request(asked)
    ended = await register.end(access.id, author="李强")
    assert ended.ended_at is not None
    with pytest.raises(AccessExpired):
        await register.use(access.id, act="playback", **part(asked, cameras[:1]))
    with pytest.raises(AccessExpired):
        await register.end(access.id, author="李强")
    with pytest.raises(AccessUnknown):
        await register.end(uuid4(), author="李强")


@pytest.mark.parametrize(
    ("error", "changes"),
    [
        (AccessFieldMissing, {"person": " "}),
        (AccessFieldMissing, {"organisation": ""}),
        (AccessFieldMissing, {"reason": "\n"}),
        (AccessTextUnusable, {"reason": "x" * 2001}),
        (AccessTextUnusable, {"reason": "a\0b"}),
        (DocumentNumberMissing, {"document_number": ""}),
        (DocumentNumberMissing, {"document_number": "", "request_type": "state_organ"}),
        (AccessCamerasMissing, {"camera_ids": []}),
        (AccessCameraUnknown, {"camera_ids": [10**9]}),
        (AccessRangeInvalid, {"days": 0}),
        (AccessRangeInvalid, {"days": 32}),
        (AccessTooLong, {"expires_in": timedelta(0)}),
        (AccessTooLong, {"expires_in": timedelta(days=8)}),
    ],
)
async def test_what_is_missing_is_named(
    register: AccessRegister, asked: NewAccess, error: type[AccessInvalid], changes: dict[str, Any]
) -> None:
    if "days" in changes:
        changes = {"start_at": asked.end_at - timedelta(days=changes["days"])}
    with pytest.raises(error):
        await register.request(replace(asked, **changes))
    assert await register.list() == []


async def test_a_person_asks_without_a_document(register: AccessRegister, asked: NewAccess) -> None:
    access = await register.request(replace(asked, request_type="personal", document_number=""))
    assert access.document_number == ""


async def test_the_register_is_searched(
    register: AccessRegister, database: Database, clock: ManualClock, asked: NewAccess, cameras: list[int]
) -> None:
    first = await register.request(asked)
    await clock.advance(60)
    second = await register.request(replace(asked, person="李强", case_number="B-1", camera_ids=cameras[2:]))
    async with database.connection() as connection:
        unit_id = await connection.fetchval("select unit_id from camera where id = $1", cameras[0])
    assert await register.list() == [second, first]
    assert await register.list(person="王芳") == [first]
    assert await register.list(camera_id=cameras[2]) == [second]
    assert await register.list(case="B-1") == [second]
    assert await register.list(unit_id=unit_id) == [second, first]
    assert await register.list(unit_id=unit_id + 1) == []
    assert await register.list(to_at=clock.now()) == [first]
    assert await register.list(limit=1) == [second]
