"""create_app(): the ordered list of slices; the only module that knows all of them.

Order matters twice: every slice's models are imported before anything is queried (a foreign key by
table name resolves only if its owner was imported), and subscribers subscribe from the ground up.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

import structlog
from flask import Flask, redirect, url_for
from flask_babel import Babel
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.orm import configure_mappers
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from config import settings
from participation import cli
from participation.foundation import db as database
from participation.foundation import freshness
from participation.foundation.db import Base, db
from participation.foundation.slices import Slice
from participation.jobs import waking
from participation.web import (
    addresses,
    assets,
    components,
    errors,
    gallery,
    guest_session,
    headers,
    health,
    identity,
    navigation,
    page_cache,
)
from participation.web.access import public

#: From the ground floor up.
SLICES = (
    "places",
    "organisations",
    "people",
    "agreements",
    "subjects",
    "plans",
    "consultations",
    "contributions",
    "opinions",
    "discussion",
    "surveys",
    "votes",
    "opinion_map",
    "proposals",
    "gatherings",
    "spaces",
    "challenges",
    "moderation",
    "replies",
    "reading",
    "notices",
    "projects",
    "front",
    "desk",
    "demo",
)
#: Services that have tables of their own.
SERVICES_WITH_TABLES = ("audit", "jobs", "web")

ROOT = Path(__file__).resolve().parent.parent


def create_app(environ: Mapping[str, str] | None = None, *, surface: str | None = None) -> Flask:
    """Return the application for residents ("public"), for staff ("desk"), or for both.

    A process started as "public" does not contain the staff pages at all.
    """
    with _nothing_to_collect():
        return _put_together(os.environ if environ is None else environ, surface)


def _put_together(environ: Mapping[str, str], surface: str | None) -> Flask:
    app = Flask("participation", root_path=str(ROOT), static_folder="static", template_folder="templates")
    app.config.from_mapping(settings(environ))
    app.config["SURFACE"] = surface or app.config["SURFACE"]
    _set_up_logging()
    _import_tables_and_rules()
    Path(app.config["DATA_DIR"]).mkdir(parents=True, exist_ok=True)
    database.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    # Order: what is registered first here handles a response last.
    headers.init_app(app)
    assets.init_app(app)
    guest_session.init_app(app)
    page_cache.init_app(app)
    if app.config["TRUSTED_PROXIES"]:  # Outside of the kept pages, which look at the address too.
        hops = app.config["TRUSTED_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    identity.init_app(app)
    CSRFProtect(app)
    # After CSRFProtect, which offers in both places a token that must never stand on a page kept for others.
    app.context_processor(lambda: {"csrf_token": page_cache.csrf_token})  # What pages and includes see.
    app.jinja_env.globals["csrf_token"] = page_cache.csrf_token  # What imported macros see.
    Babel(app)
    components.init_app(app)
    navigation.init_app(app)
    errors.init_app(app)
    health.init_app(app)
    gallery.init_app(app)
    cli.init_app(app)
    waking.create_huey(app)
    for manifest in manifests():
        _install(app, manifest)
    if app.config["SURFACE"] == "desk":
        _lead_to_the_residents_site(app)
    configure_mappers()
    return app


@contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """Keep Python from looking for garbage while the app is put together.

    What is loaded here stays until the end, and looking through it again and again took a third of
    the start. Afterwards it is set apart (gc.freeze), so that later looks, in the middle of somebody's
    page, do not go through it either.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
    if gc.get_freeze_count() == 0:  # Once: a second app in the same process may be thrown away again.
        gc.freeze()


def manifests() -> list[Slice]:
    """Return the manifest of every slice, from the ground floor up."""
    found = []
    for name in SLICES:
        if find_spec(f"participation.{name}") and find_spec(f"participation.{name}.slice"):
            found.append(cast(Slice, import_module(f"participation.{name}.slice").SLICE))
    return found


def _import_tables_and_rules() -> None:
    for name in (*SERVICES_WITH_TABLES, *SLICES):
        for room in ("models", "policies"):
            if find_spec(f"participation.{name}") and find_spec(f"participation.{name}.{room}"):
                import_module(f"participation.{name}.{room}")
    freshness.attach(Base.metadata)


def _install(app: Flask, manifest: Slice) -> None:
    surface = app.config["SURFACE"]
    for blueprint in manifest.shared:
        app.register_blueprint(blueprint)
    if surface in ("public", "both"):
        for blueprint in manifest.public:
            app.register_blueprint(blueprint)
        navigation.offer(app, "public", manifest.public_menu)
        navigation.offer(app, "footer", manifest.footer_menu)
    if surface in ("desk", "both"):
        for blueprint in manifest.desk:
            app.register_blueprint(blueprint)
        navigation.offer(app, "desk", manifest.desk_menu)
    for group in manifest.cli:
        app.cli.add_command(group)
    for module in manifest.subscribers:
        cast(Any, module).register(app)


def _lead_to_the_residents_site(app: Flask) -> None:
    """Desk only: pages and letters name the residents' pages where those are; the first page is the desk."""
    addresses.know_pages_elsewhere(app, (bp for manifest in manifests() for bp in manifest.public))

    @app.get("/")
    @public
    def home() -> Response:
        """Lead to the desk."""
        return redirect(url_for("desk.index"), 303)


def _set_up_logging() -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=cast(Any, _Stderr())),
    )


class _Stderr:
    """Writes log lines to whatever standard error is at that moment (tests replace it)."""

    def write(self, text: str) -> None:
        """Write one line."""
        sys.stderr.write(text)

    def flush(self) -> None:
        """Flush what was written."""
        sys.stderr.flush()
