"""The manifest of reading."""

from participation.foundation.slices import DeskGroup, MenuItem, Slice
from participation.reading import cli, desk_views
from participation.reading.subscribers import drafting, finding, topics

SLICE = Slice(
    name="reading",
    title="読み分け",
    desk=desk_views.BLUEPRINTS,
    cli=(cli.group,),
    subscribers=(topics, finding, drafting),
    desk_menu=(
        MenuItem("声のかたより", "coverage_desk.board", "reading.see_coverage", 36, group=DeskGroup.THINK),
        MenuItem("論点にない声", "finding_desk.uncovered", "reading.find_alike", 37, group=DeskGroup.THINK),
        MenuItem("機械の案", "drafting_desk.index", "reading.see_drafts", 46, group=DeskGroup.THINK),
        MenuItem("話題分け", "reading_desk.index", "reading.read", 42, group=DeskGroup.THINK),
    ),
)
