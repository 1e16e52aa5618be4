"""Gathering by place of the plan, and bundles of the same words: what a machine found, and what people decided."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request, url_for

from participation.consultations.queries import get_consultation
from participation.foundation.errors import Refused
from participation.jobs.models import RUN_STATUS_NAMES
from participation.opinions.domain.wording import BUNDLED_NAMES, FOLDED, STANCE_NAMES
from participation.opinions.queries import count_open
from participation.replies import commands
from participation.replies.desk_views.working_page import asked_edge, bp, do
from participation.replies.domain import BUNDLE_STATUS_NAMES, BundleStatus, NoPointReason, PointDraft
from participation.replies.forms import GatherForm, JoinBundlesForm
from participation.replies.models import TextBundle
from participation.replies.queries import acts, board, bundles, gathering
from participation.web.access import can, current_actor, requires
from participation.web.forms import Form
from participation.web.submissions import one_submission

#: At most so many ticks at once; a bundle is one tick.
MOST_TICKS = 200
#: So many places of a plan are drawn whole, closed branches with them; of a larger one its upper levels.
PLACES_SHOWN, LEVELS_SHOWN = 100, 2


@bp.get("/gather/<code>")
@requires("replies.read")
def gather(code: str) -> Any:
    """Show the plan as a tree, the opinions without a point at one place, and the points they may go into."""
    return _gather_page(code, None)


@bp.post("/gather/<code>")
@requires("replies.add_to_point")
def gather_ticked(code: str) -> Any:
    """Put the ticked opinions into a point, old or new, or say why they belong to none."""
    form = GatherForm()
    if form.validate_on_submit():
        with one_submission(form) as answer:
            told = _act(code, form)
            answer.location = url_for(".gather", code=code, node=request.args.get("node"))
        if answer.given:
            act = acts.find_to_undo(get_consultation(code).id, current_actor())
            if act is None or act.told != told:  # Otherwise the way back says what was done.
                flash(told, "success")
            return answer.redirect()
    return _gather_page(code, form)


@bp.post("/gather/<code>/undo/<public_id>")
@requires("replies.undo_gathering")
def undo_gathering(code: str, public_id: str) -> Any:
    """Undo one's own last act: by the button, or by the key u."""
    form = Form()
    done = do(
        form,
        "",
        lambda: commands.undo_gathering(public_id, by=current_actor()),
        location=url_for(".gather", code=code, node=request.args.get("node")),
    )
    if done is not None:
        flash("元に戻しました。", "success")
    return done or _gather_page(code, undo_form=form)


def _act(code: str, form: GatherForm) -> str:
    actor = current_actor()
    consultation = get_consultation(code)
    ids = _place(gathering.gather_tree(consultation))[1]
    chosen = bundles.opinions_ticked(
        request.form.getlist("opinion")[:MOST_TICKS], *gathering.without_point(consultation.id, ids)
    )
    form.check_ticks(chosen)
    act = form.chosen_act()
    if act == "none":
        count = commands.mark_without_point(chosen, NoPointReason(form.reason.data), form.note.data, by=actor)
        return f"意見{count:,}件を「論点なし」にしました。"
    if act == "new":
        draft = PointDraft(
            consultation_code=code,
            title=form.new_title.data,
            summary=form.new_summary.data,
            opinions=tuple(chosen),
        )
        point = commands.gather_point(draft, by=actor)
        return f"No.{point.number}「{point.title}」を作り、意見を{len(chosen):,}件入れました。"
    target = act or gathering.get_target(code, form.number.data or 0).public_id
    count = commands.add_to_point(target, chosen, by=actor)
    number, title = board.titles_of([target])[target]
    return f"No.{number}「{title}」に、意見を{count:,}件入れました。"


def _gather_page(code: str, form: GatherForm | None = None, undo_form: Form | None = None) -> Any:
    consultation = get_consultation(code)
    root = gathering.gather_tree(consultation)
    chosen, ids = _place(root)
    edge = asked_edge()
    unsorted = gathering.list_unsorted(consultation.id, edge, ids)
    levels = None if root.below <= PLACES_SHOWN else LEVELS_SHOWN
    search = bundles.get_search(consultation.id, current_actor())
    page = render_template(
        "replies/desk/points_gather.html",
        consultation=consultation,
        root=root,
        chosen=chosen,
        tree_lines=[_tree_line(each, code, chosen, levels) for each in root.children],
        unsorted=unsorted,
        hints=gathering.hints_for(unsorted.items),
        stance_names=STANCE_NAMES,
        targets=gathering.list_targets(consultation.id, ids),
        search=search,
        open_count=count_open(consultation.id),
        form=form or GatherForm(formdata=None),
        faulty=form or undo_form,
        to_undo=search.to_undo,
        ticked=request.form.getlist("opinion") if form else [],
        may_gather=can("replies.add_to_point"),
    )
    faulty = form or undo_form
    return page, faulty.status if faulty else 200


def _place(root: gathering.GatherNode) -> tuple[gathering.GatherNode | None, list[int] | None]:
    """Return the place in the address with the subjects there and below; None: the whole plan."""
    node = request.args.get("node", "")[:16]
    chosen = root.find(node) if node else None
    return chosen, chosen.subject_ids() if chosen is not None else None


def _tree_line(
    node: gathering.GatherNode, code: str, chosen: gathering.GatherNode | None, levels: int | None
) -> dict[str, Any]:
    """Return a place with so many levels (None: all) below it; further down only on the way to the chosen one."""
    holds = chosen is not None and node.find(chosen.public_id) is not None
    left = None if levels is None else levels - 1
    is_whole = left is None or left > 0 or holds or not node.children
    return {
        "title": node.title,
        "href": url_for("replies_desk.gather", code=code, node=node.public_id),
        "note": node.note if is_whole else f"{node.note}・この下に{node.below:,}か所",
        "current": chosen is not None and node.public_id == chosen.public_id,
        "open": holds,
        "children": [_tree_line(each, code, chosen, left) for each in node.children] if is_whole else [],
    }


# ── Bundles ─────────────────────────────────────────────────────────────────────────────────


@bp.get("/gather/<code>/bundles")
@requires("replies.read")
def list_bundles(code: str) -> str:
    """Show what was found to be the same or nearly the same, or what was decided about it."""
    return _bundles_page(code, Form(formdata=None))


def _bundles_page(code: str, form: Form) -> str:
    consultation = get_consultation(code)
    asked = request.args.get("status", "")
    status = BundleStatus(asked) if asked in set(BundleStatus) else BundleStatus.PROPOSED
    edge = asked_edge()
    return render_template(
        "replies/desk/points_bundles.html",
        consultation=consultation,
        status=status,
        status_names=BUNDLE_STATUS_NAMES,
        page=bundles.list_bundles(consultation.id, status, edge),
        search=bundles.get_search(consultation.id),
        runs=bundles.list_searches(consultation.id),
        run_status=RUN_STATUS_NAMES,
        form=form,
        may_bundle=can("replies.bundle_texts"),
    )


@bp.post("/gather/<code>/bundles")
@requires("replies.bundle_texts")
def ask_for_bundles(code: str) -> Any:
    """Look for the same texts: at once, or, where there are many opinions, in the background."""
    form = Form()
    proposed: list[int | None] = []
    done = do(
        form,
        "",
        lambda: proposed.append(commands.ask_for_bundles(code, by=current_actor())),
        location=url_for(".list_bundles", code=code),
    )
    if done is not None and proposed and proposed[0] is not None:
        flash(
            f"さがしました。確認を待つ案は{proposed[0]:,}束です。"
            if proposed[0]
            else "さがしました。同じ文面は、ほかに見つかりませんでした。",
            "success",
        )
    return done or (_bundles_page(code, form), 422)


@bp.get("/bundles/<public_id>")
@requires("replies.read")
def bundle(public_id: str) -> Any:
    """Show a bundle: its words, the opinions in it, and what stands beside it."""
    return _bundle_page(public_id, Form(formdata=None), 200)


@bp.post("/bundles/<public_id>/confirm")
@requires("replies.bundle_texts")
def confirm_bundle(public_id: str) -> Any:
    """Say that the ticked opinions use the same words."""
    form = Form()
    everybody = "all" in request.form
    ticked = None if everybody else request.form.getlist("opinion")[:500]
    return do(
        form,
        "",
        lambda: commands.confirm_bundle(public_id, ticked, by=current_actor()),
        location=url_for(".bundle", public_id=public_id),
    ) or _bundle_page(public_id, form, 422)


@bp.post("/bundles/<public_id>/refuse")
@requires("replies.bundle_texts")
def refuse_bundle(public_id: str) -> Any:
    """Say that they are not to be shown as one."""
    form = Form()
    return do(
        form,
        "",
        lambda: commands.refuse_bundle(public_id, by=current_actor()),
        location=url_for(".bundle", public_id=public_id),
    ) or _bundle_page(public_id, form, 422)


@bp.post("/bundles/<public_id>/take-out")
@requires("replies.bundle_texts")
def take_from_bundle(public_id: str) -> Any:
    """Let the ticked opinions stand by themselves again."""
    form = Form()
    ticked = request.form.getlist("opinion")[:500]
    return do(
        form,
        "",
        lambda: commands.take_from_bundle(public_id, ticked, by=current_actor()),
        location=url_for(".bundle", public_id=public_id),
    ) or _bundle_page(public_id, form, 422)


@bp.post("/bundles/<public_id>/split")
@requires("replies.bundle_texts")
def split_bundle(public_id: str) -> Any:
    """Make a bundle of its own of the ticked opinions."""
    form = Form()
    ticked = request.form.getlist("opinion")[:500]
    if form.validate_on_submit():
        with one_submission(form) as answer:
            new = commands.split_bundle(public_id, ticked, by=current_actor())
            answer.location = url_for(".bundle", public_id=new.public_id)
        if answer.given:
            return answer.redirect()
    return _bundle_page(public_id, form, 422)


@bp.post("/bundles/<public_id>/join")
@requires("replies.bundle_texts")
def join_bundles(public_id: str) -> Any:
    """Put a bundle together with another one."""
    form = JoinBundlesForm()
    into = form.into.data or ""
    done = None
    if into:
        done = do(
            form,
            "",
            lambda: commands.join_bundles(public_id, into, by=current_actor()),
            location=url_for(".bundle", public_id=into),
        )
    else:
        form.refuse(Refused("合わせる先の束を選んでください。", field="into"))
    return done or _bundle_page(public_id, form, 422)


def _bundle_page(public_id: str, form: Form, status: int) -> Any:
    shown = bundles.get_bundle(public_id, asked_edge())
    page = render_template(
        "replies/desk/points_bundle.html",
        shown=shown,
        form=form,
        join_form=_join_form(form, shown.bundle),
        arrivals=bundles.arrivals_of(shown.bundle),
        relation_names=BUNDLED_NAMES,
        folded=FOLDED,
        status_names=BUNDLE_STATUS_NAMES,
        may_bundle=can("replies.bundle_texts"),
    )
    return page, status


def _join_form(sent: Form, bundle: TextBundle) -> JoinBundlesForm:
    form = sent if isinstance(sent, JoinBundlesForm) else JoinBundlesForm(formdata=None)
    form.into.choices = [("", "選んでください"), *bundles.list_others(bundle)]
    return form
