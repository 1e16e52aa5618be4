"""The manifest of the opinion map."""

from participation.foundation.slices import Slice
from participation.opinion_map import cli

SLICE = Slice(name="opinion_map", title="意見の地図", cli=(cli.group,))
