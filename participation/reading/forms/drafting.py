"""What staff ask a machine for, and that they agree to what is sent (機械に頼む案)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wtforms import BooleanField, HiddenField

from participation.reading.domain.drafting import DRAFT_KIND_NAMES, DraftKind
from participation.web.forms import ChoiceList, ChoiceOne, Form, Length, RequiredChoice, TextLine

_PUBLIC_ID = re.compile(r"[0-9A-Za-z]{4,16}")
NOT_AGREED = "送る内容を読んで、同意のしるしを付けてください。"


class QuestionForm(Form):
    """About which opinions a machine shall propose what."""

    consultation = ChoiceList("案件", validators=[RequiredChoice("案件を選んでください。")])
    kind = ChoiceOne(
        "つくる案", [RequiredChoice("つくる案を選んでください。")], choices=list(DRAFT_KIND_NAMES.items())
    )
    numbers = TextLine("意見の番号", [Length(most=2000)])
    topic = HiddenField(default="")
    #: The public id of the point (論点) for whose reply a draft is wanted.
    point = HiddenField(default="")
    #: Of exactly which question somebody saw what is sent.
    sha256 = HiddenField(default="")
    agreed = BooleanField("上の内容を、上のサーバーに送ることに同意します")

    def offer(self, consultations: Sequence[tuple[str, str]]) -> QuestionForm:
        """Offer the consultations to which somebody said something."""
        self.consultation.choices = list(consultations)
        return self

    @property
    def chosen_point(self) -> str:
        """For the reply to which point; empty: none."""
        point = self.point.data or ""
        return point if self.chosen_kind is DraftKind.REPLY and _PUBLIC_ID.fullmatch(point) else ""

    @property
    def chosen_kind(self) -> DraftKind:
        """What shall be proposed."""
        return DraftKind(self.kind.data)
