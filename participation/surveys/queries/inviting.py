"""Finding an invitation by its code, and how many of the invited answered (回収率)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from participation.foundation import sealing
from participation.foundation.db import db
from participation.foundation.errors import NotFound, Refused
from participation.foundation.table_files import BadTable, TableRow, read_table
from participation.surveys.domain import InvitationKind
from participation.surveys.domain.inviting import (
    FAULT_WORDS,
    CodeFault,
    InvitationState,
    Invitee,
    fold_code,
    is_code,
    read_invitees,
)
from participation.surveys.domain.paper_entry import PaperStatus
from participation.surveys.models import (
    Answer,
    Invitation,
    InvitationBatch,
    PaperForm,
    Question,
    Response,
    Survey,
)

_CODE, _RESPONDENT = "surveys.invitation", "surveys.invited"


@dataclass(frozen=True)
class FoundInvitation:
    """An invitation that a code opens, and under which key its one answer is kept."""

    id: int
    kind: InvitationKind
    respondent_key: str
    #: Go into `Response.attributes`.
    strata: dict[str, str]
    is_answered: bool


@dataclass(frozen=True)
class CodeLookup:
    """What a typed code leads to: an invitation, or why not."""

    invitation: FoundInvitation | None
    fault: CodeFault | None = None

    @property
    def words(self) -> str:
        """Why not, in words for the person who typed it."""
        return FAULT_WORDS[self.fault] if self.fault else ""


@dataclass(frozen=True)
class ResponseRate:
    """How many were invited, how many letters came back, how many answered."""

    #: ("地区", "東部"); empty for all together.
    stratum: tuple[str, ...]
    invited: int
    returned: int
    answered: int

    @property
    def permille(self) -> int:
        """Answers for each thousand that were reached."""
        reached = self.invited - self.returned
        return (self.answered * 2000 + reached) // (2 * reached) if reached > 0 else 0


def code_hash(survey: Survey, code: str) -> str:
    """Return the hash under which a code is stored."""
    return sealing.keyed_hash(_CODE, f"{survey.public_id}:{code}")


def invited_key(survey: Survey, code: str) -> str:
    """Return the respondent's key that belongs to a code; it cannot be made from what is stored."""
    return "invitation:" + sealing.keyed_hash(_RESPONDENT, f"{survey.public_id}:{code}")


def find_invitation(survey: Survey, code: str) -> CodeLookup:
    """Return the invitation that a typed code opens; a slip of the hand is told from an unknown code."""
    folded = fold_code(code)
    if not is_code(folded):
        return CodeLookup(None, CodeFault.MISTYPED)
    named = f"{survey.public_id}:{folded}"
    row = db.session.execute(
        select(Invitation, InvitationBatch.kind)
        .join(InvitationBatch, InvitationBatch.id == Invitation.batch_id)
        .where(
            Invitation.survey_id == survey.id,
            Invitation.code_hash.in_(sealing.keyed_hashes(_CODE, named)),
        )
    ).one_or_none()
    if row is None or not sealing.is_hash_of(_CODE, named, row[0].code_hash):
        return CodeLookup(None, CodeFault.UNKNOWN)
    invitation, kind = row
    if invitation.state is InvitationState.WITHDRAWN:
        return CodeLookup(None, CodeFault.WITHDRAWN)
    return CodeLookup(
        FoundInvitation(
            id=invitation.id,
            kind=kind,
            respondent_key=invited_key(survey, folded),
            strata=dict(invitation.strata),
            is_answered=invitation.is_answered,
        )
    )


def has_answered(survey: Survey, respondent_key: str) -> bool:
    """Return whether there is an answer under this key."""
    wanted = select(Response.id).where(
        Response.survey_id == survey.id, Response.respondent_key == respondent_key
    )
    return db.session.scalar(wanted) is not None


def answers_of(response: Response) -> dict[str, Any]:
    """Return the stored answers of a response, by question code."""
    rows = db.session.execute(
        select(Question.code, Answer.value)
        .join(Question, Question.id == Answer.question_id)
        .where(Answer.response_id == response.id)
    )
    return {row[0]: row[1] for row in rows}


def has_paper(survey: Survey, respondent_key: str) -> bool:
    """Return whether a form that stands was entered under this key."""
    wanted = select(PaperForm.id).where(
        PaperForm.survey_id == survey.id,
        PaperForm.respondent_key == respondent_key,
        PaperForm.status != PaperStatus.WITHDRAWN,
    )
    return db.session.scalar(wanted.limit(1)) is not None


def was_withdrawn(survey: Survey, respondent_key: str) -> bool:
    """Return whether a form under this key was entered by mistake and taken out."""
    wanted = select(PaperForm.id).where(
        PaperForm.survey_id == survey.id,
        PaperForm.respondent_key == respondent_key,
        PaperForm.status == PaperStatus.WITHDRAWN,
    )
    return db.session.scalar(wanted.limit(1)) is not None


def list_batches(survey: Survey) -> Sequence[InvitationBatch]:
    """Return the batches of a survey, the latest first."""
    return db.session.scalars(
        select(InvitationBatch)
        .where(InvitationBatch.survey_id == survey.id)
        .order_by(InvitationBatch.number.desc())
    ).all()


def get_batch(survey: Survey, public_id: str) -> InvitationBatch:
    """Return a batch of this survey; raises NotFound."""
    batch = db.session.scalars(
        select(InvitationBatch).where(
            InvitationBatch.survey_id == survey.id, InvitationBatch.public_id == public_id
        )
    ).one_or_none()
    if batch is None:
        raise NotFound
    return batch


def list_invitations(survey: Survey, numbers: Iterable[str]) -> Sequence[Invitation]:
    """Return the invitations with these numbers."""
    return db.session.scalars(
        select(Invitation)
        .where(Invitation.survey_id == survey.id, Invitation.number.in_(list(numbers)))
        .order_by(Invitation.number)
    ).all()


def strata_of(survey: Survey, numbers: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the strata of invitations by their numbers."""
    return {each.number: dict(each.strata) for each in list_invitations(survey, numbers)}


def last_number(survey: Survey) -> int:
    """Return the highest of the numbers that are plain figures, 0 if there is none."""
    numbers = db.session.scalars(select(Invitation.number).where(Invitation.survey_id == survey.id))
    return max((int(each) for each in numbers if each.isascii() and each.isdigit()), default=0)


def show_response_rates(survey: Survey) -> list[ResponseRate]:
    """Return the rates of all the invited, then of each value of each stratum; the withdrawn do not count."""
    rows = db.session.execute(
        select(Invitation.strata, Invitation.state, Invitation.is_answered, func.count())
        .where(Invitation.survey_id == survey.id, Invitation.state != InvitationState.WITHDRAWN)
        .group_by(Invitation.strata, Invitation.state, Invitation.is_answered)
    )
    sums: dict[tuple[str, ...], list[int]] = {}
    for strata, state, is_answered, count in rows:
        for stratum in ((), *sorted(strata.items())):
            found = sums.setdefault(stratum, [0, 0, 0])
            found[0] += count
            found[1] += count if state is InvitationState.RETURNED and not is_answered else 0
            found[2] += count if is_answered else 0
    return [ResponseRate(stratum, *sums[stratum]) for stratum in sorted(sums)]


def read_invitee_file(content: bytes) -> tuple[Invitee, ...]:
    """Return whom a CSV or Excel file lists; raises Refused with the line."""
    try:
        table = read_table(content)
        return read_invitees((row.line, row.cells) for row in _sound(table.rows))
    except BadTable as wrong:
        line = f"{wrong.line:,}行目：" if wrong.line else ""
        raise Refused(line + wrong.message, field="rows") from wrong


def _sound(rows: Iterable[TableRow]) -> Iterator[TableRow]:
    for row in rows:
        if row.wrong:
            raise BadTable(row.wrong, row.line)
        yield row
