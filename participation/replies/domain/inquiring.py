"""Inquiries (照会) to other sections: their states and acts."""

from __future__ import annotations

from enum import StrEnum


class InquiryStatus(StrEnum):
    """How far a question to another section is (照会の状態)."""

    ASKED = "asked"
    PARTLY = "partly"
    ANSWERED = "answered"
    RETURNED = "returned"
    CLOSED = "closed"


INQUIRY_NAMES = {
    InquiryStatus.ASKED: "回答待ち",
    InquiryStatus.PARTLY: "一部の回答あり",
    InquiryStatus.ANSWERED: "回答あり",
    InquiryStatus.RETURNED: "追加の回答待ち",
    InquiryStatus.CLOSED: "終わり",
}
INQUIRY_KINDS = {
    InquiryStatus.ASKED: "wait",
    InquiryStatus.PARTLY: "work",
    InquiryStatus.ANSWERED: "open",
    InquiryStatus.RETURNED: "danger",
    InquiryStatus.CLOSED: "done",
}
#: The asked section has something to do.
TO_ANSWER = frozenset({InquiryStatus.ASKED, InquiryStatus.PARTLY, InquiryStatus.RETURNED})


class InquiryAct(StrEnum):
    """What happened to a question to another section (照会の動き)."""

    ASKED = "asked"
    ANSWERED = "answered"
    RETURNED = "returned"
    CLOSED = "closed"


INQUIRY_ACT_NAMES = {
    InquiryAct.ASKED: "照会しました",
    InquiryAct.ANSWERED: "回答しました",
    InquiryAct.RETURNED: "追加の回答を求めました",
    InquiryAct.CLOSED: "照会を終えました",
}
MAX_NOTE = 1000
MAX_QUESTION = 2000
MAX_ANSWER = 4000
