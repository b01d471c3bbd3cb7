"""Cameras found, looked at and registered: the test device over HTTP and UDP, its streams over real RTSP."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import cv2
import httpx
import pytest
from typer.testing import CliRunner, Result

from runtime.clock import SystemClock
from runtime.database import Database
from runtime.vault import Vault
from streams import probe as probe_module
from tests.fakes.clips import encode_clip
from tests.fakes.discoverable import probe_match, responding
from tests.fakes.onvif_answers import FakeProfile
from tests.fakes.onvif_device import FakeOnvifDevice
from tests.fakes.registry_client import registry_client
from vms.cameras.errors import AddressRefused, ProbesBusy, ProbeTargetUnreadable
from vms.cameras.networks import LOOPBACK, Networks
from vms.cameras.prober import Prober, device_address
from vms.cameras.registry import Registry
from vms.cameras.settings import CameraSettings
from vms.cli import app
from vms.demo.rtsp_server import RtspServer, SimulatedCamera

PASSWORD = "hunter2/@:"


@pytest.fixture(autouse=True)
def short_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe_module, "_THOROUGH_S", 0.6)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("clips")
    return {
        "main": encode_clip(folder / "main.mp4", codec="hevc", frames=50, rate=25, gop=10),
        "sub": encode_clip(folder / "sub.mp4", frames=50, rate=25, gop=10, width=160, height=96),
    }


@pytest.fixture
async def camera(clips: dict[str, Path]) -> AsyncIterator[RtspServer]:
    cameras = [SimulatedCamera(path=path, clip=clip) for path, clip in clips.items()]
    async with RtspServer(cameras, username="admin", password=PASSWORD, clock=SystemClock()) as server:
        yield server


@pytest.fixture
async def device(camera: RtspServer) -> AsyncIterator[FakeOnvifDevice]:
    uri = "rtsp://{host}:" + f"{camera.port}/" + "{token}"
    profiles = [
        FakeProfile(token="main", encoding="H265", stream_uri=uri),
        FakeProfile(token="sub", width=640, height=360, stream_uri=uri),
    ]
    async with FakeOnvifDevice(password=PASSWORD, profiles=profiles).running() as running:
        yield running


@pytest.fixture
def prober() -> Prober:
    return Prober(networks=Networks(LOOPBACK), clock=SystemClock())


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "vms.toml"
    file.write_text('[cameras]\nnetworks = ["127.0.0.0/8"]\n')
    return file


async def run(*arguments: object) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, app, [*map(str, arguments)], catch_exceptions=False)


async def test_a_device_is_asked_and_what_would_be_registered_is_played(
    prober: Prober, device: FakeOnvifDevice, camera: RtspServer
) -> None:
    told: list[str] = []
    probed = await prober.probe(f"127.0.0.1:{device.port}", "admin", PASSWORD, tell=told.append)
    assert probed.facts is not None
    assert (probed.facts.make, probed.facts.serial) == ("海康威视", "SN0001")
    main, sub = probed.streams
    assert (main.name, main.channel, sub.name) == ("main", 1, "sub")
    assert main.report is not None
    assert sub.report is not None
    assert (main.report.codec, main.report.gop_frames) == ("hevc", 10)
    assert (sub.report.codec, sub.report.width, sub.report.height) == ("h264", 160, 96)
    assert sub.report.fps == pytest.approx(25, rel=0.1)
    assert sub.report.picture
    assert [advice.code for advice in main.advice] == ["h265"]
    assert [advice.code for advice in sub.advice] == ["small"]
    assert probed.plays
    assert told[1:] == [camera.url("main"), camera.url("sub")]
    assert PASSWORD not in json.dumps(probed.as_json(with_pictures=True))


async def test_a_stream_that_does_not_play_says_why_and_what_to_do(
    prober: Prober, camera: RtspServer, unused_tcp_port: int
) -> None:
    wrong = await prober.probe(camera.url("main"), "admin", "wrong")
    nowhere = await prober.probe(f"rtsp://127.0.0.1:{unused_tcp_port}/x")
    elsewhere = await prober.probe(camera.url("none"), "admin", PASSWORD)
    assert not wrong.plays
    codes = []
    for (stream,) in (wrong.streams, nowhere.streams, elsewhere.streams):
        assert stream.error is not None
        codes.append((stream.error.code, [advice.code for advice in stream.advice]))
    assert codes == [
        ("camera_unauthorised", ["account"]),
        ("camera_refused", ["port"]),
        ("stream_path_not_found", ["typical_paths"]),
    ]


@pytest.mark.parametrize(
    "target",
    ["rtsp://127.0.0.1/x", "127.0.0.1:5432", "http://127.0.0.1/", "[::1]:80", "::1", "rtsp://[::1]/x"],
)
async def test_nothing_outside_the_networks_is_called(target: str) -> None:
    prober = Prober(networks=Networks(["10.0.0.0/8"]), clock=SystemClock())
    with pytest.raises(AddressRefused):
        await prober.probe(target)


@pytest.mark.parametrize(
    "target",
    ["", "http://", "ftp://10.0.0.5", "10.0.0.5:x", "http://a:b@10.0.0.5", "10.0.0.5 x", "http://[::1"],
)
def test_what_names_no_device_is_refused(target: str) -> None:
    with pytest.raises(ProbeTargetUnreadable) as refused:
        device_address(target)
    assert "a:b" not in str(refused.value)


@pytest.mark.parametrize(
    ("target", "host", "port", "path"),
    [
        ("10.0.0.5", "10.0.0.5", 80, "/onvif/device_service"),
        ("10.0.0.5:8000", "10.0.0.5", 8000, "/onvif/device_service"),
        ("fd00::5", "fd00::5", 80, "/onvif/device_service"),
        ("https://[fd00::5]/", "fd00::5", 443, "/onvif/device_service"),
        ("http://10.0.0.5:81/onvif/device", "10.0.0.5", 81, "/onvif/device"),
    ],
)
def test_a_device_is_named_by_host_port_or_service(target: str, host: str, port: int, path: str) -> None:
    found = device_address(target)
    assert (found.host, found.port, found.path) == (host, port, path)


async def test_more_looks_than_are_borne_are_refused(prober: Prober) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(4):
            await stack.enter_async_context(prober._turn())
        with pytest.raises(ProbesBusy):
            await prober.probe("rtsp://127.0.0.1/x")
    with pytest.raises(ProbeTargetUnreadable):
        await prober.probe("")


async def test_over_http_an_address_is_looked_at_and_the_network_searched(
    database: Database, tmp_path: Path, device: FakeOnvifDevice
) -> None:
    async with responding(probe_match) as (group, _questions):
        prober = Prober(networks=Networks(LOOPBACK), clock=SystemClock(), multicast=group)
        registry = Registry(
            database=database,
            vault=Vault.open(tmp_path / "key"),
            settings=CameraSettings(networks=LOOPBACK),
            prober=prober,
        )
        async with registry_client(database, registry) as client:
            found = await client.post("/api/v1/discovery", json={"interface": "127.0.0.1", "seconds": 0.5})
            assert [each["name"] for each in found.json()["devices"]] == ["East Gate"]
            await _probe_over_http(client, device)


async def _probe_over_http(client: httpx.AsyncClient, device: FakeOnvifDevice) -> None:
    account = {"username": "admin", "password": PASSWORD}
    answer = await client.post("/api/v1/probes", json={"address": f"127.0.0.1:{device.port}", **account})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    assert (body["plays"], body["device"]["model"]) == (True, "DS-2CD")
    assert body["streams"][1]["report"]["picture"].startswith("data:image/jpeg;base64,")
    assert body["channels"][0]["sub_url"].endswith("/sub")
    for address in ("rtsp://10.0.0.5/x", "169.254.169.254", "db.internal:5432", "rtsp://%31/x"):
        refused = await client.post("/api/v1/probes", json={"address": address, **account})
        assert refused.status_code == 422, refused.text
        assert refused.headers["content-type"] == "application/problem+json"


async def test_a_device_is_looked_at_registered_and_tested_on_the_command_line(
    device: FakeOnvifDevice, database_url: str, config: Path, tmp_path: Path
) -> None:
    account = ("-u", "admin", "-p", PASSWORD, "--config", config)
    picture = tmp_path / "out.jpg"
    seen = await run("cameras", "probe", f"127.0.0.1:{device.port}", *account, "--picture", picture)
    assert seen.exit_code == 0, seen.output
    assert "DS-2CD" in seen.output
    assert "hevc" in seen.output
    assert cv2.imread(str(picture)) is not None
    assert (tmp_path / "out-sub.jpg").exists()

    where = ("--data", tmp_path / "data", "--database", database_url)
    address = ("--onvif", f"127.0.0.1:{device.port}", "--no-probe")
    added = await run("cameras", "add", "东口", *address, *account, *where)
    assert added.exit_code == 0, added.output
    shown = await run("cameras", "show", "东口", "--json", "--config", config, *where)
    camera = json.loads(shown.stdout)["camera"]
    assert (camera["make"], camera["model"], camera["serial"]) == ("海康威视", "DS-2CD", "SN0001")
    assert camera["main_url"].endswith("/main")
    assert camera["sub_url"].endswith("/sub")
    assert camera["onvif_port"] == device.port

    tested = await run("cameras", "test", "东口", "--json", "--config", config, *where)
    assert tested.exit_code == 0, tested.output
    body = json.loads(tested.stdout.splitlines()[-1])["test"]
    assert [stream["name"] for stream in body["streams"]] == ["main", "sub"]
    assert all(stream["plays"] for stream in body["streams"])
    assert PASSWORD not in tested.output


async def test_the_command_line_says_what_is_missing(config: Path) -> None:
    neither = await run("cameras", "add", "东口", "--config", config)
    assert neither.exit_code == 2
    assert "--onvif" in neither.output


async def test_a_search_prints_a_table_or_lines(monkeypatch: pytest.MonkeyPatch, config: Path) -> None:
    async with responding(
        lambda id: probe_match(id, scopes="onvif://www.onvif.org/name/%5B/red%5D%1B%5B2J")
    ) as (group, _questions):
        monkeypatch.setattr(
            "vms.cli.discover.prober_of",
            lambda _settings: Prober(networks=Networks(LOOPBACK), clock=SystemClock(), multicast=group),
        )
        asked = ("discover", "--interface", "127.0.0.1", "--seconds", "0.5", "--config", config)
        table, lines = await run(*asked), await run(*asked, "--json")
    assert "[/red][2J" in table.output
    assert "\x1b[2J" not in table.output
    found = [json.loads(line) for line in lines.stdout.splitlines()]
    assert [next(iter(each)) for each in found] == ["device", "ignored"]
