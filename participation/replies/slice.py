"""The manifest of replies."""

from participation.foundation.slices import DeskGroup, MenuItem, Slice
from participation.replies import cli, desk_views, subscribers, views

SLICE = Slice(
    name="replies",
    title="区の考え方",
    public=(views.bp,),
    desk=(desk_views.bp,),
    cli=(cli.group,),
    subscribers=(subscribers,),
    desk_menu=(
        MenuItem(
            "自分の担当",
            "replies_desk.my_work",
            "replies.read",
            35,
            group=DeskGroup.THINK,
            beside=("/desk/absences/",),
        ),
        MenuItem(
            "論点",
            "replies_desk.points",
            "replies.read",
            40,
            group=DeskGroup.THINK,
            beside=("/desk/gather/", "/desk/bundles/"),
        ),
        MenuItem("照会", "replies_desk.inquiry_queue", "replies.read", 45, group=DeskGroup.THINK),
        MenuItem(
            "定型文・前例",
            "replies_desk.boilerplates",
            "replies.read",
            47,
            group=DeskGroup.THINK,
            beside=("/desk/precedents/",),
        ),
        MenuItem("決裁", "replies_desk.approvals", "replies.read", 50, group=DeskGroup.DECIDE),
        MenuItem("公表", "replies_desk.publications", "replies.read", 60, group=DeskGroup.DECIDE),
        MenuItem("修正", "replies_desk.plans_with_amendments", "replies.read", 62, group=DeskGroup.DECIDE),
        MenuItem("進み具合", "replies_desk.progress", "replies.read", 63, group=DeskGroup.DECIDE),
        MenuItem(
            "対応区分", "replies_desk.disposition_sets", "replies.edit_dispositions", 91, group=DeskGroup.KEEP
        ),
        MenuItem("決裁の経路", "replies_desk.routes", "replies.edit_routes", 92, group=DeskGroup.KEEP),
    ),
)
