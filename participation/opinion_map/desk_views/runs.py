"""Staff pages of a map's runs: compute, look, name groups, publish."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.foundation.errors import Conflict
from participation.jobs.models import RUN_STATUS_NAMES
from participation.opinion_map import commands, queries
from participation.opinion_map.desk_views.desk import bp
from participation.opinion_map.domain.maps import NOT_THE_WHOLE
from participation.opinion_map.forms import GroupsForm, RunForm, VersionForm
from participation.opinion_map.models import OpinionMap
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission

#: The second view of a picture (橋渡しの見方).
MODEL = "model"
METHOD_NAMES = {
    "none": "グループなし",
    "places": "2つの主成分とk平均法（Polisと同じ見方）",
    "model": "行列分解の軸（グループの数より1つ少ない）とk平均法",
    "votes": "答えの出やすさ（潜在クラス。いまは使っていません）",
}


@bp.route("/<public_id>/runs", methods=["GET", "POST"])
@requires("opinion_map.read_desk")
def runs(public_id: str) -> ResponseReturnValue:
    """The record of computings; another can be asked for here."""
    opinion_map, form = queries.get_map(public_id), RunForm(data={"seed": "0"})
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.ask_for_run(opinion_map, seed=form.chosen_seed, by=current_actor())
            sent.location = url_for(".runs", public_id=public_id)
        if sent.given:
            return sent.redirect()
    return render_template(
        "opinion_map/desk/runs.html",
        map=opinion_map,
        runs=queries.list_runs(opinion_map),
        progress=queries.progress_of(opinion_map),
        publications=queries.list_publications(opinion_map),
        form=form,
        methods=METHOD_NAMES,
        waiting=queries.list_under_way(opinion_map),
        run_status=RUN_STATUS_NAMES,
    ), form.status


@bp.get("/<public_id>/runs/<int:number>")
@requires("opinion_map.read_desk")
def run(public_id: str, number: int) -> ResponseReturnValue:
    """One computing: the picture, the groups and their names, what is needed to do it again."""
    return _run_page(queries.get_map(public_id), number, VersionForm(formdata=None))


@bp.post("/<public_id>/runs/<int:number>/groups")
@requires("opinion_map.name_group")
def name_groups(public_id: str, number: int) -> ResponseReturnValue:
    """Give the groups names."""
    opinion_map, form = queries.get_map(public_id), GroupsForm()
    if form.validate_on_submit():
        with one_submission(form) as sent:
            found = queries.get_run(opinion_map, number)
            for group in queries.list_groups(found):
                name, remark = form.fields_of(group.number)
                commands.name_group(found, group.number, name.data, remark.data, by=current_actor())
            sent.location = url_for(".run", public_id=public_id, number=number, _anchor="names")
        if sent.given:
            return sent.redirect()
    return _run_page(opinion_map, number, VersionForm(formdata=None), naming=form), form.status


@bp.post("/<public_id>/runs/<int:number>/publish")
@requires("opinion_map.publish")
def publish(public_id: str, number: int) -> ResponseReturnValue:
    """Publish a computing as the next version."""
    opinion_map, form = queries.get_map(public_id), VersionForm()
    if form.validate_on_submit():
        try:
            with one_submission(form) as sent:
                found = queries.get_run(opinion_map, number)
                published = commands.publish_run(opinion_map, found, form.note.data, by=current_actor())
                sent.location = url_for(
                    "opinion_map_desk.run", public_id=public_id, number=number, published=published.number
                )
        except Conflict as refusal:
            return _run_page(opinion_map, number, form, refused=refusal.reason), 409
        if sent.given:
            return sent.redirect()
    return _run_page(opinion_map, number, form), form.status


def _run_page(
    opinion_map: OpinionMap,
    number: int,
    form: VersionForm,
    *,
    naming: GroupsForm | None = None,
    refused: str = "",
) -> str:
    found = queries.get_run(opinion_map, number)
    published = next(
        (each for each in queries.list_publications(opinion_map) if each.run_id == found.id), None
    )
    groups = queries.list_groups(found)
    named = {f"name{each.number}": each.name for each in groups}
    remarks = {f"remark{each.number}": each.note for each in groups}
    return render_template(
        "opinion_map/desk/run.html",
        map=opinion_map,
        run=found,
        view=MODEL if request.args.get("view") == MODEL else "",
        picture=queries.picture_of(opinion_map, found),
        groups=groups,
        naming=naming or GroupsForm(formdata=None, data={**named, **remarks}),
        form=form,
        published=published,
        refused=refused,
        methods=METHOD_NAMES,
        not_the_whole=NOT_THE_WHOLE,
    )
