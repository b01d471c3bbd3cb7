"""The allow-list of networks, in the face of every way to write an address that I know."""

import pytest

from vms.cameras.errors import AddressOfMetadata, AddressRefused, AddressUnreadable, HostNameRefused
from vms.cameras.networks import LOOPBACK, Networks
from vms.cameras.settings import CameraSettings

DEFAULT = Networks.of(CameraSettings())


@pytest.mark.parametrize(
    "host", ["10.0.3.17", "172.16.0.1", "172.31.255.254", "192.168.1.64", "fd12::1", "::ffff:10.0.0.1"]
)
def test_private_networks_are_open(host: str) -> None:
    assert DEFAULT.fault(host) is None


@pytest.mark.parametrize(
    ("host", "error"),
    [
        ("127.0.0.1", AddressRefused),
        ("::1", AddressRefused),
        ("::ffff:127.0.0.1", AddressRefused),
        ("0.0.0.0", AddressRefused),
        ("::", AddressRefused),
        ("8.8.8.8", AddressRefused),
        ("172.32.0.1", AddressRefused),
        ("169.254.1.1", AddressRefused),
        ("fe80::1%eth0", AddressRefused),
        ("64:ff9b::7f00:1", AddressRefused),
        ("localhost", HostNameRefused),
        ("127.1", HostNameRefused),
        ("2130706433", HostNameRefused),
        ("0x7f.0.0.1", HostNameRefused),
        ("010.0.0.1", HostNameRefused),
        ("10.0.0.5.nip.io", HostNameRefused),
        ("metadata.google.internal", HostNameRefused),
        ("", AddressUnreadable),
        ("10.0.0.5:80", AddressUnreadable),
        ("10.0.0.5/x", AddressUnreadable),
    ],
)
def test_everything_else_is_refused(host: str, error: type[Exception]) -> None:
    assert type(DEFAULT.fault(host)) is error


@pytest.mark.parametrize(
    "host", ["169.254.169.254", "::ffff:169.254.169.254", "100.100.100.200", "fd00:ec2::254"]
)
def test_what_tells_secrets_is_refused_whatever_is_allowed(host: str) -> None:
    everything = Networks(["0.0.0.0/0", "::/0"])
    assert type(everything.fault(host)) is AddressOfMetadata
    assert everything.fault("8.8.8.8") is None


def test_the_demo_opens_loopback_for_itself() -> None:
    demo = Networks((*CameraSettings().networks, *LOOPBACK))
    assert demo.fault("127.0.0.1") is None and demo.fault("::1") is None
    assert type(demo.fault("8.8.8.8")) is AddressRefused


def test_names_are_allowed_whole_or_by_their_ending() -> None:
    networks = Networks([], [".cam.example", "nvr.example"])
    assert networks.fault("A1.cam.example.") is None
    assert networks.fault("nvr.example") is None
    for host in ("cam.example", "evilcam.example", "x.nvr.example", "nvr.example.evil"):
        assert type(networks.fault(host)) is HostNameRefused


def test_a_network_that_is_none_is_refused_with_the_settings() -> None:
    with pytest.raises(ValueError, match="networks"):
        CameraSettings(networks=("10.0.0.0/99",))
