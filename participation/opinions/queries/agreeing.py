"""What delegates read before their organisation gives, rewrites or takes back an opinion (団体の中の承認)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from participation.agreements.domain import Shown
from participation.agreements.models import Agreement
from participation.consultations import queries as consultations
from participation.contributions.models import Contribution
from participation.foundation.db import db
from participation.i18n.dates import deadline_ja
from participation.opinions.domain import SubmissionDraft
from participation.opinions.domain.attachments import described
from participation.opinions.models import Opinion, Submission
from participation.opinions.queries.attachments import account_key, list_waiting
from participation.opinions.queries.dividing import siblings_of
from participation.opinions.queries.register import get_opinion
from participation.organisations import queries as organisations

Words = Mapping[str, Any]


def draft_of(agreement: Agreement, words: Words) -> SubmissionDraft:
    """Return what an organisation is about to hand in."""
    return SubmissionDraft.read(words, organisations.get_by_id(agreement.organisation_id).public_id)


def show_submission(agreement: Agreement, words: Words) -> Shown:
    """All opinions, what else the ward would get, and until when."""
    procedure = consultations.get_procedure(words["consultation"])
    draft, consultation = draft_of(agreement, words), procedure.consultation
    titles = {each.public_id: each.title for each in consultations.list_subjects(consultation.id)}
    waiting = list_waiting(consultation.id, draft.files, account_key(agreement.asked_by_id))
    facts = [
        ("募集の終わり", deadline_ja(procedure.open_period.closes_at) if procedure.open_period else ""),
        ("ほかの人に見える名前", "団体の名前" if draft.shows_name else "出さない（匿名）"),
        (
            "添付",
            "、".join(f"{each.name}（{described(each.kind, each.size, each.pages)}）" for each in waiting),
        ),
    ]
    if draft.submitter:
        facts += [("氏名", draft.submitter.name), ("住所", draft.submitter.address)]
    return Shown(
        consultation.title,
        f"/consultations/{consultation.code}",
        tuple(
            (f"意見{number}　{titles.get(each.about, '')}", each.body)
            for number, each in enumerate(draft.opinions, start=1)
        ),
        tuple((name, fact) for name, fact in facts if fact),
        note="まだ区に届いていません。承認がそろったら、募集が終わる前に出してください。",
    )


def show_rewriting(agreement: Agreement, words: Words) -> Shown:
    """What it says, and what it would say."""
    opinion = get_opinion(agreement.about)
    parts = (("いまの文章", _words_of(opinion)), ("書き直した文章", words["body"]))
    return Shown(f"意見 No.{opinion.number}", _path_of(opinion), parts)


def show_withdrawal(agreement: Agreement, words: Words) -> Shown:
    """Which opinions would be taken back, and why; that it cannot be undone."""
    opinion = get_opinion(agreement.about)
    taken_back = [opinion, *(siblings_of(opinion) if words["whole_letter"] else ())]
    parts = [(f"取り下げる意見 No.{each.number}", _words_of(each)) for each in taken_back]
    note = "取り下げた意見は公表せず、件数にも数えません。元には戻せません。"
    return Shown(
        f"意見 No.{opinion.number}", _path_of(opinion), (*parts, ("理由", words["reason"])), note=note
    )


def _words_of(opinion: Opinion) -> str:
    return db.session.get_one(Contribution, opinion.contribution_id).body


def _path_of(opinion: Opinion) -> str:
    return f"/receipts/{db.session.get_one(Submission, opinion.submission_id).receipt_number}"
