"""The manifest of gatherings."""

from participation.foundation.slices import DeskGroup, MenuItem, Slice
from participation.gatherings import desk_views, subscribers, views

SLICE = Slice(
    name="gatherings",
    title="集まり",
    public=(views.bp,),
    desk=(desk_views.bp,),
    subscribers=(subscribers,),
    desk_menu=(
        MenuItem("集まり", "gatherings_desk.index", "gatherings.read_desk", order=45, group=DeskGroup.LISTEN),
    ),
    public_menu=(MenuItem("説明会・懇談会", "gatherings.index", order=35),),
)
