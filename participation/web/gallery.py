"""The gallery of components (development only); the design system lives in templates/gallery/."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Add the gallery where the app is being developed."""
