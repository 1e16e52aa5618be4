"""The manifest of surveys."""

from participation.foundation.slices import DeskGroup, MenuItem, Slice
from participation.surveys import cli, desk_views, subscribers, views

SLICE = Slice(
    name="surveys",
    title="アンケート",
    public=(views.bp,),
    desk=(desk_views.bp,),
    cli=(cli.group,),
    subscribers=(subscribers,),
    desk_menu=(
        MenuItem("アンケート", "surveys_desk.index", "surveys.read_desk", order=50, group=DeskGroup.OPEN),
    ),
)
