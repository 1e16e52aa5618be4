"""The manifest of discussion."""

from participation.discussion import subscribers
from participation.foundation.slices import Slice

SLICE = Slice(name="discussion", title="話し合い", subscribers=(subscribers,))
