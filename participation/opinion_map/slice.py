"""The manifest of the opinion map."""

from participation.foundation.slices import DeskGroup, MenuItem, Slice
from participation.opinion_map import cli, desk_views, subscribers, views

SLICE = Slice(
    name="opinion_map",
    title="意見の地図",
    public=(views.bp,),
    desk=(desk_views.bp,),
    cli=(cli.group,),
    subscribers=(subscribers,),
    desk_menu=(
        MenuItem(
            "意見の地図", "opinion_map_desk.index", "opinion_map.read_desk", order=52, group=DeskGroup.OPEN
        ),
    ),
)
