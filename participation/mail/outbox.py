"""Composing a letter and handing it to the jobs.

A letter is composed at once, so a later edit of the template or the data cannot change what was
promised. Template: templates/mail/<slice>/<name>.txt; its first line is "Subject: …".
"""

from __future__ import annotations

import json
import re
from typing import Any

from flask import current_app, render_template

from participation.foundation import sealing
from participation.foundation.errors import Refused
from participation.foundation.ids import new_token
from participation.jobs import queue
from participation.jobs.models import OutboxRow
from participation.mail.transports import transport_of

#: One address only: a comma or a newline would make it several, or a header (reliability I-06).
_ONE_ADDRESS = re.compile(r"[^@\s,;:<>()\[\]\\\"]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})\.[A-Za-z]{2,24}")
MAX_ADDRESS = 254
_PURPOSE = "mail.letters"


def is_address(text: str) -> bool:
    """Return whether `text` is one plain e-mail address."""
    return len(text) <= MAX_ADDRESS and _ONE_ADDRESS.fullmatch(text) is not None and ".." not in text


def send(*, to: str, template: str, context: dict[str, Any], sealed: bool = False) -> OutboxRow:
    """Compose a letter to one address and have it sent after the commit; return the work that sends it.

    A sealed one waits encrypted: its address was given for one occasion, and stands in no table.
    """
    if not is_address(to):
        raise Refused("メールアドレスの形が正しくありません。")
    text = render_template(f"mail/{template}.txt", **context)
    first, _, body = text.partition("\n")
    if not first.startswith("Subject: "):
        raise ValueError(f"mail/{template}.txt must begin with its Subject line")
    letter = {
        "to": to,
        "subject": " ".join(first.removeprefix("Subject: ").split()),
        "body": body.strip() + "\n",
        "message_id": f"<{new_token()}@participation>",
    }
    return queue.enqueue("mail.send", {"sealed": _sealed(letter)} if sealed else letter)


@queue.handler("mail.send")
def _send(payload: dict[str, Any]) -> None:
    letter = payload
    if "sealed" in payload:
        letter = json.loads(sealing.unseal(_PURPOSE, payload["sealed"].encode("ascii")))
    transport_of(current_app).deliver(letter)


def _sealed(letter: dict[str, str]) -> str:
    return sealing.seal(_PURPOSE, json.dumps(letter, ensure_ascii=False)).decode("ascii")
