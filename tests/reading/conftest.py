"""What tests of reading share."""

from __future__ import annotations

from tests.opinions.conftest import queries_of

__all__ = ["queries_of"]
