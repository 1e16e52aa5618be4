"""The staff's part of surveys."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("surveys_desk", __name__, url_prefix="/desk/surveys")
