"""What an organisation does with opinions once enough of its delegates agreed (団体の中の承認)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from participation.access import rules as access
from participation.access.actors import Actor, Right
from participation.access.rules import Decision, allow
from participation.agreements.domain import Act, Done
from participation.agreements.models import Agreement
from participation.consultations import queries as consultations
from participation.consultations.models import Consultation
from participation.consultations.queries import Procedure
from participation.foundation.db import db
from participation.opinions.commands.receiving import (
    _refuse_unfit,
    revise_opinion,
    submit_opinions,
    withdraw_opinion,
)
from participation.opinions.models import Opinion, Submission
from participation.opinions.queries import agreeing, get_opinion

Words = Mapping[str, Any]


def _procedure_of(opinion: Opinion) -> Procedure:
    return consultations.hold_procedure(db.session.get_one(Consultation, opinion.consultation_id).code)


def _on(opinion: Opinion) -> Done:
    submission = db.session.get_one(Submission, opinion.submission_id)
    return Done(f"/receipts/{submission.receipt_number}", opinion.public_id)


def _may_submit(agreement: Agreement, actor: Actor) -> Decision:
    if agreement.settled_at is not None:  # Its words are let go of; that it is over is said elsewhere.
        return allow()
    procedure = consultations.get_procedure(agreement.words["consultation"])
    return access.can(actor, "opinions.submit", procedure)


def _may_revise(agreement: Agreement, actor: Actor) -> Decision:
    opinion = get_opinion(agreement.about)
    code = db.session.get_one(Consultation, opinion.consultation_id).code
    return access.can(actor, "opinions.revise", opinion, consultations.get_procedure(code), True)


def _may_withdraw(agreement: Agreement, actor: Actor) -> Decision:
    return access.can(actor, "opinions.withdraw", get_opinion(agreement.about), True)


def _check_submission(agreement: Agreement, words: Words) -> None:
    procedure = consultations.get_procedure(words["consultation"])
    _refuse_unfit(procedure, agreeing.draft_of(agreement, words))


def _submit(agreement: Agreement, words: Words, by: Actor) -> Done:
    procedure = consultations.hold_procedure(words["consultation"])
    submission = submit_opinions(procedure, agreeing.draft_of(agreement, words), by=by)
    return Done(f"/receipts/{submission.receipt_number}", submission.public_id)


def _revise(agreement: Agreement, words: Words, by: Actor) -> Done:
    opinion = get_opinion(agreement.about)
    revise_opinion(opinion, words["body"], _procedure_of(opinion), holds=True, by=by)
    return _on(opinion)


def _withdraw(agreement: Agreement, words: Words, by: Actor) -> Done:
    opinion = get_opinion(agreement.about)
    withdraw_opinion(opinion, words["reason"], whole_letter=words["whole_letter"], holds=True, by=by)
    return _on(opinion)


#: What organisations do with opinions in their own name. What delegates noted stays inside: beside a published
#: opinion stands the ward's answer and nothing else.
ACTS: tuple[Act, ...] = (
    Act(
        "opinions.submit",
        "意見の提出",
        Right.SUBMIT,
        agreeing.show_submission,
        _may_submit,
        _submit,
        check=_check_submission,
        is_public=False,
        private=frozenset({"submitter"}),
    ),
    Act(
        "opinions.revise",
        "意見の書き直し",
        Right.SUBMIT,
        agreeing.show_rewriting,
        _may_revise,
        _revise,
        is_public=False,
    ),
    Act(
        "opinions.withdraw",
        "意見の取り下げ",
        Right.WITHDRAW,
        agreeing.show_withdrawal,
        _may_withdraw,
        _withdraw,
        is_public=False,
    ),
)
