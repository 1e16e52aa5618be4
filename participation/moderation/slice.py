"""The manifest of moderation."""

from participation.foundation.slices import MenuItem, Slice
from participation.moderation import cli, desk_views, subscribers, views

SLICE = Slice(
    name="moderation",
    title="確認",
    public=(views.bp,),
    desk=(desk_views.bp,),
    cli=(cli.group,),
    subscribers=(subscribers,),
    desk_menu=(MenuItem("確認", "moderation_desk.index", "moderation.see", 30),),
    footer_menu=(
        MenuItem("話し合いのルール", "moderation.rules", None, 30),
        MenuItem("表示を止めた件数", "moderation.tally", None, 31),
    ),
)
