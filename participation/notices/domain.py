"""Notices in words: kinds, and why somebody gets one."""

from __future__ import annotations

from enum import StrEnum


class NotificationKind(StrEnum):
    """What a notice is about (お知らせの種類)."""

    ANSWERED = "answered"
    REPLIED = "replied"
    TOLD = "told"
    THREAD = "thread"
    RESULT = "result"


#: なぜ届いたか.
WHY = {
    NotificationKind.ANSWERED: "あなたの意見に、区が考え方を公表したため",
    NotificationKind.REPLIED: "あなたの投稿に返信があったため",
    NotificationKind.TOLD: "あなたの投稿について、区から伝えることがあるため",
    NotificationKind.THREAD: "フォローしている話題に、新しい話し合いができたため",
    NotificationKind.RESULT: "フォローしている案件や話題の結果が公表されたため",
}

ANSWERED_TITLE = "あなたの意見に、区の考え方が公表されました"
RESULT_TITLE = "結果が公表されました"
NO_LONGER_SHOWN = "この投稿は、今は表示されていません。"
