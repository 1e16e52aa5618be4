"""The working page of a point, and doing what one of its forms asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, url_for

from participation.organisations.queries import list_sections
from participation.plans.queries import list_on_page_of
from participation.replies.domain import ReplyStatus
from participation.replies.forms import (
    AmendmentForm,
    MergeForm,
    PointForm,
    PublishForm,
    ReplyForm,
    SplitForm,
    SubmitForm,
    WithdrawForm,
)
from participation.replies.queries import inquiries, routing, rows, working
from participation.web.access import can, current_actor
from participation.web.forms import Form
from participation.web.submissions import one_submission

bp = Blueprint("replies_desk", __name__, url_prefix="/desk")


def do(form: Form, public_id: str, act: Callable[[], object], *, location: str | None = None) -> Any:
    """Do what a form asks for, once; None when something must be mended."""
    if not form.validate_on_submit():
        return None
    with one_submission(form) as answer:
        led_to = act()
        elsewhere = led_to if isinstance(led_to, str) else public_id
        answer.location = location or url_for(".point", public_id=elsewhere)
    return answer.redirect() if answer.given else None


def point_page(
    public_id: str,
    *,
    status: int = 0,
    conflict: str = "",
    both: list[tuple[str, str]] | None = None,
    **forms: Form,
) -> Any:
    """Return the working page; `forms` are the ones to be mended."""
    actor = current_actor()
    shown = working.get_point_page(public_id, actor)
    to_mend = next(iter(forms.values()), None)
    given: dict[str, Any] = {
        "point_form": PointForm(formdata=None, obj=shown.point),
        "members_form": SplitForm(formdata=None),
        "merge_form": MergeForm(formdata=None),
        "reply_form": _fresh_reply_form(shown),
        "amendment_form": AmendmentForm(formdata=None).offer(shown.places),
        "submit_form": SubmitForm(
            formdata=None, version_number=str(shown.latest.number if shown.latest else 0)
        ),
        "publish_form": PublishForm(formdata=None),
        "withdraw_form": WithdrawForm(formdata=None),
    }
    given.update({name: form for name, form in forms.items() if isinstance(form, type(given[name]))})
    _offer_routes(given["submit_form"], shown)
    page = render_template(
        "replies/desk/point.html",
        page=shown,
        like=working.like_replies(shown.point),
        beside=inquiries.beside_point(shown.point),
        may_write=can("replies.draft_reply", shown.belongs_to),
        form=to_mend,
        conflict=conflict,
        both=both or [],
        **given,
    )
    return page, status or (to_mend.status if to_mend is not None else 200)


def _offer_routes(form: SubmitForm, shown: working.PointPage) -> None:
    """The routes are only asked for where the reply may be handed on now."""
    may_go = shown.latest is not None and shown.point.status in (ReplyStatus.DRAFT, ReplyStatus.SENT_BACK)
    form.offer(*(routing.choices_for(shown.point.section_id) if may_go else ([], "")))


def _fresh_reply_form(shown: working.PointPage) -> ReplyForm:
    latest, kept = shown.latest, shown.kept
    number = latest.number if latest else 0
    words = kept if kept is not None and kept.based_on == number else latest
    return ReplyForm(
        formdata=None,
        based_on=str(number),
        body=words.body if words else "",
        supplement=words.supplement if words else "",
        disposition=latest.disposition_code if latest else "",
        same_as=latest.same_as_number if latest else None,
    ).offer(dispositions(shown.consultation.disposition_scheme))


def sections() -> list[tuple[str, str]]:
    """Return the 課 as choices."""
    return [(section.code, section.name) for section in list_sections()]


def dispositions(scheme: str) -> list[tuple[str, str]]:
    """Return the 対応区分 of a set as choices, with their symbols."""
    return [(each.code, f"{each.symbol} {each.label}") for each in rows.list_dispositions(scheme)]


def places(subject_id: int) -> list[tuple[str, str]]:
    """Return the places that an amendment of a point may change: the page on which the point's subject stands."""
    return [(ref.subject_public_id, ref.name) for ref in list_on_page_of(subject_id)]
