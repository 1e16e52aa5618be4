"""The manifest of organisations."""

from participation.foundation.slices import DeskGroup, MenuItem, Slice
from participation.organisations import desk_views

SLICE = Slice(
    name="organisations",
    title="組織・団体",
    desk=(desk_views.bp,),
    desk_menu=(
        MenuItem("団体", "organisations_desk.index", "organisations.register", 80, group=DeskGroup.KEEP),
    ),
)
