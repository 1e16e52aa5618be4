"""The manifest of votes."""

from participation.foundation.slices import DeskGroup, MenuItem, Slice
from participation.votes import cli, desk_views, subscribers, views

SLICE = Slice(
    name="votes",
    title="参考投票",
    public=(views.bp,),
    desk=(desk_views.bp,),
    cli=(cli.group,),
    subscribers=(subscribers,),
    desk_menu=(MenuItem("参考投票", "votes_desk.index", "votes.read_desk", order=51, group=DeskGroup.OPEN),),
)
