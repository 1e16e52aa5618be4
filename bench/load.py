"""A small load generator: keep-alive connections on loopback, each sending one prepared request after another."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

CLOCK_TICK = 100  # Linux counts CPU time in hundredths of a second in /proc.


@dataclass(frozen=True)
class Result:
    """What one run gave: requests a second, latencies, CPU a request, answers by status."""

    requests: int
    seconds: float
    p50: float
    p99: float
    cpu_ms: float
    statuses: dict[int, int]
    body_bytes: int

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def cpu_seconds(pids: list[int]) -> float:
    """Return the CPU time that these processes used so far, in seconds."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / CLOCK_TICK


def family(pid: int) -> list[int]:
    """Return a process and all below it."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found, waiting = [], [pid]
    while waiting:
        each = waiting.pop()
        found.append(each)
        waiting += children.get(each, [])
    return found


class Connection:
    """One keep-alive connection that reads whole answers."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.buffer = b""

    def ask(self, request: bytes) -> tuple[int, bytes, bytes]:
        """Send a request; return status, head and body."""
        self.socket.sendall(request)
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        head, _, rest = self.buffer.partition(b"\r\n\r\n")
        lower = head.lower()
        length = int(lower.partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
        while len(rest) < length:
            self.buffer = rest
            self._more()
            rest = self.buffer
        self.buffer = rest[length:]
        if b"connection: close" in lower:
            self.socket.close()
            self.__init__(self.port)  # type: ignore[misc]
        return int(head.split(b" ", 2)[1]), head, rest[:length]

    def _more(self) -> None:
        chunk = self.socket.recv(262_144)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        self.buffer += chunk


def get(path: str, cookies: str = "") -> bytes:
    """Return the bytes of a GET request."""
    cookie = f"Cookie: {cookies}\r\n" if cookies else ""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{cookie}\r\n".encode()


def post(path: str, body: str, cookies: str) -> bytes:
    """Return the bytes of a POST of a form."""
    data = body.encode()
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookies}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n"
        f"Content-Length: {len(data)}\r\n\r\n"
    ).encode() + data


def run(
    port: int,
    requests: Callable[[int], Iterator[bytes]],
    *,
    connections: int,
    seconds: float,
    pids: list[int],
) -> Result:
    """Let several connections send what `requests(connection number)` gives, for some seconds."""
    latencies: list[list[float]] = [[] for _ in range(connections)]
    statuses: dict[int, int] = {}
    sizes = [0]
    stop = time.perf_counter() + seconds
    lock = threading.Lock()

    def send(number: int) -> None:
        connection = Connection(port)
        mine: dict[int, int] = {}
        for request in requests(number):
            began = time.perf_counter()
            if began >= stop:
                break
            status, _, body = connection.ask(request)
            latencies[number].append(time.perf_counter() - began)
            mine[status] = mine.get(status, 0) + 1
            sizes[0] = len(body)
        with lock:
            for status, count in mine.items():
                statuses[status] = statuses.get(status, 0) + count

    threads = [threading.Thread(target=send, args=(number,)) for number in range(connections)]
    before, began = cpu_seconds(pids), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took, used = time.perf_counter() - began, cpu_seconds(pids) - before
    every = sorted(value for values in latencies for value in values)
    count = len(every)
    return Result(
        requests=count,
        seconds=took,
        p50=every[count // 2] * 1000 if every else 0.0,
        p99=every[min(count - 1, int(count * 0.99))] * 1000 if every else 0.0,
        cpu_ms=used / count * 1000 if count else 0.0,
        statuses=statuses,
        body_bytes=sizes[0],
    )
