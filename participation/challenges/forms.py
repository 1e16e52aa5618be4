"""Forms of challenges, ideas and calls for cooperation."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField
from wtforms.validators import Optional

from participation.challenges.commands import ChallengeDraft, IdeaDraft
from participation.challenges.domain import (
    CALL_END_NAMES,
    MATERIAL_NAMES,
    MOST_CONTACT,
    MOST_REASON,
    MOST_TEXT,
    MOST_TITLE,
    SIDE_NAMES,
    CallDraft,
    CallSide,
    ChallengeText,
    IdeaText,
    resources,
    stages,
)
from participation.challenges.models import Challenge
from participation.contributions.forms import CarefulForm
from participation.foundation import clock
from participation.foundation.errors import Refused
from participation.foundation.file_kinds import CheckedFile, take_file
from participation.foundation.text import excerpt
from participation.people.domain import STANDING_NAMES, Standing
from participation.web.forms import (
    ChoiceList,
    ChoiceMany,
    ChoiceOne,
    Day,
    Form,
    Length,
    Required,
    RequiredChoice,
    TextBody,
    TextLine,
)


class PlainForm(Form):
    """A button."""


class ChallengeForm(Form):
    """The words of a challenge, its section, its deadline and what in the plan it is about."""

    title = TextLine("題名", [Required("題名を書いてください。"), Length(most=MOST_TITLE)])
    background = TextBody(
        "背景（いま何が起きているか）", [Required("背景を書いてください。"), Length(most=MOST_TEXT)]
    )
    wanted = TextBody(
        "求めるアイデア", [Required("どんなアイデアがほしいかを書いてください。"), Length(most=MOST_TEXT)]
    )
    offer = TextBody("区が出せるもの", [Length(most=MOST_TEXT)])
    section = ChoiceList("担当の課", [RequiredChoice("課を選んでください。")], coerce=int)
    closes_on = Day("アイデアの期限（この日まで）", [Optional()])
    ties = ChoiceMany("関わる計画の項目", coerce=int)
    version = HiddenField()

    def offer_choices(
        self, sections: list[tuple[int, str]], subjects: list[tuple[int, str]]
    ) -> ChallengeForm:
        """Offer the sections and the items of the plan."""
        self.section.choices = sections
        # Their whole titles, hundreds of them, would be most of the page.
        self.ties.choices = [(subject_id, excerpt(title, 36)) for subject_id, title in subjects]
        return self

    def draft(self) -> ChallengeDraft:
        """Return what was written."""
        return ChallengeDraft(
            ChallengeText(self.title.data, self.background.data, self.wanted.data, self.offer.data),
            section_id=self.section.data,
            closes_at=clock.end_of(self.closes_on.data) if self.closes_on.data else None,
            ties=self.ties.data or (),
        )


def challenge_values(challenge: Challenge, ties: list[int]) -> dict[str, Any]:
    """Return what stands in the form of a challenge."""
    return {
        "title": challenge.title,
        "background": challenge.background,
        "wanted": challenge.wanted,
        "offer": challenge.offer,
        "section": challenge.section_id,
        "closes_on": clock.last_day(challenge.closes_at) if challenge.closes_at else None,
        "ties": ties,
        "version": str(challenge.version),
    }


class StageForm(Form):
    """To which stage, why, by which section."""

    stage = ChoiceList("次の段階", [RequiredChoice("段階を選んでください。")])
    section = ChoiceList("担当の課", coerce=int)
    reason = TextBody(
        "理由（公開のページに載ります）", [Required("理由を書いてください。"), Length(most=MOST_REASON)]
    )

    def offer(self, stage: str, sections: list[tuple[int, str]]) -> StageForm:
        """Offer the stages that may follow, and the sections."""
        self.stage.choices = [(code, stages()[code].name) for code in stages()[stage].follows]
        self.section.choices = [(0, "（課を示さない）"), *sections]
        return self


class MaterialForm(Form):
    """A figure, a link or a file."""

    kind = ChoiceOne("資料の形", [RequiredChoice()], choices=list(MATERIAL_NAMES.items()), default="figure")
    title = TextLine("何の資料か", [Required("何の資料かを書いてください。"), Length(most=200)])
    value = TextLine("数字、またはリンクの住所", [Length(most=500)])
    source = TextLine("出典と時点", [Length(most=200)])
    file = FileField("ファイル")

    def upload(self) -> tuple[CheckedFile, bytes]:
        """Return the chosen file, checked by its content. Raises Refused."""
        chosen = self.file.data
        if not getattr(chosen, "filename", ""):
            raise Refused("ファイルを選んでください。", field="file")
        content = chosen.read()
        chosen.seek(0)  # Whether it was sent before is seen from its content, too.
        try:
            return take_file(chosen.filename, content)
        except Refused as refusal:
            raise Refused(refusal.reason, field="file") from refusal


class IdeaForm(CarefulForm):
    """An idea: its words, as whom it is offered, whom to ask."""

    careful_with = ("title", "idea", "brings")

    speaks_as = ChoiceList("だれとして出すか")
    about = ChoiceList("計画のどこについてのアイデアか", coerce=int)
    title = TextLine("題名", [Required("題名を書いてください。"), Length(most=MOST_TITLE)])
    idea = TextBody("アイデア", [Required("アイデアを書いてください。"), Length(most=MOST_TEXT)])
    brings = TextBody("あなたや団体が出せるもの", [Length(most=MOST_TEXT)])
    standings = ChoiceMany("区とのかかわり（個人として出すとき）", choices=list(STANDING_NAMES.items()))
    contact_name = TextLine("担当者の名前", [Length(most=100)])
    contact = TextLine("連絡先（電話かメール）", [Length(most=MOST_CONTACT)])
    shows_contact = BooleanField("担当者の名前と連絡先を、だれでも見られるようにする")
    may_be_taken_up = BooleanField("ほかの団体が、このアイデアから提案をつくってもよい")

    def draft(self, about_id: int | None = None) -> IdeaDraft:
        """Return what was written."""
        return IdeaDraft(
            IdeaText(self.title.data, self.idea.data.strip(), self.brings.data.strip()),
            about_id=about_id,
            standings=[Standing(each) for each in self.standings.data or ()],
            contact_name=self.contact_name.data,
            contact=self.contact.data,
            shows_contact=bool(self.shows_contact.data),
            may_be_taken_up=bool(self.may_be_taken_up.data),
        )


class LinkForm(Form):
    """A person's word on a candidate, or on a link that stands."""

    chosen = ChoiceOne("どれについて", [RequiredChoice("一つ選んでください。")])
    reason = TextBody("合わない理由", [Length(most=MOST_REASON)])

    def offer(self, candidates: list[tuple[str, str]], linked: list[tuple[str, str]]) -> LinkForm:
        """Offer the candidates, and those that are linked already."""
        standing = [(public_id, f"{title}（結び付けずみ）") for public_id, title in linked]
        self.chosen.choices = [*candidates, *standing]
        return self


class GrowForm(Form):
    """For which organisation a proposal is begun."""

    organisation = ChoiceList("提案する団体", [RequiredChoice("団体を選んでください。")])


class CallForm(CarefulForm):
    """What an organisation needs or offers."""

    careful_with = ("title", "text")

    organisation = ChoiceList("募集する団体", [RequiredChoice("団体を選んでください。")])
    side = ChoiceOne("募集の向き", [RequiredChoice()], choices=list(SIDE_NAMES.items()), default="needs")
    title = TextLine("題名", [Required("題名を書いてください。"), Length(most=MOST_TITLE)])
    text = TextBody("くわしい内容", [Required("くわしい内容を書いてください。"), Length(most=MOST_TEXT)])
    resources = ChoiceMany("求めるもの・出せるもの")
    about = ChoiceList("関わる計画の項目や区政課題", coerce=int)
    area = ChoiceList("場所", coerce=int)
    begins_on = Day("期間の始まり", [Optional()])
    ends_on = Day("期間の終わり", [Optional()])
    apply_until = Day("応募の期限（この日まで）", [Optional()])
    contact = TextLine("連絡先（応募を受け入れた団体だけに伝えます）", [Length(most=MOST_CONTACT)])

    def offer(
        self,
        organisations: list[tuple[str, str]],
        areas: list[tuple[int, str]],
        subjects: list[tuple[int, str]],
    ) -> CallForm:
        """Offer what may be chosen."""
        self.organisation.choices = organisations
        self.area.choices = [(0, "区の全体"), *areas]
        self.about.choices = [(0, "選ばない"), *subjects]
        self.resources.choices = list(resources().items())
        return self

    def draft(self) -> CallDraft:
        """Return what was written."""
        return CallDraft(
            side=CallSide(self.side.data),
            title=self.title.data,
            text=self.text.data.strip(),
            resources=tuple(self.resources.data or ()),
            about_id=self.about.data or None,
            area_id=self.area.data or None,
            begins_on=self.begins_on.data,
            ends_on=self.ends_on.data,
            apply_until=self.apply_until.data,
            contact=self.contact.data,
        )


class ChangeCallForm(CallForm):
    """A call that is rewritten, with what changes and why."""

    reason = TextBody(
        "何を、なぜ変えたか（公開のページに載り、応募した団体に伝わります）",
        [
            Required("何を、なぜ変えたかを書いてください。応募した団体に伝わります。"),
            Length(most=MOST_REASON),
        ],
    )
    version = HiddenField()


def call_values(draft: CallDraft, version: int) -> dict[str, Any]:
    """Return what stands in the form of a call."""
    return {
        "side": draft.side.value,
        "title": draft.title,
        "text": draft.text,
        "resources": list(draft.resources),
        "about": draft.about_id or 0,
        "area": draft.area_id or 0,
        "begins_on": draft.begins_on,
        "ends_on": draft.ends_on,
        "apply_until": draft.apply_until,
        "contact": draft.contact,
        "version": str(version),
    }


class ApplyForm(Form):
    """An organisation's application."""

    organisation = ChoiceList("応募する団体", [RequiredChoice("団体を選んでください。")])
    message = TextBody(
        "相手の団体への説明", [Required("何ができるかを書いてください。"), Length(most=MOST_REASON)]
    )
    contact = TextLine(
        "連絡先（受け入れられたときだけ、相手に伝えます）",
        [Required("連絡先を入れてください。"), Length(most=MOST_CONTACT)],
    )


class AnswerForm(Form):
    """A yes or no with its reason."""

    answer = TextBody(
        "返事の理由（相手の団体が読みます）", [Required("理由を書いてください。"), Length(most=MOST_REASON)]
    )


class CloseForm(Form):
    """How a call ends, and why."""

    how = ChoiceOne(
        "終え方", [RequiredChoice("選んでください。")], choices=list(CALL_END_NAMES.items()), default="done"
    )
    reason = TextBody(
        "終える理由（公開のページに載ります）", [Required("理由を書いてください。"), Length(most=MOST_REASON)]
    )
