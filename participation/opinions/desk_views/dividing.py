"""Dividing a letter into opinions (意見に分ける): first where to cut, then what each piece is; and what is still open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import redirect, render_template, request, url_for

from participation.access import rules as access
from participation.consultations import queries as consultations
from participation.foundation.errors import Conflict, Refused
from participation.foundation.paging import Edge
from participation.foundation.text import clean
from participation.opinions import commands, forms, queries
from participation.opinions.desk_views.register import bp
from participation.opinions.domain.dividing import (
    ASIDE_NAMES,
    MAX_PIECES,
    PASSAGE_NAMES,
    PassageKind,
    Unit,
    cut_before,
    units_cut,
)
from participation.opinions.queries import Division
from participation.web.access import current_actor, requires
from participation.web.forms import whole_number
from participation.web.submissions import one_submission


@bp.get("/submissions/<public_id>/originals/<int:position>/divide")
@requires("opinions.divide")
def divide(public_id: str, position: int) -> Any:
    """Choose where a letter is cut; with `step=pieces`, what becomes of each piece."""
    division = queries.get_division(public_id, position)
    if division.is_erased or not division.opinions:
        return redirect(url_for(".original", public_id=public_id, _anchor=f"original-{position}"), 303)
    chosen = _chosen_cuts(division)
    try:
        chosen = sorted({*chosen, *_typed_cuts(division)})
    except Refused as refusal:
        return _cuts_page(division, chosen, refusal.reason), 422
    if request.args.get("step") == "pieces":
        return _pieces_page(division, forms.DivideForm.for_division(division, chosen))
    return _cuts_page(division, chosen)


@bp.post("/submissions/<public_id>/originals/<int:position>/divide")
@requires("opinions.divide")
def keep_division(public_id: str, position: int) -> Any:
    """Divide the letter as arranged; whoever is second sees both arrangements and loses nothing."""
    division = queries.get_division(public_id, position)
    form = forms.DivideForm.for_division(division, None)
    chosen = form.arrangement() if form.validate() else None
    if chosen is not None:
        try:
            with one_submission(form) as answer:
                kept = commands.divide_original(
                    public_id, position, chosen, form.version.data or "", by=current_actor()
                )
                answer.location = url_for(
                    ".original", public_id=public_id, _anchor=f"original-{kept.original.position}"
                )
        except Conflict as conflict:
            now = queries.get_division(public_id, position)
            form.version.data = now.version
            return _pieces_page(now, form, conflict=conflict.reason), 409
        if answer.given:
            return answer.redirect()
    return _pieces_page(division, form), 422


@bp.get("/consultations/<code>/open-passages")
@requires("opinions.read_original")
def open_passages(code: str) -> str:
    """List what belongs to no opinion and has no reason yet (まだ分けていないところ)."""
    procedure = consultations.get_procedure(code)
    edge = Edge(after=request.args.get("after"), before=request.args.get("before"))
    return render_template(
        "opinions/desk/open_passages.html",
        procedure=procedure,
        page=queries.list_open(procedure.consultation.id, edge),
        count=queries.count_open(procedure.consultation.id),
        may_divide=access.can_ever(current_actor(), "opinions.divide"),
    )


def _chosen_cuts(division: Division) -> list[int]:
    """Return the cuts in the address; without any, what stands, or for a whole letter what is suggested."""
    sent = request.args.getlist("cut")
    if "chosen" in request.args or sent:
        read = {whole_number(each, least=0, most=len(division.text), default=0) for each in sent}
        return sorted(read - {0})[: MAX_PIECES - 1]
    if division.is_divided and "suggest" not in request.args:
        return division.cuts
    return sorted({*division.cuts, *division.suggested})


def _typed_cuts(division: Division) -> list[int]:
    """Return the cuts in the middle of a sentence, given by the words that begin the next opinion."""
    lines = clean(request.args.get("before", "")[:2000]).split("\n")
    return [cut_before(division.text, line) for line in lines if line.strip()]


def _cuts_page(division: Division, chosen: Sequence[int], mistake: str = "") -> str:
    suggested = set(division.suggested)
    return render_template(
        "opinions/desk/divide.html",
        division=division,
        units=[
            _unit(division, each, place, chosen, suggested)
            for place, each in enumerate(units_cut(division.text, chosen), start=1)
        ],
        cut_count=len(chosen),
        suggested_count=len(suggested),
        mistake=mistake,
        typed=request.args.get("before", "")[:2000],
    )


def _unit(
    division: Division, unit: Unit, place: int, chosen: Sequence[int], suggested: set[int]
) -> dict[str, Any]:
    fixed = division.fixed_at(unit.start, unit.end)
    before = division.fixed_at(max(0, unit.start - 1), unit.start) if unit.start else None
    return {
        "number": place,
        "start": unit.start,
        "text": division.words(unit.start, unit.end),
        "is_cut": unit.start in chosen,
        "is_first": unit.start == 0,
        "why": unit.why if unit.start in suggested else "",
        "is_bound": fixed is not None and fixed is before,
        "fixed": f"意見 No.{fixed.opinion.number}：{fixed.why_fixed}" if fixed else "",
    }


def _pieces_page(division: Division, form: forms.DivideForm, conflict: str = "") -> str:
    choices = form.choices
    return render_template(
        "opinions/desk/divide_pieces.html",
        division=division,
        form=form,
        pieces=[
            {
                "words": division.words(*each),
                "length": len(division.text[each[0] : each[1]].strip()),
                "kind": kind,
                "number": number,
                "about": about,
                "now": _now(division, *each),
            }
            for each, kind, number, about in form.piece_fields()
        ],
        subjects=forms.numbered_subjects(choices) if forms.has_long_list(choices, len(form.ranges)) else [],
        conflict=conflict,
        cuts=[start for start, _ in form.ranges if start],
    )


def _now(division: Division, start: int, end: int) -> str:
    """Return in words what a stretch is now."""
    if not division.is_divided:
        return ""
    here = [piece for piece in division.pieces if piece.start < end and start < piece.end]
    names = []
    for piece in here:
        owner = division.opinion_at(piece.opinion)
        if owner is not None:
            names.append(f"意見 No.{owner.opinion.number}")
        elif piece.aside is not None:
            names.append(f"意見に数えない（{ASIDE_NAMES[piece.aside]}）")
        else:
            names.append(PASSAGE_NAMES[PassageKind.OPEN])
    return "、".join(dict.fromkeys(names))
