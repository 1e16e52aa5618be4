"""The manifest of proposals."""

from participation.foundation.slices import DeskGroup, MenuItem, Slice
from participation.proposals import desk_views, subscribers, views

SLICE = Slice(
    name="proposals",
    title="提案",
    public=(views.bp,),
    desk=(desk_views.bp,),
    subscribers=(subscribers,),
    desk_menu=(
        MenuItem("提案", "proposals_desk.index", "proposals.read_desk", order=52, group=DeskGroup.OPEN),
    ),
    public_menu=(MenuItem("団体の提案", "proposals.index", order=40),),
)
