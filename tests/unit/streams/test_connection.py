"""The socket that a library opens in our process is found and shut, and no other."""

import socket
import threading
from collections.abc import Iterator

import pytest

from streams.connection import Connection

ADDRESSES = frozenset({"127.0.0.1"})


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def port_of(server: socket.socket) -> int:
    port: int = server.getsockname()[1]
    return port


def test_a_blocked_read_ends_when_the_connection_is_shut(listener: socket.socket) -> None:
    connection = Connection(ADDRESSES, port_of(listener))
    with connection.opening():
        client = socket.create_connection(listener.getsockname())
    threading.Timer(0.05, connection.shut).start()
    client.settimeout(5)
    assert client.recv(1) == b""
    client.close()
    connection.release()


def test_the_neighbours_connection_to_the_same_camera_is_left_alone(listener: socket.socket) -> None:
    neighbour = Connection(ADDRESSES, port_of(listener))
    with neighbour.opening():
        other = socket.create_connection(listener.getsockname())
    connection = Connection(ADDRESSES, port_of(listener))
    with connection.opening():
        client = socket.create_connection(listener.getsockname())
    connection.shut()
    accepted = [listener.accept()[0] for _ in range(2)]
    assert client.recv(1) == b""
    other.sendall(b"x")
    assert accepted[0].recv(1) == b"x"
    for each in (client, other, *accepted):
        each.close()
    for each_connection in (connection, neighbour):
        each_connection.release()


def test_two_that_might_be_it_are_both_left_alone(listener: socket.socket) -> None:
    connection = Connection(ADDRESSES, port_of(listener))
    with connection.opening():
        clients = [socket.create_connection(listener.getsockname()) for _ in range(2)]
    connection.shut()
    for client in clients:
        client.sendall(b"x")
        accepted, _ = listener.accept()
        assert accepted.recv(1) == b"x"
        accepted.close()
        client.close()
    connection.release()


def test_a_connection_may_be_shut_while_it_is_opened(listener: socket.socket) -> None:
    connection = Connection(ADDRESSES, port_of(listener))
    with connection.opening():
        client = socket.create_connection(listener.getsockname())
        threading.Thread(target=connection.shut).start()
        client.settimeout(5)
        assert client.recv(1) == b""
    client.close()
    connection.release()


def test_shutting_what_was_never_opened_does_nothing() -> None:
    connection = Connection(ADDRESSES, 554)
    connection.shut()
    connection.release()


def test_connections_to_one_address_are_opened_one_after_another(listener: socket.socket) -> None:
    inside: list[int] = []
    most: list[int] = []

    def open_one() -> None:
        with Connection(ADDRESSES, port_of(listener)).opening():
            inside.append(1)
            most.append(len(inside))
            inside.pop()

    threads = [threading.Thread(target=open_one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1
