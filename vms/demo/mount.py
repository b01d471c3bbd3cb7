"""One path of the simulated server: a picture that goes on whether anybody watches or not.

The frame of an instant is arithmetic on the monotonic clock, so that whoever joins comes into the middle of a GOP and
all see the same picture, as with a camera. A client that cannot keep up is the connection's affair, not this one's.
"""

import asyncio
import struct
from typing import Final, Literal, Protocol

from runtime.clock import Clock
from vms.demo.clip import INTERLEAVED, AccessUnit, PacketisedClip

#: what the camera does: plays; sends nothing; shows one picture for ever; has sound but no picture
Behaviour = Literal["live", "stalled", "frozen", "audio_only"]

#: a process that was held up for longer does not catch up: it goes on at the present picture, as a camera would
_MOST_BEHIND_S: Final = 1.0
_SILENCE: Final = b"\xff"
_AUDIO_CLOCK: Final = 8_000
_RTP_HEADER: Final = struct.Struct(">BBHII")


class Viewer(Protocol):
    """A connection that plays this mount."""

    #: the interleaved channel that the client asked for
    channel: int

    def send_media(self, data: bytes) -> None: ...

    def hang_up(self) -> None: ...


class Mount:
    def __init__(self, *, path: str, clip: PacketisedClip, ssrc: int, clock: Clock) -> None:
        self.path = path
        self.behaviour: Behaviour = "live"
        self._clip = clip
        self._ssrc = ssrc
        self._clock = clock
        self._epoch_s = clock.monotonic()
        self._viewers: set[Viewer] = set()
        self._watched = asyncio.Event()
        # Like a real camera's, these begin anywhere; the same anywhere at every start, so that tests repeat.
        self._sequence = ssrc & 0xFFFF
        self._first_timestamp = ssrc * 31 & 0xFFFFFFFF
        self._frozen_at = 0
        self._next_index = 0

    @property
    def viewers(self) -> int:
        return len(self._viewers)

    @property
    def index(self) -> int:
        """The frame of this instant, counted from the start of the server."""
        rate = self._clip.rate
        return int((self._clock.monotonic() - self._epoch_s) * rate.numerator / rate.denominator)

    def join(self, viewer: Viewer) -> tuple[int, int]:
        """Play to `viewer` from the next frame on; its sequence number and RTP timestamp."""
        if not self._viewers:
            self._next_index = self.index + 1
        self._viewers.add(viewer)
        self._watched.set()
        return self._sequence & 0xFFFF, self._timestamp(self._next_index) & 0xFFFFFFFF

    def leave(self, viewer: Viewer) -> None:
        self._viewers.discard(viewer)
        if not self._viewers:
            self._watched.clear()

    def behave(self, behaviour: Behaviour) -> None:
        if "audio_only" in (behaviour, self.behaviour) and behaviour != self.behaviour:
            # What was described to them is no longer so: a camera that is configured anew hangs up.
            self.hang_up()
        if behaviour == "frozen":
            self._frozen_at = self._clip.keyframe_at(max(0, self.index))
        self.behaviour = behaviour

    def hang_up(self) -> None:
        for viewer in tuple(self._viewers):
            viewer.hang_up()

    def describe(self) -> str:
        """The session description (RFC 4566)."""
        media = self._clip.sdp_media
        if self.behaviour == "audio_only":
            media = "m=audio 0 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
        session = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=Simulated camera\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n"
        return f"{session}a=control:*\r\n{media}a=control:trackID=0\r\n"

    async def run(self) -> None:
        """Play for ever."""
        while True:
            await self._watched.wait()
            wait_s = self._due_s(self._next_index) - self._clock.monotonic()
            if wait_s > 0:
                await self._clock.sleep(wait_s)
                continue
            if wait_s < -_MOST_BEHIND_S:
                self._next_index = self._clip.keyframe_at(self.index)
            self._show(self._next_index)
            self._next_index += 1

    def _due_s(self, index: int) -> float:
        return self._epoch_s + index * self._clip.rate.denominator / self._clip.rate.numerator

    def _timestamp(self, index: int) -> int:
        if self.behaviour == "audio_only":
            return index * _AUDIO_CLOCK * self._clip.rate.denominator // self._clip.rate.numerator
        return self._first_timestamp + self._clip.timestamp(index)

    def _show(self, index: int) -> None:
        if self.behaviour == "stalled":
            return
        unit = self._unit(index)
        timestamp = self._timestamp(index)
        wires: dict[int, bytes] = {}
        # A copy: whoever is too slow hangs up, and leaves, while it is being served.
        for viewer in tuple(self._viewers):
            if viewer.channel not in wires:
                wires[viewer.channel] = unit.stamped(self._sequence, timestamp, viewer.channel)
            viewer.send_media(wires[viewer.channel])
        self._sequence += len(unit.offsets)

    def _unit(self, index: int) -> AccessUnit:
        if self.behaviour == "frozen":
            # Again and again the keyframe: its picture has no other encoding that needs no encoder.
            return self._clip.unit(self._frozen_at)
        if self.behaviour == "audio_only":
            return self._silence()
        return self._clip.unit(index)

    def _silence(self) -> AccessUnit:
        samples = _AUDIO_CLOCK * self._clip.rate.denominator // self._clip.rate.numerator
        packet = _RTP_HEADER.pack(0x80, 0, 0, 0, self._ssrc) + _SILENCE * samples
        return AccessUnit(wire=INTERLEAVED.pack(b"$", 0, len(packet)) + packet, offsets=(0,), keyframe=True)
