"""The manifest of plans."""

from participation.foundation.slices import Slice
from participation.plans import cli, subscribers

SLICE = Slice(name="plans", title="計画", cli=(cli.group,), subscribers=(subscribers,))
