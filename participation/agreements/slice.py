"""The manifest of agreements."""

from participation.agreements import subscribers, views
from participation.foundation.slices import Slice

SLICE = Slice(
    name="agreements",
    title="団体の中の承認",
    public=(views.bp,),
    subscribers=(subscribers,),
)
