"""Forms of an organisation: what is registered, what staff decide about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask_wtf.file import FileField
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, IntegerField
from wtforms.validators import NumberRange, Optional

from participation.foundation import files
from participation.foundation.errors import Refused
from participation.foundation.file_kinds import CheckedFile, take_file
from participation.organisations.commands import OrganisationDraft
from participation.organisations.domain import FILE_ROOM, kinds
from participation.organisations.models import CommunityOrganisation
from participation.places import queries as places
from participation.web.forms import ChoiceList, Day, Form, Length, Required, TextBody, TextLine
from participation.web.submissions import one_submission

MOST_APPROVALS = 20


class OrganisationForm(Form):
    """Registering an organisation (団体の登録), or changing what is registered."""

    name = TextLine("団体の名前", [Required("団体の名前を入力してください。"), Length(most=120)])
    kind = ChoiceList("種類")
    area = ChoiceList("おもに活動する地区")
    district = ChoiceList("おもに活動する住区")
    introduction = TextBody("どんな団体か（公開します）", [Length(most=600)])
    website = TextLine(
        "ホームページ（公開します）",
        [Length(most=300)],
        render_kw={"inputmode": "url", "spellcheck": "false"},
    )
    represented_count = IntegerField(
        "会員や世帯の数",
        [Optional(), NumberRange(0, 1_000_000, "0から1,000,000までの数を入力してください。")],
    )
    represented_on = Day("いつの時点の数か", [Optional()])
    approvals_needed = IntegerField(
        "団体の名前で提案を出す前に、承認する担当者の数",
        [Optional(), NumberRange(0, MOST_APPROVALS, f"0から{MOST_APPROVALS}までの数を入力してください。")],
        default=0,
    )
    representative = TextLine("代表者の氏名（公開しません）", [Length(most=100)])
    contact = TextLine("連絡先（公開しません）", [Length(most=200)])
    rules = FileField("規約など")
    version = HiddenField()

    def offer(self) -> OrganisationForm:
        """Offer the kinds and the places of the ward."""
        self.kind.choices = [(kind.code, kind.name) for kind in kinds().values()]
        self.area.choices = [("", "区の全体、または決まっていない")] + [
            (str(each.id), each.name) for each in places.list_areas()
        ]
        self.district.choices = [("", "決まっていない")] + [
            (str(each.id), each.name) for each in places.list_districts()
        ]
        return self

    def upload(self) -> tuple[CheckedFile, bytes] | None:
        """Return the chosen file, checked by its content; None: none was chosen. Raises Refused."""
        chosen = self.rules.data
        if not getattr(chosen, "filename", ""):
            return None
        content = chosen.read()
        chosen.seek(0)  # Whether it was sent before is seen from its content, too.
        try:
            return take_file(chosen.filename, content)
        except Refused as refusal:
            raise Refused(refusal.reason, field="rules") from refusal

    def draft(self, rules: CheckedFile | None = None) -> OrganisationDraft:
        """Return what was filled in."""
        return OrganisationDraft(
            name=self.name.data,
            kind=self.kind.data,
            area_id=int(self.area.data) if self.area.data else None,
            district_id=int(self.district.data) if self.district.data else None,
            introduction=self.introduction.data,
            website=self.website.data,
            represented_count=self.represented_count.data,
            represented_on=self.represented_on.data,
            approvals_needed=self.approvals_needed.data or 0,
            representative=self.representative.data,
            contact=self.contact.data,
            rules=rules,
        )

    def hand_in(self, save: Callable[[OrganisationDraft], str]) -> Response | None:
        """Keep the chosen document and let `save` store what was filled in; return its answer.

        `save` returns where the reader goes. None: something is refused, and the form says what.
        """
        try:
            upload = self.upload()
            if upload is not None:
                files.keep(upload[1], FILE_ROOM)
            with one_submission(self) as answer:
                answer.location = save(self.draft(upload[0] if upload else None))
            if answer.given:
                return answer.redirect()
        except Refused as refusal:
            self.refuse(refusal)
        return None


def organisation_form(organisation: CommunityOrganisation) -> OrganisationForm:
    """Return the form with what is registered; representative and contact are never put back into a page."""
    values: dict[str, Any] = {
        "name": organisation.name,
        "kind": organisation.kind,
        "area": str(organisation.area_id or ""),
        "district": str(organisation.district_id or ""),
        "introduction": organisation.introduction,
        "website": organisation.website,
        "represented_count": organisation.represented_count,
        "represented_on": organisation.represented_on,
        "approvals_needed": organisation.approvals_needed,
        "version": str(organisation.version),
    }
    return OrganisationForm(data=values)


class ConfirmForm(Form):
    """What staff looked at, and until when the confirmation holds (確認・更新)."""

    saw_rules = BooleanField(
        "規約など、団体の書類を見た", [Required("書類を見てから、しるしを付けてください。")]
    )
    saw_representative = BooleanField(
        "代表者と連絡先を確かめた", [Required("代表者を確かめてから、しるしを付けてください。")]
    )
    until = Day("確認の有効期限（この日の前日まで）", [Required("日付を入力してください。")])
    note = TextBody("確かめ方の覚え書き", [Length(most=600)])

    def day(self) -> date:
        """Return the first day on which it no longer holds."""
        assert self.until.data is not None
        return self.until.data


class ReasonForm(Form):
    """Why it is returned or withdrawn."""

    reason = TextBody("理由", [Required("理由を書いてください。"), Length(most=1000)])
