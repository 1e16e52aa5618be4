"""Several papers in one ZIP file (文書一式), with a list of what is in it and the SHA-256 of each file."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from participation.papers.files import CONTENT_TYPES, Form, write
from participation.papers.paper import Paper

#: What the list is called inside the ZIP.
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Enclosed:
    """One file of a package: its paper, in which form, its name, and what it is for."""

    paper: Paper
    form: Form
    name: str
    about: str

    @property
    def file_name(self) -> str:
        """The name inside the ZIP."""
        return f"{self.name}.{self.form}"


def write_package(
    enclosed: Sequence[Enclosed], path: Path, *, title: str, issuer: str, made_at: datetime
) -> dict[str, Any]:
    """Write the ZIP file at `path` and return its list; the same papers at the same moment give the same bytes."""
    files = []
    moment = made_at.timetuple()[:6]
    with (
        tempfile.TemporaryDirectory(prefix="package-", dir=path.parent) as folder,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target,
    ):
        for each in enclosed:
            made = Path(folder) / each.file_name
            write(each.paper, each.form, made)
            files.append(
                {
                    "name": each.file_name,
                    "about": each.about,
                    "content_type": CONTENT_TYPES[each.form],
                    "bytes": made.stat().st_size,
                    "sha256": _sha256(made),
                }
            )
            _add(target, each.file_name, made.read_bytes(), moment)
            made.unlink()
        manifest: dict[str, Any] = {
            "title": title,
            "issuer": issuer,
            "made_at": made_at.isoformat(timespec="seconds"),
            "files": files,
        }
        _add(target, MANIFEST, (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode(), moment)
    return manifest


def _add(target: zipfile.ZipFile, name: str, content: bytes, moment: tuple[Any, ...]) -> None:
    entry = zipfile.ZipInfo(name, date_time=moment)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    target.writestr(entry, content)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
