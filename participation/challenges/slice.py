"""The manifest of challenges."""

from participation.challenges import desk_views, subscribers, views
from participation.foundation.slices import DeskGroup, MenuItem, Slice

SLICE = Slice(
    name="challenges",
    title="区政課題とアイデア",
    public=(views.bp,),
    desk=(desk_views.bp,),
    subscribers=(subscribers,),
    desk_menu=(
        MenuItem("区政課題", "challenges_desk.index", "challenges.read_desk", order=53, group=DeskGroup.OPEN),
    ),
    public_menu=(MenuItem("課題とアイデア", "challenges.index", order=45),),
)
