"""The manifest of front."""

from participation.foundation.slices import MenuItem, Slice
from participation.front import subscribers, views

SLICE = Slice(
    name="front",
    title="区民のページ",
    public=(views.bp,),
    subscribers=(subscribers,),
    footer_menu=(
        MenuItem("このサイトについて", "front.about", order=10),
        MenuItem("個人情報の扱い", "front.privacy", order=30),
        MenuItem("アクセシビリティ", "front.accessibility", order=40),
    ),
)
