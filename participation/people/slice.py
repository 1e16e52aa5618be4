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
    desk_menu=(
        MenuItem(
            "区民の確認",
            "people_desk.confirmations",
            "people.confirm_standing",
            85,
            group=DeskGroup.KEEP,
        ),
        MenuItem("職員", "people_desk.index", "people.list_staff", 90, group=DeskGroup.KEEP),
    ),
)
