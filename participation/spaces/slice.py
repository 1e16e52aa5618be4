"""The manifest of spaces."""

from participation.foundation.slices import DeskGroup, MenuItem, Slice
from participation.spaces import subscribers, views

SLICE = Slice(
    name="spaces",
    title="地域の空間",
    shared=(views.bp,),
    subscribers=(subscribers,),
    desk_menu=(MenuItem("地域の空間", "spaces.index", "spaces.plan", order=54, group=DeskGroup.OPEN),),
    footer_menu=(MenuItem("あなたの住区をさがす", "spaces.find", order=25),),
    public_menu=(MenuItem("地域", "spaces.index", order=45),),
)
