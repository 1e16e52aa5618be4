"""Forms of proposals."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField

from participation.contributions.forms import CarefulForm
from participation.proposals.domain import MOST_PART, MOST_REASON, MOST_TITLE, PARTS, ProposalText, stages
from participation.proposals.models import Proposal
from participation.proposals.queries import text_of
from participation.web.forms import ChoiceList, Form, Length, Required, RequiredChoice, TextBody, TextLine


class NewForm(Form):
    """The beginning of a proposal: for whom, about what, under which title."""

    organisation = ChoiceList("提案する団体", [RequiredChoice("団体を選んでください。")])
    about = ChoiceList("計画のどこについての提案か", [RequiredChoice("選んでください。")], coerce=int)
    title = TextLine("題名", [Required("題名を書いてください。"), Length(most=MOST_TITLE)])


class TextForm(CarefulForm):
    """The words of a proposal."""

    careful_with = ("title", *(code for code, _, _ in PARTS))
    #: A draft is nobody else's to read yet.
    is_draft = False

    title = TextLine("題名", [Length(most=MOST_TITLE)])
    purpose = TextBody(PARTS[0][1], [Length(most=MOST_PART)])
    roles = TextBody(PARTS[1][1], [Length(most=MOST_PART)])
    resources = TextBody(PARTS[2][1], [Length(most=MOST_PART)])
    request = TextBody(PARTS[3][1], [Length(most=MOST_PART)])
    version = HiddenField()

    def is_sending(self) -> bool:
        """Whether others will read it: a draft is only kept."""
        return not self.is_draft

    def text(self) -> ProposalText:
        """Return what was written."""
        return ProposalText(
            self.title.data, self.purpose.data, self.roles.data, self.resources.data, self.request.data
        )

    @property
    def seen_version(self) -> int:
        """The version of the row that the writer had before them."""
        given = self.version.data or ""
        return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0


def text_form(proposal: Proposal) -> TextForm:
    """Return the form with the words as they stand."""
    values: dict[str, Any] = {**text_of(proposal).as_dict(), "version": str(proposal.version)}
    return TextForm(data=values)


class PlainForm(Form):
    """A button: endorse, take back, withdraw, discard."""


class AdvanceForm(Form):
    """To which stage, why, by which section."""

    stage = ChoiceList("次の段階", [RequiredChoice("段階を選んでください。")])
    section = ChoiceList("担当の課", coerce=int)
    reason = TextBody(
        "理由（公開のページに載ります）", [Required("理由を書いてください。"), Length(most=MOST_REASON)]
    )

    def offer(self, stage: str, sections: list[tuple[int, str]]) -> AdvanceForm:
        """Offer the stages that may follow, and the sections."""
        self.stage.choices = [(code, stages()[code].name) for code in stages()[stage].follows]
        self.section.choices = [(0, "（課を示さない）"), *sections]
        return self
