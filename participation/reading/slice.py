"""The manifest of reading."""

from participation.foundation.slices import DeskGroup, MenuItem, Slice
from participation.reading import cli, desk_views, subscribers

SLICE = Slice(
    name="reading",
    title="読み分け",
    desk=desk_views.BLUEPRINTS,
    cli=(cli.group,),
    subscribers=(subscribers,),
    desk_menu=(
        MenuItem(
            "声のかたより", "coverage_desk.board", "reading.see_coverage", order=36, group=DeskGroup.THINK
        ),
        MenuItem(
            "論点にない声",
            "finding_desk.uncovered",
            "reading.find_alike",
            order=37,
            group=DeskGroup.THINK,
        ),
    ),
)
