"""The manifest of opinions."""

from participation.foundation.slices import Slice
from participation.opinions import subscribers, views

SLICE = Slice(name="opinions", title="意見", public=(views.bp,), subscribers=(subscribers,))
