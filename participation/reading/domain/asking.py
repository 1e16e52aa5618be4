"""Asking a language model on a server of the ward's own choice (OpenAI-compatible): one question, one answer.

Nothing is asked unless an administrator named a server. Redirects are not followed, so words go to that server
only. Whatever goes wrong is told in a sentence that staff can do something with.
"""

from __future__ import annotations

import http.client
import json
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

#: More than this is no answer to a question about some opinions.
MOST_BYTES = 400_000
#: Asked again so often when the server is busy, after so many seconds at most.
TRIES, LONGEST_PAUSE = 3, 20.0
_PORTION = 16_384

Message = dict[str, str]


class NoAnswer(Exception):
    """There is no answer that can be used, in words for staff."""


@dataclass(frozen=True)
class Server:
    """The server that an administrator named, and the model on it."""

    url: str
    model: str
    key: str = ""
    timeout: float = 120.0

    @property
    def host(self) -> str:
        """Where words go."""
        return urlsplit(self.url).netloc


@dataclass(frozen=True)
class Answer:
    """What came back: the words of the model, and the whole of it as it was."""

    text: str
    raw: str


def request_body(server: Server, messages: Sequence[Message], most_tokens: int) -> bytes:
    """Return what is sent, to the letter."""
    return json.dumps(
        {
            "model": server.model,
            "messages": list(messages),
            "max_tokens": most_tokens,
            "temperature": 0,
            "stream": False,
        },
        ensure_ascii=False,
    ).encode("utf-8")


def ask(
    server: Server,
    messages: Sequence[Message],
    most_tokens: int,
    *,
    pause: Callable[[float], None] = time.sleep,
) -> Answer:
    """Return the answer; raises NoAnswer. A server that is busy is asked again a little later."""
    body = request_body(server, messages, most_tokens)
    for left in range(TRIES - 1, -1, -1):
        status, retry_after, raw = _post(server, body)
        if status != 429 or not left:
            break
        pause(_seconds(retry_after))
    if status != 200:
        raise NoAnswer(_in_words(status))
    return Answer(_words_of(raw), raw)


def _post(server: Server, body: bytes) -> tuple[int, str, str]:
    parts = urlsplit(server.url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=min(server.timeout, 30.0))
    ends_at = time.monotonic() + server.timeout
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if server.key:
        headers["Authorization"] = f"Bearer {server.key}"
    try:
        connection.connect()
        connection.sock.settimeout(server.timeout)
        connection.request("POST", parts.path.rstrip("/") + "/chat/completions", body, headers)
        response = connection.getresponse()
        content = b""
        while portion := response.read(_PORTION):
            content += portion
            if len(content) > MOST_BYTES:
                raise NoAnswer("返ってきた答えが長すぎます。使っていません。")
            if time.monotonic() > ends_at:
                raise NoAnswer(_TOO_LATE)
        if response.length:
            raise NoAnswer(_CUT)
        return response.status, response.headers.get("Retry-After", ""), content.decode("utf-8")
    except TimeoutError as error:
        raise NoAnswer(_TOO_LATE) from error
    except http.client.IncompleteRead as error:
        raise NoAnswer(_CUT) from error
    except UnicodeDecodeError as error:
        raise NoAnswer("答えが文字として読めません。使っていません。") from error
    except ssl.SSLError as error:
        raise NoAnswer("サーバーの証明書を確かめられません。管理者に知らせてください。") from error
    except (http.client.HTTPException, OSError) as error:
        raise NoAnswer("サーバーにつながりません。動いているか、管理者に確かめてください。") from error
    finally:
        connection.close()


_TOO_LATE = "決めた時間のうちに答えが返りませんでした。意見の数を減らすか、あとでもう一度頼んでください。"
_CUT = "答えが途中で切れました。使っていません。もう一度頼んでください。"
_STATUS = {
    400: "サーバーが、送った内容を受け付けませんでした。意見の数を減らして、もう一度頼んでください。",
    401: "サーバーの鍵が合いません。管理者に設定を確かめてもらってください。",
    403: "サーバーが使うことを許していません。管理者に設定を確かめてもらってください。",
    404: "サーバーに、そのモデルか受け口がありません。管理者に設定を確かめてもらってください。",
    413: "送る文章が長すぎると断られました。意見の数を減らしてください。",
    429: "サーバーが混み合っています。しばらくしてから、もう一度頼んでください。",
}


def _in_words(status: int) -> str:
    if 300 <= status < 400:
        return "サーバーが別の場所へ案内しました。決めた場所のほかには送りません。管理者に知らせてください。"
    if status >= 500:
        return f"サーバーの側で誤りが起きました（{status}）。しばらくしてから、もう一度頼んでください。"
    return _STATUS.get(status, f"サーバーが断りました（{status}）。管理者に知らせてください。")


def _seconds(retry_after: str) -> float:
    given = (
        float(retry_after)
        if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 5
        else 2.0
    )
    return min(given, LONGEST_PAUSE)


def _words_of(raw: str) -> str:
    try:
        found: Any = json.loads(raw)
        choice = found["choices"][0]
        text = choice["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
        raise NoAnswer("答えの形が決まりと違います。使っていません。") from error
    if not isinstance(text, str) or not text.strip():
        raise NoAnswer("答えに文章がありません。もう一度頼んでください。")
    if choice.get("finish_reason") == "length":
        raise NoAnswer(_CUT)
    return text
