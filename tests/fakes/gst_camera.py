"""A foreign camera: GStreamer's RTSP server, which shares no line with ours or with FFmpeg.

It needs Debian packages (gir1.2-gst-rtsp-server-1.0, python3-gi, gstreamer1.0-plugins-{base,good,bad}); `available()`
says what is missing. It runs as a process of its own, under a Python that has `gi`: GLib's main loop and asyncio's do not
mix, and a crash in C must not take the tests along. Packets reach it as files, so that it needs no PyAV.
"""

import asyncio
import json
import struct
import subprocess
import sys
import tempfile
import threading
import time
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

#: where Debian puts `gi`: it loads into any interpreter of the same minor version
_DIST_PACKAGES = "/usr/lib/python3/dist-packages"
#: the system's own interpreter, for when ours is of another version
_INTERPRETERS = (sys.executable, "/usr/bin/python3")
#: before each packet in a file: how many bytes it has
_RECORD = struct.Struct(">I")

_PROBE = f"""
import sys
sys.path.append({_DIST_PACKAGES!r})
import gi
gi.require_version("Gst", "1.0"); gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gst, GstRtspServer
Gst.init(None)
needed = ("appsrc", "h264parse", "h265parse", "rtph264pay", "rtph265pay")
missing = [name for name in needed if Gst.ElementFactory.find(name) is None]
sys.exit("GStreamer lacks " + ", ".join(missing) if missing else 0)
"""


@cache
def _interpreter() -> tuple[str, str]:
    """The Python that can run this camera, or "" and why none can."""
    reason = ""
    for python in _INTERPRETERS:
        if not Path(python).exists():
            continue
        probe = subprocess.run(
            [python, "-c", _PROBE], capture_output=True, text=True, check=False, timeout=60
        )
        if probe.returncode == 0:
            return python, ""
        reason = (probe.stderr.strip() or "it failed").splitlines()[-1]
    return "", reason or "no Python was found"


def available() -> str:
    """ "" where the foreign camera can run, else the reason for skipping."""
    _, reason = _interpreter()
    if not reason:
        return ""
    return f"GStreamer's RTSP server is not installed ({reason}): gir1.2-gst-rtsp-server-1.0, python3-gi"


class GstCamera:
    """The server with its mounts, as an async context manager."""

    def __init__(
        self, clips: dict[str, Path], *, username: str = "", password: str = "", port: int = 0
    ) -> None:
        self.port = port
        self._clips = clips
        self._username, self._password = username, password
        self._child: asyncio.subprocess.Process | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="gst-camera-")

    def url(self, path: str) -> str:
        """Without credentials."""
        return f"rtsp://127.0.0.1:{self.port}/{path}"

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.pid

    async def __aenter__(self) -> Self:
        python, reason = _interpreter()
        assert not reason, reason
        mounts = []
        for number, (path, clip) in enumerate(self._clips.items()):
            packets = Path(self._folder.name) / f"{number}.packets"
            codec, rate = await asyncio.to_thread(_write_packets, clip, packets)
            mounts.append({"path": path, "packets": str(packets), "codec": codec, "rate": rate})
        settings = {
            "mounts": mounts,
            "port": self.port,
            "username": self._username,
            "password": self._password,
        }
        self._child = await asyncio.create_subprocess_exec(
            python,
            __file__,
            json.dumps(settings),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert self._child.stdout is not None
        async with asyncio.timeout(30):
            line = await self._child.stdout.readline()
        if not line:
            raise RuntimeError(f"the foreign camera ended: {await self._child.wait()}")
        self.port = int(line)
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self.kill()
        self._folder.cleanup()

    async def kill(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            await child.communicate()


def _write_packets(clip: Path, target: Path) -> tuple[str, int]:
    """The clip's packets in Annex B, one record each; its codec in GStreamer's words and its frame rate."""
    import av
    from av.bitstream import BitStreamFilterContext

    with av.open(str(clip)) as container, target.open("wb") as file:
        stream = container.streams.video[0]
        name = stream.codec_context.name
        to_annexb = BitStreamFilterContext(f"{name}_mp4toannexb", stream)
        for packet in container.demux(stream):
            for each in to_annexb.filter(packet) if packet.size else ():
                file.write(_RECORD.pack(each.size) + bytes(each))
        assert stream.average_rate is not None
        return {"h264": "h264", "hevc": "h265"}[name], int(stream.average_rate)


# What follows runs in the child, under the Python that has gi.


def _serve(settings: dict[str, Any]) -> None:
    sys.path.append(_DIST_PACKAGES)
    import gi

    for name in ("Gst", "GstRtsp", "GstRtspServer"):
        gi.require_version(name, "1.0")
    from gi.repository import GLib, Gst, GstRtsp, GstRtspServer

    Gst.init(None)
    server = GstRtspServer.RTSPServer.new()
    server.set_address("127.0.0.1")
    server.set_service(str(settings["port"]))
    if settings["username"]:
        auth = GstRtspServer.RTSPAuth.new()
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        token = GstRtspServer.RTSPToken.new()
        token.set_string("media.factory.role", "user")
        auth.add_digest(settings["username"], settings["password"], token)
        server.set_auth(auth)
    factories = []
    for mount in settings["mounts"]:
        factory = GstRtspServer.RTSPMediaFactory.new()
        factory.set_shared(True)
        factory.set_latency(0)
        factory.set_launch(_pipeline(mount["codec"], mount["rate"]))
        factory.connect("media-configure", _feed, Gst, mount)
        permissions = GstRtspServer.RTSPPermissions.new()
        for permission in ("media.factory.access", "media.factory.construct"):
            permissions.add_permission_for_role("user", permission, True)
        factory.set_permissions(permissions)
        server.get_mount_points().add_factory("/" + mount["path"], factory)
        factories.append(factory)
    loop = GLib.MainLoop()
    # Ends with whoever started it, however that ends.
    threading.Thread(target=lambda: (sys.stdin.buffer.raw.read(1), loop.quit()), daemon=True).start()
    if not server.attach(None):
        sys.exit("the port is taken")
    print(server.get_bound_port(), flush=True)
    loop.run()


def _pipeline(codec: str, rate: int) -> str:
    caps = f"video/x-{codec},stream-format=byte-stream,alignment=au,framerate={rate}/1"
    # The parser puts the parameter sets before each keyframe. Told to do it too, the payloader puts them before each
    # slice, and a client takes every slice for a picture.
    return (
        f"( appsrc name=source is-live=true format=time do-timestamp=false caps={caps} "
        f"! {codec}parse config-interval=-1 "
        f"! rtp{codec}pay name=pay0 pt=96 aggregate-mode=zero-latency )"
    )


def _feed(_factory: Any, media: Any, gst: Any, mount: dict[str, Any]) -> None:
    stopped = threading.Event()
    media.connect("unprepared", lambda _media: stopped.set())
    source = media.get_element().get_by_name("source")
    threading.Thread(target=_push, args=(gst, source, mount, stopped), daemon=True).start()


def _push(gst: Any, source: Any, mount: dict[str, Any], stopped: threading.Event) -> None:
    """Loop the packets with timestamps that go on."""
    packets = _read_packets(Path(mount["packets"]))
    frame_ns = 1_000_000_000 // mount["rate"]
    started = time.monotonic()
    number = 0
    while not stopped.wait(max(0.0, started + number / mount["rate"] - time.monotonic())):
        buffer = gst.Buffer.new_wrapped(packets[number % len(packets)])
        buffer.pts = buffer.dts = number * frame_ns
        buffer.duration = frame_ns
        if source.emit("push-buffer", buffer) != gst.FlowReturn.OK:
            return
        number += 1


def _read_packets(path: Path) -> list[bytes]:
    data, at, packets = path.read_bytes(), 0, []
    while at < len(data):
        (size,) = _RECORD.unpack_from(data, at)
        at += _RECORD.size
        packets.append(data[at : at + size])
        at += size
    return packets


if __name__ == "__main__":
    _serve(json.loads(sys.argv[1]))
