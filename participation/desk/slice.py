"""The manifest of the desk."""

from participation.desk import desk_views
from participation.foundation.slices import DeskGroup, MenuItem, Slice

SLICE = Slice(
    name="desk",
    title="聴く机",
    desk=(desk_views.bp,),
    desk_menu=(
        MenuItem("きょうの仕事", "desk.index", "desk.open", 10),
        MenuItem(
            "受付簿",
            "desk.register",
            "desk.read_register",
            20,
            beside=("/desk/submissions/", "/desk/imports/", "/desk/files/"),
        ),
        MenuItem("整理", "desk.opinions", "desk.read_register", 30),
        MenuItem("時間のかかる処理", "desk.runs", "desk.see_runs", 93, group=DeskGroup.KEEP),
    ),
)
