"""Pages on which issues are registered, led on, passed up and linked."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue
from wtforms import Field

from participation.access import rules as access
from participation.spaces import commands, queries
from participation.spaces.domain import STAGE_NAMES, IssueStage, Likeness, PassageAnswer
from participation.spaces.forms import (
    IssueForm,
    LinkAnswerForm,
    LinkForm,
    PassageForm,
    ReasonForm,
    StageForm,
)
from participation.spaces.views.pages import bp, form_page, overtaken_page
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission


@bp.route("/spaces/<code>/issues/new", methods=["GET", "POST"])
@requires("spaces.register_issue")
def new_issue(code: str) -> ResponseReturnValue:
    """Register an issue."""
    space, actor, form = queries.get_space(code), current_actor(), IssueForm()
    access.require(actor, "spaces.register_issue", space)
    if form.validate_on_submit():
        with one_submission(form) as sent:
            issue = commands.register_issue(
                space,
                form.title.data,
                form.text.data,
                for_secretariat=bool(form.for_secretariat.data),
                by=actor,
            )
            sent.location = url_for(".issue", public_id=issue.public_id)
        if sent.given:
            return sent.redirect()
    fields: list[tuple[Field, str, int]] = [
        (form.title, "例：通学路が夜に暗い", 0),
        (form.text, "どこで、だれが、どう困っているかを書きます。人の名前や家の場所は書きません。", 8),
    ]
    if not actor.is_staff and access.can(actor, "spaces.plan", space):
        fields.append((form.for_secretariat, "付けないと、あなた個人の名前で載ります。", 0))
    lead = "登録した課題は、すぐに公開されます。事務局が読んで、話し合いを始めます。"
    return form_page(form, space, "地域の課題を登録する", fields, "登録する", lead=lead)


@bp.route("/spaces/issues/<public_id>/advance", methods=["GET", "POST"])
@requires("spaces.advance_issue")
def advance(public_id: str) -> ResponseReturnValue:
    """Lead an issue to another stage."""
    issue, space = queries.get_issue(public_id)
    actor = current_actor()
    access.require(actor, "spaces.advance_issue", space, issue)
    form = StageForm(data={"version": str(issue.version)}).offer(issue.stage)
    fields = [(form.stage, "", 0), (form.reason, "課題のページに、日付といっしょに載ります。", 5)]
    if form.validate_on_submit():
        try:
            with one_submission(form) as sent:
                stage = IssueStage(form.stage.data)
                commands.advance_issue(space, issue, stage, form.reason.data, form.seen_version, by=actor)
                sent.location = url_for(".issue", public_id=public_id)
            if sent.given:
                return sent.redirect()
        except commands.Overtaken as overtaken:
            return _stage_beside(overtaken, form, public_id, fields)
    return form_page(form, space, "課題の段階を進める", fields, "段階を進める", over=issue.title)


def _stage_beside(
    overtaken: commands.Overtaken, form: StageForm, public_id: str, fields: list[tuple[Field, str, int]]
) -> ResponseReturnValue:
    """Show the step that somebody else took beside the one the reader wants."""
    page = queries.get_issue_page(public_id, current_actor())
    mine, last = STAGE_NAMES[IssueStage(form.stage.data)][0], page.steps[-1]
    form.offer(page.issue.stage)
    return overtaken_page(
        overtaken, form, page.space, "課題の段階を進める", fields, "段階を進める",
        over=page.issue.title,
        version=page.issue.version,
        now=[
            ("段階", mine, STAGE_NAMES[page.issue.stage][0]),
            ("理由", form.reason.data, last.reason),
        ],
    )  # fmt: skip


@bp.route("/spaces/issues/<public_id>/up", methods=["GET", "POST"])
@requires("spaces.pass_up")
def pass_up(public_id: str) -> ResponseReturnValue:
    """Pass an issue up to the next larger space, from its own or from one that took it up."""
    issue, home = queries.get_issue(public_id)
    actor, form = current_actor(), ReasonForm()
    passages = queries.list_passages(issue)
    taken = [line.to_space for line in passages if line.passage.answer is PassageAnswer.TAKEN_UP]
    space = taken[-1] if taken else home
    access.require(actor, "spaces.pass_up", space, issue)
    to_space = queries.get_space_by_id(space.parent_id or 0)
    if form.validate_on_submit():
        with one_submission(form) as sent:
            commands.pass_up(space, issue, form.reason.data, by=actor)
            sent.location = url_for(".issue", public_id=public_id)
        if sent.given:
            return sent.redirect()
    fields = [(form.reason, f"{space.name}だけでは解決できない理由を書きます。公開のページに載ります。", 5)]
    title = f"課題を「{to_space.name}」に上げる"
    return form_page(form, space, title, fields, "上げる", over=issue.title)


@bp.route("/spaces/passages/<public_id>", methods=["GET", "POST"])
@requires("spaces.answer_passage")
def answer_passage(public_id: str) -> ResponseReturnValue:
    """Say whether an issue that was passed up is taken up."""
    passage, to_space, issue = queries.get_passage(public_id)
    actor, form = current_actor(), PassageForm()
    access.require(actor, "spaces.answer_passage", to_space)
    if form.validate_on_submit():
        with one_submission(form) as sent:
            answer = PassageAnswer(form.answer.data)
            commands.answer_passage(passage, to_space, answer, form.reason.data, by=actor)
            sent.location = url_for(".issue", public_id=issue.public_id)
        if sent.given:
            return sent.redirect()
    fields = [(form.answer, "", 0), (form.reason, "公開のページに載ります。", 5)]
    text = ("上げられた理由", passage.reason)
    return form_page(
        form, to_space, "上がってきた課題に返事をする", fields, "返事をする", over=issue.title, text=text
    )


@bp.route("/spaces/issues/<public_id>/link", methods=["GET", "POST"])
@requires("spaces.link_issues")
def offer_link(public_id: str) -> ResponseReturnValue:
    """Offer to link an issue to another space's."""
    issue, space = queries.get_issue(public_id)
    actor, form = current_actor(), LinkForm()
    access.require(actor, "spaces.link_issues", space)
    form.other.choices = queries.list_alike(issue, actor)
    if form.validate_on_submit():
        with one_submission(form) as sent:
            other, _ = queries.get_issue(form.other.data)
            commands.offer_link(
                space, issue, other, Likeness(form.likeness.data), form.message.data, by=actor
            )
            sent.location = url_for(".issue", public_id=public_id)
        if sent.given:
            return sent.redirect()
    fields = [
        (form.other, "言葉が近い課題を、上から並べています。", 0),
        (form.likeness, "", 0),
        (form.message, "相手の空間の事務局が読み、つなぐかどうかを答えます。つながると公開されます。", 4),
    ]
    empty = "" if form.other.choices else "ほかの空間には、まだ課題がありません。"
    title = "ほかの空間の課題とつなぐ"
    return form_page(form, space, title, fields, "申し出る", over=issue.title, empty=empty)


@bp.route("/spaces/links/<public_id>", methods=["GET", "POST"])
@requires("spaces.answer_link")
def answer_link(public_id: str) -> ResponseReturnValue:
    """Agree to a link, or not."""
    link, issue, other, asked = queries.get_link(public_id)
    actor, form = current_actor(), LinkAnswerForm()
    access.require(actor, "spaces.answer_link", asked)
    if form.validate_on_submit():
        with one_submission(form) as sent:
            accept = form.accept.data == "yes"
            commands.answer_link(link, asked, form.answer.data, accept=accept, by=actor)
            sent.location = url_for(".issue", public_id=other.public_id)
        if sent.given:
            return sent.redirect()
    fields = [(form.accept, "", 0), (form.answer, "申し出た空間の事務局が読みます。", 4)]
    return form_page(
        form,
        asked,
        "課題をつなぐ申し出に返事をする",
        fields,
        "返事をする",
        over=f"「{issue.title}」と「{other.title}」",
        text=("申し出の言葉", link.message),
    )
