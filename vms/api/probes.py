"""Searches and probes over HTTP: who is on the network, and whether an address plays. Bounded, and nothing is registered."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from vms.api.deps import Given
from vms.cameras.prober import MOST_SECONDS

router = APIRouter(prefix="/api/v1", tags=["probes"])


class NewDiscovery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    #: name or address of an interface of the server; every one when absent
    interface: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    #: how long to listen
    seconds: float = Field(default=4.0, ge=0.5, le=MOST_SECONDS)


class NewProbe(BaseModel):
    model_config = ConfigDict(extra="forbid")

    #: of a device (10.0.3.17, 10.0.3.17:8000, the address of its ONVIF service) or of a stream (rtsp://…)
    address: str = Field(min_length=1, max_length=2000)
    username: str = Field(default="", max_length=200)
    password: str = Field(default="", max_length=200)
    #: of a recorder, counted from 1; the first four when absent
    channel: Annotated[int, Field(ge=1, le=10_000)] | None = None

    def __repr__(self) -> str:
        return f"NewProbe({self.channel})"  # never the account


@router.post("/discovery")
async def discover_cameras(new: NewDiscovery, parts: Given) -> dict[str, object]:
    """Who answers a search (WS-Discovery), within `seconds`; answers that were passed over are counted by cause."""
    found = await parts.registry.prober.discover(seconds=new.seconds, interface=new.interface)
    return {
        "devices": [asdict(device) for device in found.devices],
        "ignored": found.ignored,
    }


@router.post("/probes")
async def probe_address(new: NewProbe, parts: Given) -> dict[str, object]:
    """Ask the device, play what would be registered of it, and say what to do where it does not play.

    Takes up to 20 s a stream. Pictures are data URLs. What stands in `channels` is what `POST /cameras` takes as `url` and
    `sub_url`, what stands in `device` its make, model, serial and `onvif_port`.
    """
    probed = await parts.registry.prober.probe(new.address, new.username, new.password, channel=new.channel)
    return probed.as_json(with_pictures=True)
