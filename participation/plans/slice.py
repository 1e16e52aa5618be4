"""The manifest of plans."""

from participation.foundation.slices import DeskGroup, MenuItem, Slice
from participation.plans import cli, desk_views, subscribers, views

SLICE = Slice(
    name="plans",
    title="計画",
    public=(views.bp,),
    desk=(desk_views.bp,),
    cli=(cli.group,),
    subscribers=(subscribers,),
    public_menu=(MenuItem("計画を読む", "plans.index", None, 10),),
    desk_menu=(MenuItem("計画", "plans_desk.index", "plans.read_desk", 60, group=DeskGroup.OPEN),),
)
