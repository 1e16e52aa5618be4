"""The manifest of organisations."""

from participation.foundation.slices import DeskGroup, MenuItem, Slice
from participation.organisations import desk_views, views

SLICE = Slice(
    name="organisations",
    title="組織・団体",
    public=(views.bp,),
    desk=(desk_views.bp,),
    desk_menu=(
        MenuItem("団体", "organisations_desk.index", "organisations.read_desk", 80, group=DeskGroup.KEEP),
    ),
    footer_menu=(MenuItem("団体の一覧", "organisations.index", order=20),),
)
