"""Cameras as devices, from the registry and the API to a device of our own over HTTP, and what they say kept in Postgres."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from runtime.database import Database
from runtime.vault import Vault
from streams.camera import CameraId
from streams.onvif.account import OnvifAccount
from streams.onvif.settings import OnvifSettings
from tests.fakes import onvif_ills as ills
from tests.fakes.clock import ManualClock
from tests.fakes.evidence_desk import desk_in
from tests.fakes.onvif_device import FakeOnvifDevice
from tests.fakes.registry_client import registry_client
from tests.fakes.wait import until
from vms.cameras.registry import Registry
from vms.cameras.settings import CameraSettings
from vms.devices.device_desk import DeviceDesk
from vms.devices.event_watch import EventWatch

API = "/api/v1/cameras/1"
TAMPER = "tns1:RuleEngine/TamperDetector/Tamper"
SETTINGS = OnvifSettings(request_timeout_s=5.0, pull_s=0.05)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def device(clock: ManualClock) -> AsyncIterator[FakeOnvifDevice]:
    device = FakeOnvifDevice(clock=clock, ahead_s=3600)
    async with device.running():
        yield device


@pytest.fixture
def registry(database: Database, tmp_path: Path) -> Registry:
    return Registry(
        database=database,
        vault=Vault.open(tmp_path / "key"),
        settings=CameraSettings(networks=("127.0.0.0/8",)),
    )


@pytest.fixture
async def watch(database: Database, clock: ManualClock) -> AsyncIterator[EventWatch]:
    watch = EventWatch(database=database, clock=clock, settings=SETTINGS)
    task = asyncio.create_task(watch.run())
    yield watch
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def client(
    database: Database,
    registry: Registry,
    clock: ManualClock,
    watch: EventWatch,
    device: FakeOnvifDevice,
    tmp_path: Path,
) -> AsyncIterator[httpx.AsyncClient]:
    """With one camera, which is the device."""
    desk = DeviceDesk(clock=clock, settings=SETTINGS)
    task = asyncio.create_task(desk.run())
    evidence = desk_in(tmp_path, database, clock)
    async with registry_client(database, registry, desk=desk, event_watch=watch, evidence=evidence) as client:
        new = await client.post(
            "/api/v1/cameras",
            json={
                "author": "王",
                "name": "东口",
                "url": "rtsp://127.0.0.1/main",
                "username": device.username,
                "password": device.password,
                "onvif_port": device.port,
                "probe": False,
            },
        )
        assert new.status_code == 201, new.text
        yield client
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def steer(client: httpx.AsyncClient, **command: Any) -> httpx.Response:
    return await client.post(f"{API}/ptz", json={"author": "李", **command})


async def test_a_camera_is_steered_and_stands_still_when_nobody_asks_it_to_go_on(
    client: httpx.AsyncClient, device: FakeOnvifDevice, clock: ManualClock
) -> None:
    moved = await steer(client, action="move", pan=0.5)
    assert moved.json() == {
        "camera_id": 1,
        "unit": {"id": 1, "name": "示范社区"},
        "action": "move",
        "holds_s": 1.0,
    }
    assert device.move is not None and device.move.pan == 0.5
    await clock.advance(1.0)
    await until(lambda: "Stop" in device.calls)
    before = len(device.calls)
    await steer(client, action="move", tilt=-1.0)
    assert device.calls[before:] == ["ContinuousMove"]  # a held joystick costs one request a move
    await steer(client, action="move", tilt=-0.5)
    await steer(client, action="stop")
    assert device.move is None
    steered = (await client.get("/api/v1/audit", params={"act": "camera.steer"})).json()["lines"]
    assert [line["detail"]["action"] for line in steered] == ["stop", "move", "move"]  # once a move
    assert (steered[0]["author"], steered[0]["cameras"], steered[0]["units"]) == ("李", [1], [1])


async def test_presets_and_imaging_settings_are_read(
    client: httpx.AsyncClient, device: FakeOnvifDevice
) -> None:
    presets = (await client.get(f"{API}/ptz/presets")).json()
    assert presets["presets"] == [{"token": "1", "name": "东门"}, {"token": "2", "name": "West gate"}]
    assert (await steer(client, action="preset", preset="2")).json()["holds_s"] is None
    assert device.at_preset == "2"
    unknown = await steer(client, action="preset", preset="9")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "preset_unknown")
    (imager,) = (await client.get(f"{API}/imaging")).json()["imagers"]
    assert (imager["ir_cut_filter"], imager["brightness"]) == ("auto", 50.0)


@pytest.mark.parametrize(
    "command",
    [
        {"action": "move", "pan": 1.5},
        {"action": "move", "pan": "nan"},
        {"action": "jump"},
        {"action": "preset"},
        {"action": "stop", "pan": 0.1},
        {"action": "move", "preset": "1"},
    ],
)
async def test_a_command_that_is_none_is_refused_before_the_device_hears_of_it(
    client: httpx.AsyncClient, device: FakeOnvifDevice, command: dict[str, Any]
) -> None:
    assert (await steer(client, **command)).status_code == 422
    assert device.calls == []


async def test_a_camera_without_a_port_and_a_device_that_refuses_are_said(
    client: httpx.AsyncClient, device: FakeOnvifDevice
) -> None:
    device.password = "changed"
    refused = await steer(client, action="stop")
    assert (refused.status_code, refused.json()["code"]) == (422, "onvif_unauthorised")
    assert (await steer(client, action="stop")).status_code == 422
    device.ills["GetSystemDateAndTime"] = ills.says(b"hello")
    sick = await client.get(f"{API}/imaging")
    assert (sick.status_code, sick.json()["code"]) == (502, "not_an_onvif_device")
    body = {"author": "李", "onvif_port": None, "probe": False}
    assert (await client.patch(API, json=body, headers={"if-match": "*"})).json()["onvif_port"] is None
    none = await client.get(f"{API}/ptz/presets")
    assert (none.status_code, none.json()["code"]) == (409, "onvif_port_missing")
    assert (await client.get("/api/v1/cameras/7/ptz/presets")).status_code == 404


async def test_what_a_device_says_of_itself_is_kept_and_shown(
    client: httpx.AsyncClient,
    registry: Registry,
    watch: EventWatch,
    device: FakeOnvifDevice,
    clock: ManualClock,
) -> None:
    silent = (await client.get(f"{API}/device")).json()
    assert (silent["listening"], silent["states"]) == ("off", [])
    (watched,) = await registry.watches(on_unreadable=lambda *_: None)
    assert watched.onvif is not None
    watch.follow({watched.camera.id: watched.onvif})
    await until(lambda: len(device.subscriptions) == 1)
    device.emit(TAMPER, "IsTamper", "true")

    async def shown() -> dict[str, Any]:
        await clock.advance(1.0)
        answer: dict[str, Any] = (await client.get(f"{API}/device")).json()
        return answer

    async def tampered() -> bool:
        return [state["active"] for state in (await shown())["states"]] == [True]

    await until(tampered)
    found = await shown()
    assert (found["listening"], found["error"]) == ("live", None)
    assert found["clock_offset_s"] == pytest.approx(3600, abs=1)
    assert found["states"][0]["kind"] == "tamper" and found["states"][0]["detector"].startswith(TAMPER)
    assert watch.subscriptions()["live"] == 1
    assert (watch.changes["tamper"], watch.stats().events) == (1, 1)
    watch.follow({})
    await until(lambda: device.subscriptions == {})
    assert (await shown())["listening"] == "off"
    assert watch.stats().events == 1  # a counter never falls


async def test_cameras_that_share_a_device_are_not_listened_to(
    watch: EventWatch, device: FakeOnvifDevice, clock: ManualClock
) -> None:
    account = OnvifAccount(address="127.0.0.1", port=device.port, username="admin", password=device.password)
    watch.follow({CameraId(1): account, CameraId(2): account})
    await clock.advance(1)
    assert watch.subscriptions()["connecting"] == 0
    watch.follow({CameraId(2): account})
    await until(lambda: watch.subscriptions()["live"] == 1)


async def test_a_sick_device_leaves_its_neighbours_alone(
    watch: EventWatch, device: FakeOnvifDevice, clock: ManualClock
) -> None:
    sick = FakeOnvifDevice(clock=clock)
    sick.ills["CreatePullPointSubscription"] = ills.endless()
    async with sick.running():
        watch.follow(
            {
                CameraId(number): OnvifAccount(
                    address="127.0.0.1", port=each.port, username="admin", password=each.password
                )
                for number, each in enumerate((sick, device), 1)
            }
        )
        await until(
            lambda: watch.subscriptions() == {"connecting": 0, "live": 1, "backing_off": 1, "failed": 0}
        )


async def test_events_can_be_switched_off(
    database: Database, device: FakeOnvifDevice, clock: ManualClock
) -> None:
    watch = EventWatch(database=database, clock=clock, settings=OnvifSettings(events=False))
    task = asyncio.create_task(watch.run())
    watch.follow({CameraId(1): OnvifAccount(address="127.0.0.1", port=device.port)})
    await clock.advance(1)
    assert (watch.subscriptions(), device.connections) == ({**watch.subscriptions(), "connecting": 0}, 0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
