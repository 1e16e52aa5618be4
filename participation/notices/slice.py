"""The manifest of notices."""

from participation.foundation.slices import Slice
from participation.notices import subscribers, views

SLICE = Slice(name="notices", title="お知らせ", public=(views.bp,), subscribers=(subscribers,))
