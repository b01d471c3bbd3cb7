"""Where a device is asked, and as whom. No I/O."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class OnvifAccount:
    #: host or address, checked by whoever registered it
    address: str
    port: int
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
