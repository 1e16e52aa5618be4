"""The manifest of notices."""

from participation.foundation.slices import DeskGroup, MenuItem, Slice
from participation.notices import desk_views, subscribers, views

SLICE = Slice(
    name="notices",
    title="お知らせ",
    public=(views.bp,),
    desk=(desk_views.bp,),
    subscribers=(subscribers,),
    desk_menu=(
        MenuItem("届き具合", "notices_desk.index", "notices.read_deliveries", 64, group=DeskGroup.DECIDE),
    ),
)
