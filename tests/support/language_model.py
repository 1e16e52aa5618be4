"""A small server on this machine that answers as a language model would, or wrongly in every way it can."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = Callable[[BaseHTTPRequestHandler], None]


class FakeModel:
    """What the server was asked, and what it answers next; the last answer is given again."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.replies: list[Reply] = []
        self.url = ""

    def will(self, *replies: Reply) -> None:
        """Answer so from now on."""
        self.replies[:] = replies

    def opinions(self) -> list[dict[str, Any]]:
        """The opinions of the last question."""
        found: list[dict[str, Any]] = json.loads(self.asked[-1]["messages"][-1]["content"])["opinions"]
        return found


def says(content: object, *, finish: str = "stop") -> Reply:
    """Answer with these words."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return whole({"choices": [{"message": {"content": text}, "finish_reason": finish}]})


def whole(body: object, status: int = 200, **headers: str) -> Reply:
    """Answer with this body."""
    content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()

    def reply(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    return reply


def cut_short(request: BaseHTTPRequestHandler) -> None:
    """Promise more than is sent, and hang up."""
    request.send_response(200)
    request.send_header("Content-Length", "1000")
    request.end_headers()
    request.wfile.write(b'{"choices": [{"mess')


@contextmanager
def a_language_model() -> Iterator[FakeModel]:
    """A server that runs while the block does."""
    model = FakeModel()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            model.asked.append({"path": self.path, **json.loads(self.rfile.read(size))})
            model.keys.append(self.headers.get("Authorization", ""))
            reply = model.replies.pop(0) if len(model.replies) > 1 else model.replies[0]
            reply(self)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
