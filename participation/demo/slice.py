"""The manifest of the demo ward."""

from __future__ import annotations

from participation.demo import cli
from participation.foundation.slices import Slice

SLICE = Slice(name="demo", title="見本の区", cli=(cli.group,))
