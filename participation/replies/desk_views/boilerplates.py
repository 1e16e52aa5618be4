"""Pages for the words that are used again and again (定型文), and for replies given before (前例)."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from participation.foundation.errors import Conflict, Denied
from participation.foundation.paging import Edge
from participation.organisations.queries import list_sections
from participation.replies import commands
from participation.replies.desk_views.working_page import bp, do
from participation.replies.domain import VARIABLES, Clash, clashes
from participation.replies.forms import BoilerplateFilterForm, BoilerplateForm, PrecedentForm
from participation.replies.policies import OwnerOfBoilerplate
from participation.replies.queries import boilerplates as asking
from participation.replies.queries import precedents as searching
from participation.web.access import can, current_actor, requires
from participation.web.forms import Form


@bp.get("/boilerplates")
@requires("replies.read")
def boilerplates() -> str:
    """Show the 定型文."""
    chosen = asking.BoilerplateFilter(
        text=request.args.get("text", "")[:100].strip(),
        category=request.args.get("category", "")[:40],
        section=request.args.get("section", "")[:40],
        retired=request.args.get("retired") in ("1", "y"),
    )
    form = BoilerplateFilterForm(
        formdata=None,
        text=chosen.text,
        category=chosen.category,
        section=chosen.section,
        retired=chosen.retired,
    )
    form.category.choices = [("", "すべて"), *((each, each) for each in asking.list_categories())]
    form.section.choices = [("", "すべて"), ("-", "区全体"), *_sections()]
    return render_template(
        "replies/desk/boilerplates.html",
        filter=form,
        chosen=chosen,
        lines=asking.list_boilerplates(chosen),
        may_add=bool(_owners()),
    )


@bp.get("/boilerplates/new")
@requires("replies.add_boilerplate")
def new_boilerplate() -> Any:
    """Show the form of a new 定型文."""
    return _new_page(BoilerplateForm(formdata=None).offer(_owners()))


@bp.post("/boilerplates/new")
@requires("replies.add_boilerplate")
def add_boilerplate() -> Any:
    """Make a 定型文."""
    form = BoilerplateForm().offer(_owners())
    done = do(
        form,
        "",
        lambda: commands.add_boilerplate(form.draft(), by=current_actor()),
        location=url_for(".boilerplates"),
    )
    return done or _new_page(form)


@bp.get("/boilerplates/<public_id>")
@requires("replies.read")
def boilerplate(public_id: str) -> Any:
    """Show a 定型文: its words, its versions, where it was used."""
    return _page(public_id, None)


@bp.post("/boilerplates/<public_id>")
@requires("replies.edit_boilerplate")
def edit_boilerplate(public_id: str) -> Any:
    """Keep a new version; whoever was second sees both."""
    form = BoilerplateForm()
    del form.section
    try:
        done = do(
            form,
            "",
            lambda: commands.edit_boilerplate(public_id, form.draft(), form.number, by=current_actor()),
            location=url_for(".boilerplate", public_id=public_id),
        )
    except Conflict as conflict:
        return _show_both(public_id, form, conflict)
    return done or _page(public_id, form)


@bp.post("/boilerplates/<public_id>/retire")
@requires("replies.retire_boilerplate")
def retire_boilerplate(public_id: str) -> Any:
    """Offer it no longer."""
    form = Form()
    return do(
        form,
        "",
        lambda: commands.retire_boilerplate(public_id, by=current_actor()),
        location=url_for(".boilerplate", public_id=public_id),
    ) or _page(public_id, None)


@bp.post("/boilerplates/<public_id>/restore")
@requires("replies.retire_boilerplate")
def restore_boilerplate(public_id: str) -> Any:
    """Offer it again."""
    form = Form()
    return do(
        form,
        "",
        lambda: commands.restore_boilerplate(public_id, by=current_actor()),
        location=url_for(".boilerplate", public_id=public_id),
    ) or _page(public_id, None)


@bp.get("/precedents")
@requires("replies.read")
def precedents() -> str:
    """Search the replies that stand in public, of all consultations."""
    choices = searching.search_choices()
    form = PrecedentForm(formdata=request.args).offer(choices.dispositions, choices.sections)
    is_right = form.validate()
    edge = Edge(after=request.args.get("after"), before=request.args.get("before"))
    asked = {name: value for name, value in request.args.items() if name.startswith("find_") and value}
    return render_template(
        "replies/desk/precedents.html",
        form=form,
        asked=asked,
        page=searching.search(form.search(), edge) if is_right else None,
    )


def _show_both(public_id: str, form: BoilerplateForm, conflict: Conflict) -> Any:
    latest = asking.get_page(public_id).latest
    differing = clashes(
        [
            ("題名", latest.title, form.title.data or ""),
            ("分類", latest.category, form.category.data or ""),
            ("文", latest.body, form.body.data or ""),
        ]
    )
    form.based_on.data = str(latest.number)
    return _page(public_id, form, conflict=conflict.reason, clashes=differing, status=409)


def _page(
    public_id: str,
    form: BoilerplateForm | None,
    *,
    conflict: str = "",
    clashes: list[Clash] | None = None,
    status: int = 0,
) -> Any:
    shown = asking.get_page(public_id)
    latest = shown.latest
    if form is None:
        fresh = BoilerplateForm(
            formdata=None,
            title=latest.title,
            category=latest.category,
            body=latest.body,
            based_on=str(latest.number),
        )
        del fresh.section
    page = render_template(
        "replies/desk/boilerplate.html",
        page=shown,
        form=form or fresh,
        may_edit=can("replies.edit_boilerplate", OwnerOfBoilerplate(shown.boilerplate.section_id)),
        conflict=conflict,
        clashes=clashes or [],
        variables=VARIABLES,
    )
    return page, status or (form.status if form is not None else 200)


def _new_page(form: BoilerplateForm) -> Any:
    if not form.section.choices:
        raise Denied("所属する課が決まっていないため、定型文を作れません。管理者に伝えてください。")
    return render_template("replies/desk/boilerplate_new.html", form=form, variables=VARIABLES), form.status


def _owners() -> list[tuple[str, str]]:
    """For whom the reader may make a 定型文: the whole ward, and every section that is theirs."""
    offered = [("", "区全体")] if can("replies.add_boilerplate", OwnerOfBoilerplate(None)) else []
    return [
        *offered,
        *(
            (each.code, each.name)
            for each in list_sections()
            if can("replies.add_boilerplate", OwnerOfBoilerplate(each.id))
        ),
    ]


def _sections() -> list[tuple[str, str]]:
    return [(each.code, each.name) for each in list_sections()]
