"""How one stream is, as last seen: what the console shows, what is written to stream_health, what metrics read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from runtime.errors import VmsError

#: connecting: the first try after a start. live: packets arrive. stalled: the connection stands, nothing comes.
#: backing_off: it failed, and is tried again and again until it is live. stopped: on purpose. failed: a bug of ours.
StreamState = Literal["connecting", "live", "stalled", "backing_off", "stopped", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamHealth:
    state: StreamState
    #: wall time at which `state` or the kind of `error` last changed
    since: datetime
    #: why it is not live
    error: VmsError | None = None
    #: received since the start of the ingest, across reconnects
    packets: int = 0
    bytes: int = 0
    #: packets that subscribers were too slow to take, all of them together
    dropped: int = 0
    #: frames a second over the last packets, by PTS; None until two have come. The declared rate is not asked.
    fps: float | None = None
