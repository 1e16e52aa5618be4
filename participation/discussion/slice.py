"""The manifest of discussion."""

from participation.discussion import desk_views, subscribers, views
from participation.foundation.slices import MenuItem, Slice

SLICE = Slice(
    name="discussion",
    title="話し合い",
    public=(views.bp,),
    desk=(desk_views.bp,),
    subscribers=(subscribers,),
    desk_menu=(MenuItem("話し合い", "discussion_desk.index", "discussion.close", 31),),
)
