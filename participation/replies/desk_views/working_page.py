"""The working page of a point, and doing what one of its forms asks for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for

from participation.consultations.models import Consultation
from participation.foundation.errors import Conflict
from participation.foundation.paging import Edge
from participation.i18n.wording import Hint
from participation.organisations.queries import list_sections
from participation.plans.queries import list_on_page_of
from participation.replies.domain import SOURCE_NAMES, Clash, ReplyStatus, clashes, point_words_seal
from participation.replies.forms import (
    AmendmentForm,
    MergeForm,
    PointForm,
    PrecedentForm,
    PublishForm,
    ReplyForm,
    SplitForm,
    SubmitForm,
    WithdrawForm,
)
from participation.replies.queries import editor, one_point, precedents, references, rows
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


def asked_edge() -> Edge:
    """Return the page of the opinions that the address asks for."""
    return Edge(after=request.args.get("after"), before=request.args.get("before"))


@dataclass(frozen=True)
class Help:
    """What stands beside the editor: hints about the wording, earlier replies, what others saved meanwhile."""

    conflict: str = ""
    #: Which form the conflict is about.
    clashing: str = ""
    clashes: Sequence[Clash] = ()
    hints: Sequence[tuple[str, str, Sequence[Hint]]] | None = None
    #: What a search found; None: nothing was searched for, similar ones are proposed.
    found: Sequence[precedents.Precedent] | None = None
    more_found: bool = False
    #: What was done, to be said.
    told: str = ""


def point_page(
    public_id: str,
    *,
    status: int = 0,
    helped: Help | None = None,
    **forms: Form,
) -> Any:
    """Return the working page; `forms` are the ones to be mended."""
    actor = current_actor()
    edge = asked_edge()
    shown = one_point.get_point_page(public_id, actor, edge)
    to_mend = next(iter(forms.values()), None)
    reply_form = forms.get("reply_form")
    given: dict[str, Any] = {
        "point_form": PointForm(
            formdata=None,
            obj=shown.point,
            seen=point_words_seal(shown.point.title, shown.point.summary),
        ),
        "members_form": SplitForm(formdata=None),
        "merge_form": MergeForm(formdata=None),
        "reply_form": reply_form or _fresh_reply_form(shown),
        "amendment_form": AmendmentForm(formdata=None).offer(shown.places),
        "submit_form": SubmitForm(
            formdata=None, version_number=str(shown.latest.number if shown.latest else 0)
        ),
        "publish_form": PublishForm(formdata=None),
        "withdraw_form": WithdrawForm(formdata=None),
    }
    given.update({name: form for name, form in forms.items() if isinstance(form, type(given[name]))})
    page = render_template(
        "replies/desk/point.html",
        page=shown,
        edge=edge,
        beside=shown.beside,
        may_write=can("replies.draft_reply", shown.belongs_to),
        form=to_mend,
        **_beside_the_editor(shown, helped or Help(), given["reply_form"]),
        **given,
    )
    return page, status or (to_mend.status if to_mend is not None else 200)


def _beside_the_editor(shown: one_point.PointPage, helped: Help, form: ReplyForm) -> dict[str, Any]:
    latest = shown.latest
    reference = latest.reference if latest else None
    found = helped.found
    # While nothing is being written nobody waits for proposals; whoever corrects a published reply can search.
    is_answered = shown.point.status is ReplyStatus.PUBLISHED
    return {
        "helped": helped,
        "precedents": (() if is_answered else precedents.like(shown.point)) if found is None else found,
        "was_searched": found is not None,
        "find_form": PrecedentForm().offer(
            [(label.partition(" ")[2], label) for label in form.labels.values()],
            [each.name for each in shown.sections],
        ),
        "reference": reference,
        "warning": references.warning_about(reference, latest.made_at) if reference and latest else "",
    }


def show_both_words(public_id: str, form: PointForm, conflict: Conflict) -> Any:
    """Show the title and 要旨 that were typed beside those that another person saved meanwhile."""
    point = rows.get_point(public_id)
    differing = clashes(
        [
            ("論点の題名", point.title, form.title.data or ""),
            ("意見の要旨", point.summary, form.summary.data or ""),
        ]
    )
    form.seen.data = point_words_seal(point.title, point.summary)
    helped = Help(conflict=conflict.reason, clashing="point_form", clashes=differing)
    return point_page(public_id, status=409, helped=helped, point_form=form)


def _fresh_reply_form(shown: one_point.PointPage) -> ReplyForm:
    latest, kept = shown.latest, shown.kept
    number = latest.number if latest else 0
    ready = editor.offered(
        shown.consultation.disposition_scheme,
        sorted(shown.belongs_to.section_ids),
        shown.reply.id if shown.reply else None,
        number,
    )
    taken: Sequence[precedents.SourceLine] = ready.sources
    unfinished = kept if kept is not None and kept.based_on == number else None
    words = unfinished or latest
    if unfinished is not None and unfinished.sources != [each.token for each in taken]:
        taken = precedents.named(unfinished.sources)
    form = ReplyForm(
        formdata=None,
        based_on=str(number),
        body=words.body if words else "",
        supplement=words.supplement if words else "",
        easy=words.easy if words else "",
        child=words.child if words else "",
        disposition=unfinished.disposition if unfinished else latest.disposition_code if latest else "",
        same_as=unfinished.same_as if unfinished else latest.same_as_number if latest else None,
        sources=[each.token for each in taken],
    )
    return form.offer(ready.dispositions, ready.boilerplates, _as_choices(taken))


def offer(form: ReplyForm, consultation: Consultation, section_ids: Collection[int]) -> ReplyForm:
    """Offer in a form what a reply of this consultation may have, and name what was taken in."""
    ready = editor.offered(consultation.disposition_scheme, sorted(section_ids))
    taken = precedents.named(form.sources.data or ())
    return form.offer(ready.dispositions, ready.boilerplates, _as_choices(taken))


def _as_choices(taken: Sequence[precedents.SourceLine]) -> list[tuple[str, str]]:
    return [(each.token, f"{SOURCE_NAMES[each.kind]}：{each.title}") for each in taken]


def sections() -> list[tuple[str, str]]:
    """Return the 課 as choices."""
    return [(section.code, section.name) for section in list_sections()]


def places(subject_id: int) -> list[tuple[str, str]]:
    """Return the places that an amendment of a point may change: the page on which the point's subject stands."""
    return [(ref.subject_public_id, ref.name) for ref in list_on_page_of(subject_id)]
