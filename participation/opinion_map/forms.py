"""Forms of opinion maps."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField

from participation.consultations.forms import AskingForm, asking_values
from participation.contributions.forms import CarefulForm
from participation.foundation.errors import Refused
from participation.opinion_map.domain.maps import (
    AUDIENCE_NAMES,
    MOST_STATEMENT,
    RESULTS_NAMES,
    Audience,
    MapAnswer,
    MapDraft,
    ResultsShown,
)
from participation.opinion_map.models import OpinionMap
from participation.web.forms import (
    ChoiceOne,
    Form,
    Length,
    Required,
    RequiredChoice,
    TextBody,
    TextLine,
    whole_number,
)


class AnswerForm(Form):
    """One answer to one statement: the button that was pressed."""

    statement = HiddenField()
    answer = HiddenField()
    #: "list" where the answer was changed in the list of all statements.
    came_from = HiddenField()

    @property
    def given(self) -> MapAnswer | None:
        """The answer, None where it is none."""
        return MapAnswer(self.answer.data) if self.answer.data in set(MapAnswer) else None


class OfferForm(CarefulForm):
    """A statement that a resident offers."""

    careful_with = ("text",)

    text = TextLine("あなたの意見文", [Required("意見文を書いてください。"), Length(most=MOST_STATEMENT)])


class MapForm(AskingForm):
    """What staff decide about a map."""

    question = TextLine("問い", [Required("問いを書いてください。"), Length(most=200)])
    explanation = TextBody("説明", [Length(most=3000)])
    audience = ChoiceOne("答えられる人", [RequiredChoice()], choices=list(AUDIENCE_NAMES.items()))
    results_shown = ChoiceOne("途中の地図", [RequiredChoice()], choices=list(RESULTS_NAMES.items()))
    takes_statements = BooleanField("区民からも意見文を受け付ける")

    def draft(self) -> MapDraft:
        """Return what was decided; the last day counts whole."""
        return MapDraft(
            question=self.question.data,
            explanation=self.explanation.data,
            **self.asked(),
            audience=Audience(self.audience.data),
            results_shown=ResultsShown(self.results_shown.data),
            takes_statements=self.takes_statements.data,
        )


class SeedForm(Form):
    """Statements in the words of staff, one a line."""

    texts = TextBody("意見文", [Required("意見文を1行に1つずつ書いてください。")])

    @property
    def lines(self) -> list[str]:
        """One statement each."""
        return self.texts.data.split("\n")


class RemoveForm(Form):
    """Why a statement is not asked any more."""

    reason = TextLine("取り下げる理由", [Required("取り下げる理由を書いてください。"), Length(most=200)])


class MergeForm(Form):
    """Into which statement another is merged."""

    number = TextLine("まとめる先の番号", [Required("まとめる先の番号を入れてください。")])

    @property
    def target(self) -> int:
        """The number; 0 where it is none."""
        return whole_number(self.number.data, least=0, most=10**8, default=0)


class RunForm(Form):
    """A button: compute."""

    seed = TextLine("乱数の種")

    @property
    def chosen_seed(self) -> int:
        """The seed of all lots of the computing."""
        return whole_number(self.seed.data, least=0, most=10**8, default=0)


class GroupsForm(Form):
    """The names of the groups of a run, five at most."""

    name1 = TextLine("グループAの名前", [Length(most=40)])
    remark1 = TextLine("グループAの説明", [Length(most=200)])
    name2 = TextLine("グループBの名前", [Length(most=40)])
    remark2 = TextLine("グループBの説明", [Length(most=200)])
    name3 = TextLine("グループCの名前", [Length(most=40)])
    remark3 = TextLine("グループCの説明", [Length(most=200)])
    name4 = TextLine("グループDの名前", [Length(most=40)])
    remark4 = TextLine("グループDの説明", [Length(most=200)])
    name5 = TextLine("グループEの名前", [Length(most=40)])
    remark5 = TextLine("グループEの説明", [Length(most=200)])

    def fields_of(self, number: int) -> tuple[TextLine, TextLine]:
        """Return name and remark of a group."""
        return self._fields[f"name{number}"], self._fields[f"remark{number}"]


class VersionForm(Form):
    """What the ward says about a version."""

    note = TextBody("この版についての区のことば", [Length(most=1000)])


class TakeInForm(Form):
    """Two files of a conversation that was held elsewhere."""

    comments = FileField("意見文の表（comments.csv）")
    votes = FileField("票の表（participants-votes.csv または votes.csv）")

    def contents(self) -> tuple[bytes, bytes]:
        """Return both files; raises Refused where one is missing."""
        for field in (self.comments, self.votes):
            if not field.data or not field.data.filename:
                raise Refused("2つのファイルを選んでください。", field=field.name)
        return self.comments.data.read(), self.votes.data.read()


class PlainForm(Form):
    """A button: open, close, show."""


def map_values(opinion_map: OpinionMap) -> dict[str, Any]:
    """Return a map as its form shows it."""
    return {
        "question": opinion_map.question,
        "explanation": opinion_map.explanation,
        **asking_values(opinion_map),
        "audience": opinion_map.audience.value,
        "results_shown": opinion_map.results_shown.value,
        "takes_statements": opinion_map.takes_statements,
    }
