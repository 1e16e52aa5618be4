"""The manifest of front."""

from participation.foundation.slices import MenuItem, Slice
from participation.front import views

SLICE = Slice(
    name="front",
    title="区民のページ",
    public=(views.bp,),
    public_menu=(
        MenuItem("計画を読む", "plans.index", order=10),
        MenuItem("募集中の案件", "consultations.index", order=20),
        MenuItem("団体の提案", "proposals.index", order=40),
    ),
    footer_menu=(
        MenuItem("このサイトについて", "front.about", order=10),
        MenuItem("話し合いのルール", "moderation.rules", order=20),
        MenuItem("個人情報の扱い", "front.privacy", order=30),
        MenuItem("アクセシビリティ", "front.accessibility", order=40),
    ),
)
