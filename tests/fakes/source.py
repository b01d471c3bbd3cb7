"""A source that does what a test tells it to, packet by packet, on the reader's thread."""

import queue
from collections.abc import Iterator

from streams.errors import StreamEnded, StreamError
from streams.packet import MediaPacket, StreamInfo
from streams.source import Source
from tests.fakes.packets import copy_of

_End = type("_End", (), {})


class FakeSource:
    def __init__(
        self,
        info: StreamInfo,
        *,
        url: str = "rtsp://camera.example/main",
        fails_to_open: StreamError | Exception | None = None,
        hangs_opening: bool = False,
    ) -> None:
        self.url = url
        self._info = info
        self._fails_to_open = fails_to_open
        self._hangs_opening = hangs_opening
        self._steps: queue.Queue[MediaPacket | Exception | type] = queue.Queue()
        self.opened = False
        self.closed = False

    # for the test

    def send(self, *packets: MediaPacket) -> None:
        for packet in packets:
            self._steps.put(copy_of(packet))

    def fail(self, error: Exception) -> None:
        self._steps.put(error)

    def end(self) -> None:
        self._steps.put(_End)

    @property
    def waiting(self) -> int:
        """Steps that the reader has not come to."""
        return self._steps.qsize()

    # for the reader

    def open(self) -> StreamInfo:
        if self._hangs_opening:
            self._steps.get(timeout=30)
            raise StreamEnded(url=self.url)
        if self._fails_to_open is not None:
            raise self._fails_to_open
        self.opened = True
        return self._info

    def packets(self) -> Iterator[MediaPacket]:
        while True:
            step = self._steps.get(timeout=30)
            if isinstance(step, Exception):
                raise step
            if isinstance(step, type):
                return
            yield step

    def cancel(self) -> None:
        self._steps.put(_End)

    def close(self) -> None:
        self.closed = True


_conforms: type[Source] = FakeSource
