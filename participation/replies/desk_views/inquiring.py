"""Questions to other sections: asking, the queue of the asked, answering, asking for more, quoting."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for

from participation.foundation.errors import Conflict
from participation.replies import commands
from participation.replies.desk_views.working_page import bp, do, sections
from participation.replies.domain import difference
from participation.replies.forms import CloseForm, InquiryAnswerForm, InquiryForm, MoreForm
from participation.replies.queries import inquiries, one_point
from participation.web.access import can, current_actor, requires
from participation.web.forms import Form


@bp.get("/inquiries")
@requires("replies.read")
def inquiry_queue() -> str:
    """Show what the reader's section was asked, and what it asked others."""
    actor = current_actor()
    return render_template(
        "replies/desk/inquiries.html",
        to_answer=inquiries.list_to_answer(actor.section_id),
        answered=inquiries.list_answered_by(actor.section_id),
        asked=inquiries.list_asked_by(actor),
        has_section=actor.section_id is not None,
    )


@bp.get("/points/<public_id>/inquiries/new")
@requires("replies.send_inquiry")
def new_inquiry(public_id: str) -> Any:
    """Show the form with which another section is asked."""
    return _new_page(public_id, None)


@bp.post("/points/<public_id>/inquiries/new")
@requires("replies.send_inquiry")
def send_inquiry(public_id: str) -> Any:
    """Ask another section."""
    form = InquiryForm().offer(sections())
    return do(
        form,
        public_id,
        lambda: commands.send_inquiry(
            public_id,
            form.section.data or "",
            form.question.data or "",
            form.deadline(),
            by=current_actor(),
        ),
        location=url_for(".point", public_id=public_id) + "#inquiries",
    ) or _new_page(public_id, form)


@bp.get("/inquiries/<public_id>")
@requires("replies.read")
def inquiry(public_id: str) -> Any:
    """Show a question, its answers and what happened."""
    return _inquiry_page(public_id)


@bp.post("/inquiries/<public_id>/answer")
@requires("replies.answer_inquiry")
def answer_inquiry(public_id: str) -> Any:
    """Answer as the asked section; whoever was second sees both texts."""
    form = InquiryAnswerForm()
    try:
        done = do(
            form,
            "",
            lambda: commands.answer_inquiry(
                public_id,
                form.body.data or "",
                form.seen,
                is_partial=bool(form.is_partial.data),
                by=current_actor(),
            ),
            location=url_for(".inquiry", public_id=public_id),
        )
    except Conflict as conflict:
        return _inquiry_page(public_id, conflict=conflict.reason, answer_form=form)
    return done or _inquiry_page(public_id, answer_form=form)


@bp.post("/inquiries/<public_id>/more")
@requires("replies.send_inquiry")
def ask_for_more(public_id: str) -> Any:
    """Ask for what is missing."""
    form = MoreForm()
    return do(
        form,
        "",
        lambda: commands.ask_for_more(
            public_id, form.missing.data or "", form.new_due_on.data, by=current_actor()
        ),
        location=url_for(".inquiry", public_id=public_id),
    ) or _inquiry_page(public_id, more_form=form)


@bp.post("/inquiries/<public_id>/close")
@requires("replies.send_inquiry")
def close_inquiry(public_id: str) -> Any:
    """End an inquiry."""
    form = CloseForm()
    return do(
        form,
        "",
        lambda: commands.close_inquiry(public_id, form.closing_note.data or "", by=current_actor()),
        location=url_for(".inquiry", public_id=public_id),
    ) or _inquiry_page(public_id, close_form=form)


def _new_page(public_id: str, form: InquiryForm | None) -> Any:
    page = one_point.get_point_page(public_id, current_actor())
    others = [(each.code, each.name) for each in page.sections if each.code != page.section_code]
    shown = (form or InquiryForm(formdata=None)).offer(others)
    text = render_template("replies/desk/new_inquiry.html", page=page, form=shown)
    return text, form.status if form is not None else 200


def _inquiry_page(public_id: str, *, conflict: str = "", **forms: Form) -> Any:
    page = inquiries.get_inquiry_page(public_id)
    to_mend = next(iter(forms.values()), None)
    number, words = page.inquiry.latest_number, page.latest.body if page.latest else ""
    answer_form = InquiryAnswerForm(formdata=None, based_on=str(number), body=words)
    typed = forms.get("answer_form")
    both = []
    if conflict and isinstance(typed, InquiryAnswerForm):
        both = difference(words, typed.body.data or "")
        typed.based_on.data = str(number)
    given: dict[str, Any] = {
        "answer_form": answer_form,
        "more_form": MoreForm(formdata=None),
        "close_form": CloseForm(formdata=None),
    }
    text = render_template(
        "replies/desk/inquiry.html",
        page=page,
        form=to_mend,
        conflict=conflict,
        both=both,
        may_answer=can("replies.answer_inquiry", page.inquiry.section_id),
        may_ask=can("replies.send_inquiry", page.sections),
        **{**given, **forms},
    )
    return text, 409 if conflict else to_mend.status if to_mend is not None else 200
