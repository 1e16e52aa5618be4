"""The manifest of discussion."""

from participation.discussion import subscribers, views
from participation.foundation.slices import Slice

SLICE = Slice(name="discussion", title="話し合い", public=(views.bp,), subscribers=(subscribers,))
