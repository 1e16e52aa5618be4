"""The manifest of reading."""

from participation.foundation.slices import Slice
from participation.reading import cli

SLICE = Slice(name="reading", title="読み分け", cli=(cli.group,))
