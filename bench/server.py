"""A server to be measured, in a process of its own: the site, or a bare route that returns one body."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import waitress
from flask import Flask, Response

from participation.app import create_app


def bare(bodies: Path) -> Flask:
    """Return the smallest Flask app that serves the same bytes: what Flask itself costs."""
    app = Flask("bare")
    contents = {path.name: path.read_bytes() for path in bodies.iterdir()}

    @app.get("/<name>")
    def body(name: str) -> Response:
        return Response(contents[name], content_type="text/html; charset=utf-8")

    return app


def main() -> None:
    """Serve what is named until killed: `python -m bench.server site PORT` or `… bare PORT FOLDER`."""
    kind, port = sys.argv[1], int(sys.argv[2])
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # More askers than threads is the point.
    app = create_app(os.environ) if kind == "site" else bare(Path(sys.argv[3]))
    waitress.serve(app, host="127.0.0.1", port=port, threads=4, ident=None, _quiet=True)


if __name__ == "__main__":
    main()
