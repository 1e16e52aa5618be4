"""The virus scanner of the machine is asked where one is named; if it is silent, no file is taken."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from participation.foundation import virus_scan
from participation.foundation.errors import Refused

EVIL = b"EICAR"


@pytest.fixture
def scanner(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bytes], list[bytes]]]:
    """A scanner that answers each question with these words; what it was given is in the list."""
    line = socket.create_server(("127.0.0.1", 0))
    monkeypatch.setitem(app.config, "VIRUS_SCANNER", f"127.0.0.1:{line.getsockname()[1]}")
    threads = []

    def answering(words: bytes) -> list[bytes]:
        heard: list[bytes] = []

        def answer() -> None:
            with line.accept()[0] as asked:
                while not (heard and heard[-1].endswith(b"\0\0\0\0")):
                    heard.append((heard.pop() if heard else b"") + asked.recv(65536))
                asked.sendall(words)

        threads.append(threading.Thread(target=answer))
        threads[-1].start()
        return heard

    yield answering
    for each in threads:
        each.join()
    line.close()


def test_without_a_scanner_nothing_is_asked(app: Flask) -> None:
    virus_scan.require_clean(EVIL)


def test_a_clean_file_is_given_whole_and_passes(scanner: Callable[[bytes], list[bytes]]) -> None:
    heard = scanner(b"stream: OK\0")
    virus_scan.require_clean(b"x" * 70_000)
    assert heard[0].startswith(b"zINSTREAM\0")
    assert heard[0].count(b"x") == 70_000


@pytest.mark.parametrize(
    ("answer", "words"),
    [(b"stream: Eicar FOUND\0", "安全でない"), (b"INSTREAM size limit ERROR\0", "検査ができません")],
)
def test_a_find_and_a_failure_are_refused_in_words(
    scanner: Callable[[bytes], list[bytes]], answer: bytes, words: str
) -> None:
    scanner(answer)
    with pytest.raises(Refused, match=words):
        virus_scan.require_clean(EVIL)


def test_a_scanner_that_is_away_lets_no_file_in(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "VIRUS_SCANNER", "/nowhere/clamd.sock")
    with pytest.raises(Refused, match="検査ができません"):
        virus_scan.require_clean(EVIL)
