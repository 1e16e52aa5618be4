"""The manifest of opinions."""

from participation.foundation.slices import Slice
from participation.opinions import subscribers

SLICE = Slice(name="opinions", title="意見", subscribers=(subscribers,))
