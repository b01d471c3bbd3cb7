"""The settings of streams and recordings: every field with its unit and what it is for."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class IngestSettings(BaseModel):
    """How a stream is read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    open_timeout_s: float = Field(default=5.0, gt=0, le=60)
    """Seconds that a camera has to answer before it counts as unreachable."""

    stall_after_s: float = Field(default=10.0, gt=0, le=300)
    """Seconds without a packet after which a stream counts as stalled and is connected anew."""

    handover_s: float = Field(default=0.02, ge=0, le=1)
    """Seconds over which packets are gathered before the event loop is woken: more delays analysis and live view."""

    patient_pause_s: float = Field(default=0.25, ge=0, le=1)
    """Seconds between two looks at a stream that is only recorded; what comes meanwhile waits in the socket. It halves
    the CPU of reading, and wall times are late by as much. 0 switches it off."""

    jump_s: float = Field(default=10.0, gt=0)
    """A PTS further ahead than this, in seconds, begins a new run."""

    kept_packets: int = Field(default=1500, ge=1)
    """Packets since the last keyframe that are kept for whoever subscribes late."""

    kept_bytes: int = Field(default=16 * 1024 * 1024, ge=1)
    """Bytes since the last keyframe that are kept; a longer GOP is not kept at all."""

    backoff_first_s: float = Field(default=1.0, gt=0)
    """Seconds before the first reconnect; doubled each time."""

    backoff_most_s: float = Field(default=20.0, gt=0)
    """Seconds between reconnects at most."""

    stable_after_s: float = Field(default=60.0, gt=0)
    """A connection that lasted this many seconds starts the back-off anew."""


class RecordingSettings(BaseModel):
    """How and where recordings are written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: Path = Path("recordings")
    """The folder below which every camera has its own."""

    segment_s: float = Field(default=60.0, gt=0, le=3600)
    """Seconds of media time after which a file is cut, at the next keyframe."""

    poll_s: float = Field(default=0.5, gt=0, le=5)
    """Seconds between two turns of writing: packets are taken in batches."""

    buffered_packets: int = Field(default=1800, ge=1)
    """Packets that wait for a slow disk before the oldest GOP is given up: a minute at 30 frames a second."""

    buffered_bytes: int = Field(default=64 * 1024 * 1024, ge=1)
    """Bytes that wait for a slow disk."""

    keep_free_bytes: int = Field(default=200 * 1024 * 1024, ge=0)
    """Recording stops, loudly, while less than this is free on its disk: alerts, journal and database come first."""

    unregistered_segments: int = Field(default=10_000, ge=1)
    """Files without a row that are remembered while the database is away; what is beyond, recovery finds at the next start."""
