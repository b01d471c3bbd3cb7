"""The TCP connection that FFmpeg opened for us, found among this process's sockets so that it can be shut from outside.

A read that blocks in FFmpeg can be ended neither by closing the container (it is still being read: a crash) nor by a
time-out that PyAV checks (it takes the interpreter's lock for every few bytes). Shutting the socket down ends it at
once. FFmpeg does not say which socket is its own, so connections to one address are opened one after another, and the
socket that is new afterwards is the one. Where that does not work, a blocked read ends at FFmpeg's own time-out.
"""

import os
import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_DESCRIPTORS = Path("/proc/self/fd")
#: seconds to wait for another stream of the same address; an unanswering recorder of 64 channels must not queue them
_PATIENCE_S = 2.0

_locks: dict[str, threading.Lock] = {}
_locks_guard = threading.Lock()


class Connection:
    """Filled in by the thread that opens, shut by any."""

    def __init__(self, addresses: frozenset[str], port: int) -> None:
        self._addresses = addresses
        self._port = port
        self._before: frozenset[int] | None = None
        self._socket: socket.socket | None = None
        self._guard = threading.Lock()
        self._shut = False
        #: whether FFmpeg has connected, and to another address than ours: a redirect took it there
        self.leads_elsewhere = False

    @contextmanager
    def opening(self) -> Iterator[None]:
        """Around the call that connects."""
        lock = _lock_of(min(self._addresses, default=""))
        alone = lock.acquire(timeout=_PATIENCE_S)
        try:
            if alone:
                self._before = frozenset(inode for _, inode in _sockets())
            yield
            found = self._find()
            self.leads_elsewhere = alone and found == 0 and bool(_sockets())
        finally:
            self._before = None
            if alone:
                lock.release()

    def shut(self) -> None:
        """End whatever reads from the connection, now and later; a second time does nothing."""
        self._shut = True
        self._find()
        with self._guard:
            if self._socket is not None:
                try:
                    self._socket.shutdown(socket.SHUT_RDWR)
                except OSError:
                    return  # the camera was faster

    def release(self) -> None:
        """After FFmpeg has closed its end: our hold on the socket would keep it open."""
        with self._guard:
            if self._socket is not None:
                self._socket.close()
                self._socket = None

    def _find(self) -> int:
        """How many connections to our address are new; if it is one, it is held."""
        before = self._before
        if before is None:
            return 0
        with self._guard:
            if self._socket is not None:
                return 1
            found = [held for fd, inode in _sockets() if inode not in before and (held := self._hold(fd))]
            count = len(found)
            if count == 1:
                self._socket = found.pop()
            for held in found:
                held.close()
            if self._shut and self._socket is not None:
                self._socket.shutdown(socket.SHUT_RDWR)
            return count

    def _hold(self, fd: int) -> socket.socket | None:
        """A second handle on the socket `fd` if it leads to our address: the number may be reused, the handle not."""
        try:
            held = socket.socket(fileno=os.dup(fd))
        except OSError:
            return None
        try:
            peer = held.getpeername()
        except OSError:  # not connected
            peer = None
        if isinstance(peer, tuple) and peer[0] in self._addresses and peer[1] == self._port:
            return held
        held.close()
        return None


def _lock_of(address: str) -> threading.Lock:
    with _locks_guard:
        return _locks.setdefault(address, threading.Lock())


def _sockets() -> list[tuple[int, int]]:
    """Descriptor and inode of every socket of this process; none where there is no /proc."""
    found = []
    try:
        descriptors = [int(entry.name) for entry in _DESCRIPTORS.iterdir()]
    except OSError:
        return []
    for fd in descriptors:
        try:
            status = os.fstat(fd)
        except OSError:  # closed meanwhile
            continue
        if stat.S_ISSOCK(status.st_mode):
            found.append((fd, status.st_ino))
    return found
