"""The reference data that every test finds: the ward's places, sections and plans."""

from __future__ import annotations

from flask import Flask

from participation import ward_pack
from participation.access.actors import system


def load(app: Flask) -> None:
    """Load the ward pack inside the running transaction, through the commands that own it."""
    ward_pack.load(app.config["WARD"], by=system("tests"))
