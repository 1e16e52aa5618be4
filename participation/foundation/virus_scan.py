"""Asking the virus scanner of the machine, where there is one (ウイルス検査): clamd's INSTREAM over its socket.

Without `VIRUS_SCANNER` in the settings nothing is asked. Where one is named and does not answer, no file is taken:
nobody should believe that it was looked at.
"""

from __future__ import annotations

import socket
import struct

import structlog
from flask import current_app

from participation.foundation.errors import Refused

_PORTION = 64 * 1024
_PATIENCE = 20
FOUND = "ウイルスの検査で、安全でないと判定されました。別のファイルを選んでください。"
SILENT = "いま、ファイルの検査ができません。文章だけを先に送るか、少し待ってからもう一度お試しください。"

log = structlog.get_logger("files")


def require_clean(content: bytes) -> None:
    """Raise Refused for a file in which the scanner finds something, or that it could not look at."""
    address: str = current_app.config["VIRUS_SCANNER"]
    if not address:
        return
    try:
        answer = _ask(address, content)
    except OSError as error:
        log.error("virus scanner away", error=str(error))
        raise Refused(SILENT) from error
    if answer.endswith("FOUND"):
        log.warning("virus found", answer=answer[:200])
        raise Refused(FOUND)
    if not answer.endswith("OK"):
        log.error("virus scanner failed", answer=answer[:200])
        raise Refused(SILENT)


def _ask(address: str, content: bytes) -> str:
    with _connected(address) as line:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), _PORTION):
            portion = content[start : start + _PORTION]
            line.sendall(struct.pack("!L", len(portion)) + portion)
        line.sendall(struct.pack("!L", 0))
        answer = b""
        while portion := line.recv(4096):
            answer += portion
        return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _connected(address: str) -> socket.socket:
    """Return a line to host:port, or to the socket at a path."""
    host, _, port = address.rpartition(":")
    if host and port.isdigit():
        return socket.create_connection((host, int(port)), timeout=_PATIENCE)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(_PATIENCE)
    try:
        line.connect(address)
    except OSError:
        line.close()
        raise
    return line
