"""A camera by others, simulated: asked over ONVIF and really played."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from runtime.clock import SystemClock
from streams import probe as probe_module
from tests.fakes.wait import until
from vms.cameras.networks import LOOPBACK, Networks
from vms.cameras.prober import Prober

pytestmark = pytest.mark.skipif(
    find_spec("ipycam") is None or find_spec("imageio_ffmpeg") is None,
    reason="ipycam is not installed without its OpenCV: pip install --no-deps ipycam, and imageio-ffmpeg",
)

_CAMERA = """
import sys, numpy
from ipycam import CameraConfig, IPCamera
onvif, rtsp = map(int, sys.argv[1:])
camera = IPCamera(CameraConfig(
    local_ip="127.0.0.1", onvif_port=onvif, rtsp_port=rtsp, go2rtc_api_port=1, main_width=640, main_height=360,
    main_fps=15, main_bitrate="1M", sub_width=320, sub_height=180, sub_fps=15, sub_bitrate="1M", show_timestamp=False))
assert camera.start()
picture = numpy.zeros((360, 640, 3), numpy.uint8)
while True:
    picture = numpy.roll(picture, 8, axis=1)
    picture[100:200, :8] += 40
    camera.stream(picture.copy())
"""


@dataclass(frozen=True)
class Foreign:
    onvif: int
    rtsp: int


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def foreign(tmp_path: Path) -> Iterator[Foreign]:
    import imageio_ffmpeg

    (tmp_path / "ffmpeg").symlink_to(imageio_ffmpeg.get_ffmpeg_exe())
    camera = Foreign(onvif=_free_port(), rtsp=_free_port())
    process = subprocess.Popen(
        [sys.executable, "-c", _CAMERA, str(camera.onvif), str(camera.rtsp)],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    yield camera
    os.killpg(process.pid, 9)
    process.wait(10)


async def test_a_foreign_camera_is_asked_and_played(
    foreign: Foreign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe_module, "_THOROUGH_S", 1.0)
    await until(lambda: _listens(foreign.onvif) and _listens(foreign.rtsp))
    prober = Prober(networks=Networks(LOOPBACK), clock=SystemClock())
    probed = await prober.probe(f"127.0.0.1:{foreign.onvif}")
    assert probed.facts is not None
    assert (probed.facts.make, probed.facts.model) == ("PythonCam", "VirtualCam-1")
    assert probed.facts.has_ptz
    main, sub = probed.streams
    for stream, size in ((main, (640, 360)), (sub, (320, 180))):
        assert stream.report is not None, stream.error
        assert (stream.report.codec, (stream.report.width, stream.report.height)) == ("h264", size)
        assert stream.report.picture
