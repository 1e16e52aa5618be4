"""The form of an organisation."""

from __future__ import annotations

from wtforms import IntegerField
from wtforms.validators import NumberRange, Optional

from participation.organisations.commands import OrganisationDraft
from participation.organisations.domain import KIND_NAMES, OrganisationKind
from participation.web.forms import ChoiceList, Form, Length, Required, TextBody, TextLine


class OrganisationForm(Form):
    """Registering an organisation (団体の登録)."""

    name = TextLine("団体の名前", [Required("団体の名前を入力してください。"), Length(most=120)])
    kind = ChoiceList("種類", choices=[(kind.value, name) for kind, name in KIND_NAMES.items()])
    district = ChoiceList("おもに活動する住区")
    introduction = TextBody("どんな団体か（公開します）", [Length(most=600)])
    represented_count = IntegerField(
        "会員や世帯の数",
        [Optional(), NumberRange(0, 1_000_000, "0から1,000,000までの数を入力してください。")],
    )

    def draft(self) -> OrganisationDraft:
        """Return what was filled in."""
        return OrganisationDraft(
            name=self.name.data,
            kind=OrganisationKind(self.kind.data),
            district_id=int(self.district.data) if self.district.data else None,
            introduction=self.introduction.data,
            represented_count=self.represented_count.data,
        )
