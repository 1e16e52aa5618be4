"""The manifest of reading."""

from participation.foundation.slices import DeskGroup, MenuItem, Slice
from participation.reading import cli, desk_views, subscribers

SLICE = Slice(
    name="reading",
    title="読み分け",
    desk=(desk_views.bp,),
    cli=(cli.group,),
    subscribers=(subscribers,),
    desk_menu=(MenuItem("話題分け", "reading_desk.index", "reading.read", 42, group=DeskGroup.THINK),),
)
