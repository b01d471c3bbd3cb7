"""Where the server listens: on this machine only, on a port that is free, and with a word when it cannot."""

import socket

import pytest

from vms.errors import HostRefused, PortTaken
from vms.http_server import is_taken, listen_on


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.org", ""])
def test_only_this_machines_own_address_is_accepted(host: str) -> None:
    with pytest.raises(HostRefused, match="this machine only"):
        listen_on(host, 0)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_free_port_is_taken_where_none_is_asked_for(host: str) -> None:
    with listen_on(host, 0) as listener:
        assert listener.getsockname()[1] > 0


def test_a_port_that_another_program_has_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert is_taken("127.0.0.1", port)
        with pytest.raises(PortTaken, match=f"Port {port} is in use"):
            listen_on("127.0.0.1", port)
    assert not is_taken("127.0.0.1", port)
