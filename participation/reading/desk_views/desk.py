"""Staff pages of reading: what was sorted, what is under way, and asking for more."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from participation.consultations.queries import get_consultation
from participation.jobs import long_runs
from participation.jobs.models import RUN_STATUS_NAMES
from participation.reading import commands
from participation.reading.domain.runs import TOPICS_STATUS_NAMES
from participation.reading.forms import SortForm
from participation.reading.queries import runs
from participation.web.access import current_actor, requires
from participation.web.submissions import one_submission

bp = Blueprint("reading_desk", __name__, url_prefix="/desk/reading")
KINDS = (commands.TOPICS, commands.JOIN)


@bp.get("")
@requires("reading.read")
def index() -> ResponseReturnValue:
    """All sortings, and what is under way."""
    return _index(SortForm(formdata=None, consultation=request.args.get("consultation", "")))


@bp.post("")
@requires("reading.sort")
def sort() -> ResponseReturnValue:
    """Ask that opinions are sorted into topics."""
    form = SortForm().offer(_choices())
    if form.validate_on_submit():
        with one_submission(form) as sent:
            code = form.consultation.data
            consultation = None if code == "all" else get_consultation(code)
            run = commands.ask_for_topics(consultation, seed=form.seed_number, by=current_actor())
            sent.location = url_for("desk.run", public_id=run.public_id)
        if sent.given:
            return sent.redirect()
    return _index(form), form.status


def _choices() -> list[tuple[str, str]]:
    return [(each.code, f"{each.title}（{each.opinions:,}件）") for each in runs.list_readable()]


def _index(form: SortForm) -> str:
    return render_template(
        "reading/desk/index.html",
        rows=runs.list_runs(),
        form=form.offer(_choices()),
        under_way=[run for run in long_runs.list_all(limit=0) if run.kind in KINDS],
        topics_status=TOPICS_STATUS_NAMES,
        run_status=RUN_STATUS_NAMES,
    )
