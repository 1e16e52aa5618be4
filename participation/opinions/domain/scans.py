"""Scans and other files that belong to what was handed in (原本の写し・添付): the rules of foundation.scans."""

from participation.foundation.scans import (
    ALLOWED,
    MAX_BYTES,
    MAX_FILES,
    MEDIA_TYPES,
    SCAN_NAMES,
    SHOWN,
    CheckedFile,
    ScanKind,
    check_file,
    kind_of,
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
    "check_file",
    "kind_of",
]
