"""Weighting a survey, for staff: a file of margins, what it matches, the weights that come of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from math import prod

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.foundation.db import transaction
from participation.foundation.errors import Refused
from participation.surveys import commands, queries
from participation.surveys.desk_views.desk import bp
from participation.surveys.domain.margins import (
    COLUMNS,
    CROSS,
    FIGURES,
    MOST_ATTRIBUTES,
    MOST_LINES,
    LineError,
    MarginsFile,
    margins_as_rows,
    template_rows,
)
from participation.surveys.domain.matching import Match, attributes_of, match_margins
from participation.surveys.forms import PlainForm, WeightingForm
from participation.surveys.queries import SurveyPage, Variable
from participation.web.access import current_actor, requires
from participation.web.csv_files import as_text, csv_response
from participation.web.submissions import one_submission


@bp.get("/<public_id>/weighting")
@requires("surveys.read_desk")
def weighting(public_id: str) -> ResponseReturnValue:
    """The weights in use, how they came about, and the form for others."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    return _page(page, WeightingForm())


@bp.post("/<public_id>/weighting")
@requires("surveys.weight")
def weight(public_id: str) -> ResponseReturnValue:
    """Read a file of margins and show what it matches; or compute the weights."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    form = WeightingForm()
    if not form.validate_on_submit():
        return _page(page, form), form.status
    variables = _fitting(page)
    read, matches = MarginsFile((), ()), Matched()
    try:
        read = form.read()
        matches = Matched(form.questions(read.margins, variables), read)
        # Read only, a question may still be chosen with which the categories fit.
        is_run = request.form.get("step") == "run"
        if not is_run or read.errors or matches.faults:
            return _page(page, form, read, matches), 422 if read.errors or (
                is_run and matches.faults
            ) else 200
        how = form.parameters()
    except Refused as refusal:
        form.refuse(refusal)
        return _page(page, form, read, matches), 422
    with one_submission(form) as sent:
        run = commands.weight_survey(page.survey, matches.matches, how, by=current_actor())
        sent.location = url_for(".weighting_run", public_id=public_id, run_id=run.public_id)
    return sent.redirect() if sent.given else (_page(page, form, read, matches), 422)


@bp.get("/<public_id>/weighting/template.csv")
@requires("surveys.read_desk")
def weighting_template(public_id: str) -> ResponseReturnValue:
    """A file of margins to be filled in: the answers of the chosen questions, without figures."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    variables = _fitting(page)
    chosen = [queries.find_variable(variables, key) for key in dict.fromkeys(request.args.getlist("by"))]
    if not chosen:
        raise Refused("人口に合わせる設問を選んでください。")
    if len(chosen) > MOST_ATTRIBUTES:
        raise Refused(f"設問は{MOST_ATTRIBUTES}つまでにしてください。")
    joined = request.args.get("joined") == "1"
    labels = [[each.label for each in variable.axis.categories] for variable in chosen]
    lines = prod(map(len, labels)) if joined else sum(map(len, labels))
    if lines > MOST_LINES:
        raise Refused(f"組み合わせが{lines:,}行になります。設問を減らしてください（{MOST_LINES:,}行まで）。")
    named = [(_name(each), own) for each, own in zip(chosen, labels, strict=True)]
    return csv_response(f"人口の表-{public_id}.csv", as_text(*template_rows(named, joined=joined)))


@bp.get("/<public_id>/weighting/<run_id>")
@requires("surveys.read_desk")
def weighting_run(public_id: str, run_id: str) -> ResponseReturnValue:
    """One weighting: how well it meets the margins, what it costs."""
    page = queries.show_survey(queries.get_public_survey(public_id))
    run = queries.get_run(page.survey, run_id)
    unweighted = queries.count_unweighted(page.survey, run) if run.is_current else 0
    return render_template(
        "surveys/desk/weighting_run.html",
        page=page,
        run=run,
        parameters=queries.parameters_of(run),
        margins=queries.margins_of(run),
        unweighted=unweighted,
        form=PlainForm(),
    )


@bp.get("/<public_id>/weighting/<run_id>/margins.csv")
@requires("surveys.read_desk")
def weighting_margins(public_id: str, run_id: str) -> ResponseReturnValue:
    """The margins that a weighting was made with, as a file that can be read in again."""
    run = queries.get_run(queries.get_public_survey(public_id), run_id)
    rows = margins_as_rows(queries.margins_of(run))
    return csv_response(f"人口の表-{run_id}.csv", as_text(COLUMNS, rows))


@bp.post("/<public_id>/weighting/drop")
@requires("surveys.weight")
def drop_weights(public_id: str) -> ResponseReturnValue:
    """Use no weights any more."""
    survey = queries.get_public_survey(public_id)
    with transaction():
        commands.drop_weights(survey, by=current_actor())
    return redirect(url_for(".weighting", public_id=public_id), 303)


@dataclass(frozen=True)
class Matched:
    """The margins of a file, and which question each of their attributes is."""

    questions: dict[str, Variable] = field(default_factory=dict)
    read: MarginsFile = field(default_factory=lambda: MarginsFile((), ()))

    @cached_property
    def matches(self) -> list[Match]:
        """The margins all of whose attributes have a question."""
        return match_margins(self.read.margins, self.questions)

    @property
    def faults(self) -> list[LineError]:
        """Where the margins do not fit the answers, in the order of the file."""
        return sorted((fault for each in self.matches for fault in each.faults), key=lambda each: each.line)

    def fitting(self, name: str) -> int:
        """Return how many categories of an attribute answers stand for; 0 where some have none."""
        if any(each.faults for each in self.matches):
            return 0
        return len(
            {
                label
                for each in self.matches
                for own, codes in zip(each.margin.attributes, each.codes, strict=True)
                if own == name
                for label in codes
            }
        )


def _fitting(page: SurveyPage) -> list[Variable]:
    return [each for each in queries.list_variables(page) if not each.axis.several]


def _name(variable: Variable) -> str:
    """Return how a file of margins calls a question."""
    text = variable.question.text if variable.question else variable.title
    return variable.key if variable.part or CROSS in text or text in FIGURES else text


def _page(
    page: SurveyPage, form: WeightingForm, read: MarginsFile | None = None, matched: Matched | None = None
) -> str:
    margins = read.margins if read else ()
    variables, found = _fitting(page), matched or Matched()
    attributes = [(name, found.questions.get(name), found.fitting(name)) for name in attributes_of(margins)]
    return render_template(
        "surveys/desk/weighting.html",
        page=page,
        form=form,
        read=read,
        wrong=list(read.errors if read else ()) + found.faults,
        margins=margins,
        attributes=attributes,
        variables=[(each.key, each.title) for each in variables],
        usual=[each.key for each in variables if each.question and each.is_attribute],
        run=queries.find_current_run(page.survey),
        runs=queries.list_runs(page.survey),
    )
