"""Voices from the room: what the code on the wall opens on a telephone. No account, no name."""

from __future__ import annotations

import hmac

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from participation.access import rules as access
from participation.consultations import queries as consultations
from participation.consultations.queries import Procedure
from participation.foundation.errors import Denied, NotFound, Refused
from participation.gatherings import commands, queries
from participation.gatherings.forms import RoomForm
from participation.gatherings.models import Gathering
from participation.gatherings.views.pages import bp
from participation.web.access import current_actor, public
from participation.web.submissions import one_submission


@bp.route("/gatherings/<public_id>/room/<code>", methods=["GET", "POST"])
@public
def room(public_id: str, code: str) -> ResponseReturnValue:
    """Write an opinion from the room; it goes into the register of the consultation."""
    gathering = queries.get_public(public_id)
    if not hmac.compare_digest(gathering.room_code.encode(), code.encode()):
        raise NotFound
    page = queries.show_gathering(public_id, current_actor())
    procedure = consultations.get_procedure(page.consultation.code) if page.consultation else None
    asked = consultations.list_subjects(procedure.consultation.id) if procedure else []
    form, why = RoomForm().offer(asked), _why_not(gathering, procedure)
    if procedure and not why and form.validate_on_submit():
        try:
            with one_submission(form) as sent:
                held = consultations.hold_procedure(procedure.consultation.code)
                given = commands.speak_in_room(
                    gathering, held, form.text(), form.language.data, by=current_actor()
                )
                sent.location = url_for("opinions.receipt", number=given.receipt_number)
            if sent.given:
                return sent.redirect()
        except Denied as denial:  # The deadline passed while somebody wrote: their words stay on the page.
            form.refuse(Refused(denial.reason))
    rendered = render_template(
        "gatherings/room.html", page=page, gathering=gathering, procedure=procedure, form=form, why=why
    )
    return rendered, form.status


def _why_not(gathering: Gathering, procedure: Procedure | None) -> str:
    """Return in words why nothing is received from the room now; "": it is."""
    actor = current_actor()
    decision = access.can(actor, "gatherings.speak", gathering)
    if not decision or procedure is None:
        return decision.reason
    if procedure.consultation.needs_identity:
        return "この意見募集では氏名と住所が必要です。意見募集のページか、会場の用紙で出してください。"
    return access.can(actor, "opinions.submit", procedure).reason
