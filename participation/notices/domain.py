"""Notices in words: kinds, and why somebody gets one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from participation.i18n import furigana


class NotificationKind(StrEnum):
    """What a notice is about (お知らせの種類)."""

    ANSWERED = "answered"
    REPLIED = "replied"
    TOLD = "told"
    THREAD = "thread"
    RESULT = "result"
    FOLLOWED_UP = "followed_up"
    PROPOSAL = "proposal"
    COOPERATION = "cooperation"
    AGREEMENT = "agreement"


#: What everybody who handed something in is told, with an account or without (受付番号のページ・文書).
FOR_EVERYBODY = (NotificationKind.ANSWERED, NotificationKind.FOLLOWED_UP)

#: なぜ届いたか.
WHY = {
    NotificationKind.ANSWERED: "あなたの意見に、区が考え方を公表したため",
    NotificationKind.REPLIED: "あなたの投稿に返信があったため",
    NotificationKind.TOLD: "あなたの投稿について、区から伝えることがあるため",
    NotificationKind.THREAD: "フォローしている話題に、新しい話し合いができたため",
    NotificationKind.RESULT: "フォローしている案件や話題の結果が公表されたため",
    NotificationKind.FOLLOWED_UP: "あなたの意見への区の考え方に、そのあと動きがあったため",
    NotificationKind.PROPOSAL: "あなたが賛同したり、修正案を出したり、団体の担当者として関わったりする提案に、動きがあったため",
    NotificationKind.COOPERATION: "あなたが担当する団体の協力の募集や応募に、動きがあったため",
    NotificationKind.AGREEMENT: "あなたが承認の権限を持つ団体で、団体の名前で出す前の承認を頼まれたため",
}

PROPOSAL_REVISED_TITLE = "賛同した提案の文章が書き直されました"
PROPOSAL_JOINED_TITLE = "賛同した提案が、ほかの提案にまとめられました"
PROPOSAL_WITHDRAWN_TITLE = "賛同した提案が取り下げられました"
PROPOSAL_ADVANCED_TITLE = "提案が次の段階へ進みました"
AMENDMENT_OFFERED_TITLE = "団体の提案に、修正案が届きました"
MERGE_OFFERED_TITLE = "団体の提案に、まとめる申し出が届きました"
AGREEMENT_ASKED_TITLE = "団体の中で、承認を頼まれています"
CALL_REVISED_TITLE = "応募した協力の募集が書き直されました"
CALL_CLOSED_TITLE = "応募した協力の募集が終わりました"
APPLICATION_SENT_TITLE = "協力の募集に、応募が届きました"
APPLICATION_TITLES = {
    True: "応募が受け入れられました",
    False: "応募に返事が届きました",
}
AMENDMENT_TITLES = {
    True: "あなたの修正案を、団体が取り入れました",
    False: "あなたの修正案に、団体が返事をしました",
}
ANSWERED_TITLE = "あなたの意見に、区の考え方が公表されました"
CORRECTED_TITLE = "あなたの意見への区の考え方が訂正されました"
RESULT_TITLE = "結果が公表されました"
NO_LONGER_SHOWN = "この投稿は、今は表示されていません。"


#: The language of who wrote in やさしい日本語, or asked for it.
SIMPLE = "ja-simple"
EASY_NAME, CHILD_NAME = "やさしい日本語", "こども版"


@dataclass(frozen=True)
class Worded:
    """What the ward says in one of its wordings (ことばの版): the formal one has no name."""

    name: str
    text: str

    @property
    def plain_text(self) -> str:
        """The words for what shows nothing above a line: readings of the plain versions stand in brackets."""
        return furigana.in_words(self.text) if self.name else self.text

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """The words piece by piece with their reading or nothing; in formal words nothing is taken for a reading."""
        return tuple(furigana.pieces(self.text)) if self.name else ((self.text, ""),)


def wordings(text: str, easy: str, child: str, language: str = "") -> tuple[Worded, ...]:
    """Return the formal words and the plain ones beside them; plain ones first for who reads やさしい日本語."""
    formal = (Worded("", text),) if text else ()
    plain = tuple(Worded(name, words) for name, words in ((EASY_NAME, easy), (CHILD_NAME, child)) if words)
    return (*plain, *formal) if language == SIMPLE else (*formal, *plain)


class LetterState(StrEnum):
    """How far a letter on paper is (文書の状態)."""

    PREPARED = "prepared"
    PRINTED = "printed"
    POSTED = "posted"
    HANDED_OVER = "handed_over"
    NO_ADDRESS = "no_address"


class DeliveryState(StrEnum):
    """How far the message about an opinion is on its way to who handed it in (届きかた)."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SITE_ONLY = "site_only"
    PAPER = "paper"
    PREPARED = "prepared"
    PRINTED = "printed"
    POSTED = "posted"
    HANDED_OVER = "handed_over"
    NO_ADDRESS = "no_address"
    RECEIPT_ONLY = "receipt_only"


#: (name, what it means, kind of tag).
DELIVERY_NAMES = {
    DeliveryState.WAITING: ("メールを書く前", "まもなく書かれます。", "wait"),
    DeliveryState.SENDING: ("メールの送信待ち", "送れるまで、自動で何度か試します。", "work"),
    DeliveryState.SENT: ("メールを送った", "", "done"),
    DeliveryState.FAILED: ("メールを送れなかった", "もう一度送るか、ほかの方法で伝えてください。", "danger"),
    DeliveryState.SITE_ONLY: (
        "サイトだけ",
        "メールを受け取らない人です。サイトの「お知らせ」に出ています。",
        "done",
    ),
    DeliveryState.PAPER: (
        "文書を待つ",
        "アカウントがなく、氏名・住所がある人です。文書を用意してください。",
        "wait",
    ),
    DeliveryState.PREPARED: ("文書の印刷待ち", "用意した文書を印刷してください。", "wait"),
    DeliveryState.PRINTED: ("文書の発送待ち", "発送したら、その日を記してください。", "work"),
    DeliveryState.POSTED: ("文書を発送した", "", "done"),
    DeliveryState.HANDED_OVER: ("手渡し・口頭", "窓口や電話で伝えました。", "done"),
    DeliveryState.NO_ADDRESS: (
        "住所がない",
        "氏名・住所の欄に、送れる住所がありません。受付番号のページでは読めます。",
        "stop",
    ),
    DeliveryState.RECEIPT_ONLY: (
        "受付番号のページだけ",
        "名のらずに出した人です。受付番号と合言葉で、同じ内容を読めます。",
        "done",
    ),
}
MAX_REASON = 200
