"""Forms of proposals."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField

from participation.contributions.forms import CarefulForm
from participation.foundation.errors import Refused
from participation.foundation.file_kinds import CheckedFile, take_file
from participation.proposals.domain import (
    EXTRA_PARTS,
    MOST_PART,
    MOST_REASON,
    MOST_TITLE,
    PART_NAMES,
    PARTS,
    VERDICT_NAMES,
    ProposalText,
    Verdict,
    criteria,
    stages,
)
from participation.proposals.models import Proposal
from participation.proposals.queries import text_of
from participation.web.forms import (
    ChoiceList,
    ChoiceMany,
    ChoiceOne,
    Form,
    Length,
    Required,
    RequiredChoice,
    TextBody,
    TextLine,
)


class NewForm(Form):
    """The beginning of a proposal: for whom, about what, under which title."""

    organisation = ChoiceList("提案する団体", [RequiredChoice("団体を選んでください。")])
    about = ChoiceList("計画のどこについての提案か", [RequiredChoice("選んでください。")], coerce=int)
    title = TextLine("題名", [Required("題名を書いてください。"), Length(most=MOST_TITLE)])
    #: Set once the writer has seen the proposals that are alike.
    saw_similar = BooleanField("似た提案を読んだうえで、新しく書きはじめる")


class TextForm(CarefulForm):
    """The words of a proposal."""

    careful_with = tuple(PART_NAMES)
    #: A draft is nobody else's to read yet.
    is_draft = False

    title = TextLine("題名", [Length(most=MOST_TITLE)])
    purpose = TextBody(PARTS[0][1], [Length(most=MOST_PART)])
    roles = TextBody(PARTS[1][1], [Length(most=MOST_PART)])
    resources = TextBody(PARTS[2][1], [Length(most=MOST_PART)])
    request = TextBody(PARTS[3][1], [Length(most=MOST_PART)])
    cost = TextBody(EXTRA_PARTS[0][1], [Length(most=MOST_PART)])
    place = TextBody(EXTRA_PARTS[1][1], [Length(most=300)])
    effect = TextBody(EXTRA_PARTS[2][1], [Length(most=MOST_PART)])
    version = HiddenField()

    def is_sending(self) -> bool:
        """Whether others will read it: a draft is only kept."""
        return not self.is_draft

    def text(self) -> ProposalText:
        """Return what was written."""
        return ProposalText(**{part: getattr(self, part).data for part in PART_NAMES})

    def take_over(self, text: ProposalText, version: int) -> None:
        """Put words that were joined with another's into the fields, as of this version of the row."""
        for part, words in text.as_dict().items():
            getattr(self, part).data = words
        self.version.data = str(version)


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


class ReviewForm(Form):
    """What the ward finds under one criterion."""

    criterion = ChoiceList("観点", [RequiredChoice("観点を選んでください。")])
    verdict = ChoiceOne("評価", [RequiredChoice("評価を選んでください。")])
    section = ChoiceList("担当の課", coerce=int)
    reason = TextBody(
        "評価の理由（公開のページに載ります）",
        [Required("理由を書いてください。"), Length(most=MOST_REASON)],
    )

    def offer(self, sections: list[tuple[int, str]]) -> ReviewForm:
        """Offer the published criteria, and the sections."""
        self.criterion.choices = [(each.code, f"{each.kind}：{each.name}") for each in criteria().values()]
        self.verdict.choices = [(each.value, VERDICT_NAMES[each][0]) for each in Verdict]
        self.section.choices = [(0, "（課を示さない）"), *sections]
        return self


class AmendmentForm(CarefulForm):
    """Other words for a part of a proposal."""

    careful_with = ("after", "reason")

    speaks_as = ChoiceList("だれとして出すか")
    after = TextBody("こう直してはどうか", [Length(most=MOST_PART)])
    reason = TextBody("理由", [Required("理由を書いてください。"), Length(most=MOST_REASON)])


class AnswerForm(Form):
    """A yes or no with its reason."""

    answer = TextBody(
        "返事の理由（公開のページに載ります）",
        [Required("理由を書いてください。"), Length(most=MOST_REASON)],
    )


class MergeForm(Form):
    """Offering to join two proposals."""

    other = ChoiceList("いっしょにしたい提案", [RequiredChoice("提案を選んでください。")])
    direction = ChoiceOne(
        "まとめかた",
        [RequiredChoice("選んでください。")],
        choices=[
            ("into_other", "こちらの提案を終えて、相手の提案にまとめる"),
            ("into_this", "相手の提案を終えて、こちらの提案にまとめる"),
        ],
        default="into_other",
    )
    message = TextBody(
        "相手の団体への説明（公開のページに載ります）",
        [Required("なぜいっしょにするとよいかを書いてください。"), Length(most=MOST_REASON)],
    )


class TieForm(Form):
    """Which other items of the plan it is about."""

    ties = ChoiceMany("関わる項目", coerce=int)


class AttachForm(Form):
    """A document for a proposal."""

    file = FileField("資料のファイル", [FileRequired("ファイルを選んでください。")])
    description = TextLine(
        "何の資料か", [Required("何の資料かを書いてください。開けない人にも伝わります。"), Length(most=300)]
    )

    def upload(self) -> tuple[CheckedFile, bytes]:
        """Return the chosen file, checked by its content. Raises Refused."""
        chosen = self.file.data
        content = chosen.read()
        chosen.seek(0)  # Whether it was sent before is seen from its content, too.
        try:
            return take_file(chosen.filename, content)
        except Refused as refusal:
            raise Refused(refusal.reason, field="file") from refusal


class NoteForm(Form):
    """What staff found."""

    note = TextBody("確かめたこと", [Required("確かめたことを書いてください。"), Length(most=1000)])
