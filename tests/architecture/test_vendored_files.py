"""What stands in static/vendor/ is what assets/vendor.mjs put there, byte for byte."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "static" / "vendor"


def _manifest() -> dict[str, object]:
    return json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))


def test_every_vendored_file_has_the_sum_written_in_the_manifest() -> None:
    found = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert found == _manifest()["sha256"]


def test_vendored_versions_are_those_that_package_json_pins() -> None:
    pinned = json.loads((ROOT / "assets" / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert {package["name"]: package["version"] for package in _manifest()["packages"]} == pinned


def test_every_vendored_package_carries_its_licence() -> None:
    for package in _manifest()["packages"]:
        assert (VENDOR / package["folder"] / "LICENSE").read_text(encoding="utf-8").strip(), package["name"]


def test_the_lock_of_the_assets_names_no_address_of_a_registry() -> None:
    lock = json.loads((ROOT / "assets" / "package-lock.json").read_text(encoding="utf-8"))
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
