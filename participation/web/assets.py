"""Static files: addresses with a hash of the content, and style sheets joined into one file at start-up."""

from __future__ import annotations

import hashlib
import tomllib
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, g, make_response, request, url_for

from participation.web.access import public

ONE_YEAR = 365 * 24 * 3600

bp = Blueprint("assets", __name__)


class Bundles:
    """The joined style sheets: name → (hash, content), made once from static/css/bundles.toml."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, tuple[str, bytes]] = {}
        self._seen: float = -1.0

    def get(self, name: str, *, fresh: bool) -> tuple[str, bytes]:
        """Return hash and content of a bundle; `fresh` looks whether a source file changed."""
        if fresh:
            newest = max((f.stat().st_mtime for f in self._folder.rglob("*.css")), default=0.0)
            if newest != self._seen:
                self._made.clear()
                self._seen = newest
        if name not in self._made:
            content = self._join(name)
            self._made[name] = (hashlib.blake2b(content, digest_size=8).hexdigest(), content)
        return self._made[name]

    def _join(self, name: str) -> bytes:
        plan = tomllib.loads((self._folder / "css" / "bundles.toml").read_text("utf-8"))
        if name not in plan:
            raise KeyError(name)
        parts = []
        for pattern in plan[name]["files"]:
            for path in sorted(self._folder.glob(pattern)):
                parts.append(path.read_bytes().strip() + b"\n")
        return b"".join(parts)


def init_app(app: Flask) -> None:
    """Give templates `asset_url` and `asset_bundle`, and serve the bundles."""
    folder = Path(app.static_folder or "static")
    bundles = Bundles(folder)
    app.extensions["bundles"] = bundles
    fresh = app.config["APP_ENV"] == "development"

    @lru_cache(maxsize=512)
    def hash_of(path: str, _mtime: float) -> str:
        return hashlib.blake2b((folder / path).read_bytes(), digest_size=8).hexdigest()

    def asset_url(path: str) -> str:
        file = folder / path
        return url_for("static", filename=path, v=hash_of(path, file.stat().st_mtime if fresh else 0.0))

    def asset_bundle(name: str) -> str:
        return url_for("assets.bundle", name=name, v=bundles.get(name, fresh=fresh)[0])

    app.jinja_env.globals.update(asset_url=asset_url, asset_bundle=asset_bundle)
    app.register_blueprint(bp)
    app.after_request(_let_keep)


@bp.get("/assets/<name>.css")
@public
def bundle(name: str) -> Response:
    """Serve a joined style sheet."""
    from_app: Bundles = _bundles()
    try:
        _, content = from_app.get(name, fresh=False)
    except KeyError:
        abort(404)
    response = make_response(content)
    response.headers["Content-Type"] = "text/css; charset=utf-8"
    return response


def _bundles() -> Bundles:
    bundles: Bundles = current_app.extensions["bundles"]
    return bundles


def _let_keep(response: Response) -> Response:
    if request.endpoint in ("static", "assets.bundle") and response.status_code in (200, 304):
        g.is_static = True
        age = ONE_YEAR if "v" in request.args else 300
        response.headers["Cache-Control"] = f"public, max-age={age}" + (
            ", immutable" if "v" in request.args else ""
        )
    return response
