"""The manifest of contributions: no pages of its own, only what it does at start-up."""

from participation.contributions import subscribers
from participation.foundation.slices import Slice

SLICE = Slice(name="contributions", title="発言", subscribers=(subscribers,))
