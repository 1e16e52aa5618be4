"""Staff page on which people and machine are compared: a sample, labelled one by one without seeing the answer."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from participation.reading import commands
from participation.reading.desk_views.desk import bp
from participation.reading.forms import LabelForm, SampleForm
from participation.reading.models import TopicRun
from participation.reading.queries import comparing, runs
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission


@bp.get("/<public_id>/sample")
@requires("reading.read")
def sample(public_id: str) -> ResponseReturnValue:
    """How far people and machine agree; the next opinion of one's own sample."""
    return _page(runs.get_run(public_id), SampleForm(formdata=None), None)


@bp.post("/<public_id>/sample")
@requires("reading.label")
def draw_sample(public_id: str) -> ResponseReturnValue:
    """Draw a sample by lot."""
    run, form = runs.get_run(public_id), SampleForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.draw_sample(run, int(form.size.data), by=current_actor())
            sent.location = url_for(".sample", public_id=public_id)
        if sent.given:
            return sent.redirect()
    return _page(run, form, None), form.status


@bp.post("/<public_id>/sample/label")
@requires("reading.label")
def label(public_id: str) -> ResponseReturnValue:
    """Say what an opinion is about, and go on to the next."""
    run, form = runs.get_run(public_id), LabelForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            topic = runs.get_topic(form.topic.data)
            commands.label_opinion(run, form.opinion.data or "", topic, by=current_actor())
            sent.location = url_for(".sample", public_id=public_id)
        if sent.given:
            return sent.redirect()
    return _page(run, SampleForm(formdata=None), form), form.status


def _page(run: TopicRun, sample_form: SampleForm, label_form: LabelForm | None) -> str:
    found = comparing.compare(run, current_actor().person_id)
    form = label_form or LabelForm(formdata=None)
    form.topic.choices = found.topics
    if found.next is not None:
        form.opinion.data = found.next.opinion
    return render_template(
        "reading/desk/sample.html",
        run=run,
        found=found,
        sample_form=sample_form,
        label_form=form,
        faulty=label_form or sample_form,
    )
