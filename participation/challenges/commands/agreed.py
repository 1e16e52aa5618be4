"""What an organisation does on the board and with ideas once enough of its delegates agreed (団体の中の承認)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from participation.access import rules as access
from participation.access.actors import Actor, Right
from participation.access.rules import Decision
from participation.agreements.domain import Act, Done, Shown
from participation.agreements.models import Agreement
from participation.challenges import queries
from participation.challenges.commands.cooperating import (
    NO_ANSWER,
    _refuse_rewriting,
    answer_application,
    apply_to_call,
    close_call,
    open_call,
    revise_call,
    take_back_application,
)
from participation.challenges.commands.offering import IdeaDraft, offer_idea, revise_idea, withdraw_idea
from participation.challenges.domain import CallDraft, CallEnd
from participation.challenges.models import CallApplication, CooperationCall, Idea
from participation.challenges.queries import agreeing
from participation.contributions.models import Contribution
from participation.foundation.db import db
from participation.foundation.errors import Refused
from participation.organisations.models import CommunityOrganisation

Words = Mapping[str, Any]
CONTACT = frozenset({"contact", "contact_name"})


def _act(
    verb: str,
    name: str,
    show: Callable[[Agreement, Words], Shown],
    carry_out: Callable[[Agreement, Words, Actor], Done],
    may: Callable[[Agreement, Actor], Decision],
    *,
    right: Right = Right.SUBMIT,
    **others: Any,
) -> Act:
    return Act(f"challenges.{verb}", name, right, show, may, carry_out, **others)


def _organisation(agreement: Agreement) -> CommunityOrganisation:
    return db.session.get_one(CommunityOrganisation, agreement.organisation_id)


def _call(agreement: Agreement) -> CooperationCall:
    return queries.get_call(agreement.about)


def _application(agreement: Agreement) -> CallApplication:
    return agreeing.find_application(_call(agreement), agreement.target)


def _idea(agreement: Agreement) -> Idea:
    return queries.get_idea(agreement.about)


def _may_as_organisation(agreement: Agreement, actor: Actor) -> Decision:
    return access.can(actor, agreement.act, _organisation(agreement))


def _may_with_call(agreement: Agreement, actor: Actor) -> Decision:
    return access.can(actor, agreement.act, _call(agreement))


def _may_with_idea(agreement: Agreement, actor: Actor) -> Decision:
    said = db.session.get_one(Contribution, _idea(agreement).contribution_id)
    return access.can(actor, agreement.act, said)


def _check_rewriting(agreement: Agreement, words: Words) -> None:
    call = _call(agreement)
    said = db.session.get_one(Contribution, call.contribution_id)
    _refuse_rewriting(call, said, CallDraft.read(words), words["reason"])


def _check_answer(_agreement: Agreement, words: Words) -> None:
    if not words["answer"]:
        raise Refused(NO_ANSWER, field="answer")


def _on(call: CooperationCall) -> Done:
    return Done(f"/cooperation/{call.public_id}", call.public_id)


def _open(agreement: Agreement, words: Words, by: Actor) -> Done:
    return _on(open_call(_organisation(agreement), CallDraft.read(words), by=by))


def _change(agreement: Agreement, words: Words, by: Actor) -> Done:
    call = _call(agreement)
    revise_call(call, CallDraft.read(words), words["reason"], agreement.row_version, by=by)
    return _on(call)


def _close(agreement: Agreement, words: Words, by: Actor) -> Done:
    call = _call(agreement)
    close_call(call, words["reason"], CallEnd(words["how"]), by=by)
    return _on(call)


def _apply(agreement: Agreement, words: Words, by: Actor) -> Done:
    call = _call(agreement)
    apply_to_call(call, _organisation(agreement), words["message"], words["contact"], by=by)
    return _on(call)


def _answer(agreement: Agreement, words: Words, by: Actor) -> Done:
    call = _call(agreement)
    answer_application(_application(agreement), call, words["answer"], accept=words["accept"], by=by)
    return _on(call)


def _take_back(agreement: Agreement, _words: Words, by: Actor) -> Done:
    take_back_application(_application(agreement), by=by)
    return _on(_call(agreement))


def _offer(agreement: Agreement, words: Words, by: Actor) -> Done:
    challenge = queries.get_posted(words["challenge"]) if words["challenge"] else None
    idea = offer_idea(IdeaDraft.read(words), challenge, _organisation(agreement), by=by)
    return Done(f"/ideas/{idea.public_id}", idea.public_id)


def _change_idea(agreement: Agreement, words: Words, by: Actor) -> Done:
    idea = _idea(agreement)
    revise_idea(idea, IdeaDraft.read(words), by=by)
    return Done(f"/ideas/{idea.public_id}", idea.public_id)


def _withdraw_idea(agreement: Agreement, _words: Words, by: Actor) -> Done:
    idea = _idea(agreement)
    withdraw_idea(idea, by=by)
    return Done(f"/ideas/{idea.public_id}", idea.public_id)


#: What organisations do here in their own name.
ACTS: tuple[Act, ...] = (
    _act("call", "協力の募集", agreeing.show_call_to_open, _open, _may_as_organisation, private=CONTACT),
    _act(
        "change_call",
        "募集の書き直し",
        agreeing.show_call_to_change,
        _change,
        _may_with_call,
        private=CONTACT,
        check=_check_rewriting,
    ),
    _act("close_call", "募集の終わり", agreeing.show_call_to_close, _close, _may_with_call),
    _act(
        "apply",
        "協力の募集への応募",
        agreeing.show_application,
        _apply,
        lambda agreement, actor: access.can(
            actor, "challenges.apply", _call(agreement), _organisation(agreement)
        ),
        private=CONTACT,
        is_public=False,
    ),
    _act(
        "answer_application",
        "応募への返事",
        agreeing.show_answer,
        _answer,
        lambda agreement, actor: access.can(
            actor, "challenges.answer_application", _call(agreement), _application(agreement)
        ),
        check=_check_answer,
        is_public=False,
    ),
    _act(
        "take_back_application",
        "応募の取りやめ",
        agreeing.show_taking_back,
        _take_back,
        lambda agreement, actor: access.can(
            actor, "challenges.take_back_application", _application(agreement)
        ),
        right=Right.WITHDRAW,
        is_public=False,
    ),
    _act(
        "offer_idea",
        "アイデアの提出",
        agreeing.show_idea_to_offer,
        _offer,
        lambda agreement, actor: access.can(actor, "challenges.offer_idea", None, _organisation(agreement)),
        private=CONTACT,
    ),
    _act(
        "change_idea",
        "アイデアの書き直し",
        agreeing.show_idea_to_change,
        _change_idea,
        _may_with_idea,
        private=CONTACT,
    ),
    _act(
        "withdraw_idea",
        "アイデアの取り下げ",
        agreeing.show_idea_to_withdraw,
        _withdraw_idea,
        _may_with_idea,
        right=Right.WITHDRAW,
    ),
)
