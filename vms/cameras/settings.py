"""What can be set about the registry."""

from ipaddress import ip_network

from pydantic import BaseModel, ConfigDict, Field, field_validator


class CameraSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    #: networks that cameras may be in; every other address is refused when a camera is registered
    networks: tuple[str, ...] = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
    #: host names that are allowed, and endings of such that begin with a dot; they are not looked up
    host_names: tuple[str, ...] = ()
    #: bytes of the largest sheet that is read, and of what a workbook unpacks to
    sheet_bytes: int = Field(default=33_554_432, ge=1)
    sheet_unpacked_bytes: int = Field(default=268_435_456, ge=1)
    #: most rows of a sheet
    sheet_rows: int = Field(default=50_000, ge=1)

    @field_validator("networks")
    @classmethod
    def _are_networks(cls, networks: tuple[str, ...]) -> tuple[str, ...]:
        for network in networks:
            ip_network(network)
        return networks
