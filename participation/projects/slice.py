"""The manifest of projects."""

from participation.foundation.slices import DeskGroup, MenuItem, Slice
from participation.projects import desk_views, views

SLICE = Slice(
    name="projects",
    title="プロジェクト",
    public=(views.bp,),
    desk=(desk_views.bp,),
    desk_menu=(
        MenuItem("プロジェクト", "projects_desk.index", "projects.read_desk", order=54, group=DeskGroup.OPEN),
    ),
    footer_menu=(MenuItem("プロジェクト", "projects.index", order=15),),
)
