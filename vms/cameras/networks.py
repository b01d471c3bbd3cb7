"""Where a camera may be: an allow-list of networks, so that no address makes this server call on its own database or cloud.

Host names are not looked up. A name is resolved again whenever its stream is opened, so what it meant at registration
proves nothing: an operator who trusts whoever gives out the names allows them by name.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from runtime.errors import VmsError
from vms.cameras.errors import AddressOfMetadata, AddressRefused, AddressUnreadable, HostNameRefused
from vms.cameras.settings import CameraSettings

#: where clouds tell machines their credentials: refused whatever the networks are
METADATA: Final = frozenset(
    map(ip_address, ("169.254.169.254", "169.254.170.2", "169.254.0.23", "100.100.100.200", "fd00:ec2::254"))
)
LOOPBACK: Final = ("127.0.0.0/8", "::1/128")


class Networks:
    def __init__(self, networks: Iterable[str], host_names: Iterable[str] = ()) -> None:
        self._networks = tuple(map(ip_network, networks))
        self._host_names = tuple(name.lower() for name in host_names)

    @classmethod
    def of(cls, settings: CameraSettings) -> "Networks":
        return cls(settings.networks, settings.host_names)

    def fault(self, host: str) -> VmsError | None:
        """What is wrong with a host, as it stands in an address; None if a camera may be there."""
        address = _address(host)
        if address is None:
            return self._name_fault(host)
        if address in METADATA:
            return AddressOfMetadata(host=host)
        if any(address.version == network.version and address in network for network in self._networks):
            return None
        return AddressRefused(host=host, networks=", ".join(map(str, self._networks)))

    def _name_fault(self, host: str) -> VmsError | None:
        name = host.lower().rstrip(".")
        if not name or any(letter.isspace() or letter in "/:@?#[]" for letter in name):
            return AddressUnreadable(address=host)
        for allowed in self._host_names:
            if name == allowed or (allowed.startswith(".") and name.endswith(allowed)):
                return None
        return HostNameRefused(host=host)


def _address(host: str) -> IPv4Address | IPv6Address | None:
    """None for a name. What only the resolver takes for a number (127.1, 2130706433, 0x7f.1) is a name here."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        # ::ffff:10.0.0.1 goes where 10.0.0.1 goes
        return address.ipv4_mapped or address
    return address
