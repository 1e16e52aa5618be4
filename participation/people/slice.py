"""The manifest of people."""

from participation.foundation.slices import DeskGroup, MenuItem, Slice
from participation.people import cli, desk_views, subscribers, views

SLICE = Slice(
    name="people",
    title="人",
    shared=(views.bp,),
    desk=(desk_views.bp,),
    cli=(cli.group,),
    subscribers=(subscribers,),
    desk_menu=(MenuItem("職員", "people_desk.index", "people.list_staff", 90, group=DeskGroup.KEEP),),
)
