"""The manifest of consultations."""

from participation.consultations import cli, desk_views, views
from participation.foundation.slices import DeskGroup, MenuItem, Slice

SLICE = Slice(
    name="consultations",
    title="案件",
    public=(views.bp,),
    desk=(desk_views.bp,),
    cli=(cli.group,),
    desk_menu=(
        MenuItem("案件", "consultations_desk.index", "consultations.read_desk", 49, group=DeskGroup.OPEN),
    ),
    public_menu=(MenuItem("意見募集", "consultations.index", None, 20),),
)
