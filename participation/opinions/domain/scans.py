"""Scans and other files that belong to what was handed in (原本の写し・添付): how many, and in what form."""

from __future__ import annotations

from participation.foundation.file_kinds import (
    ALLOWED,
    MAX_BYTES,
    MEDIA_TYPES,
    SCAN_NAMES,
    SHOWN,
    CheckedFile,
    ScanKind,
    kind_of,
    take_file,
)

__all__ = [
    "ALLOWED",
    "MAX_BYTES",
    "MAX_FILES",
    "MEDIA_TYPES",
    "SCAN_NAMES",
    "SHOWN",
    "CheckedFile",
    "ScanKind",
    "kind_of",
    "take_file",
]

MAX_FILES = 20
