"""The manifest of opinions."""

from participation.foundation.slices import MenuItem, Slice
from participation.opinions import cli, desk_views, subscribers, views

SLICE = Slice(
    name="opinions",
    title="意見",
    public=(views.bp,),
    desk=(desk_views.bp,),
    cli=(cli.group,),
    subscribers=(subscribers,),
    desk_menu=(
        MenuItem(
            "窓口",
            "opinions_desk.office",
            "opinions.work_at_office",
            5,
            beside=("/desk/consultations", "/desk/submissions"),
        ),
    ),
    footer_menu=(MenuItem("受付番号で意見を見る", "opinions.receipts", None, 30),),
)
