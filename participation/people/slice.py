"""The manifest of people."""

from participation.foundation.slices import Slice
from participation.people import subscribers

SLICE = Slice(name="people", title="人", subscribers=(subscribers,))
