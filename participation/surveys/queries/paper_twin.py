"""A survey as sheets of paper and as letters of invitation (紙の調査票・招待状): what stands on them."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

import structlog

from participation.foundation import clock, files
from participation.i18n.dates import date_ja, deadline_ja, with_western_years
from participation.papers.printed import NotPrinted
from participation.papers.questionnaires import (
    Copy,
    InvitationLetter,
    QuestionnairePaper,
    kept_questionnaire,
    qr_rows,
)
from participation.surveys.domain import WORDS, InvitationKind
from participation.surveys.domain.on_paper import on_paper
from participation.surveys.domain.pictures import pictures_in
from participation.surveys.models import Survey
from participation.surveys.queries.editing_images import list_images_by_id, read_image
from participation.surveys.queries.finding import get_asked, get_questionnaire
from participation.surveys.queries.paper import PaperSays, show_paper_settings

_log = structlog.get_logger(__name__)

#: Pictures that the typesetting knows: media type → ending.
PRINTED_KINDS = {"image/png": "png", "image/jpeg": "jpeg", "image/gif": "gif", "image/webp": "webp"}
RETURN_TO = "返送先"
AGREEMENT = "書いた文を「意見」として区の記録に載せてよいときは、この□に✓を付けてください。"
ONCE = {
    InvitationKind.PERSON: "この番号で、お一人1回お答えいただけます。",
    InvitationKind.HOUSEHOLD: "この番号で、世帯で1回お答えいただけます。世帯の皆さまで相談しても、どなたか一人でもかまいません。",
}


def _facts(survey: Survey, says: PaperSays) -> tuple[tuple[str, str], ...]:
    """Return until when and where a sheet is returned, and whom to ask."""
    facts = (
        ("締切", with_western_years(deadline_ja(survey.closes_at))),
        (RETURN_TO, says.return_to),
        ("問い合わせ", says.contact),
    )
    return tuple((name, words) for name, words in facts if words)


def show_sheet(
    survey: Survey,
    *,
    issuer: str,
    version: int | None = None,
    is_large: bool = False,
    pictures: Mapping[str, tuple[str, bytes]] | None = None,
) -> QuestionnairePaper:
    """Return the questionnaire as sheets of paper."""
    questionnaire, says = get_questionnaire(survey, version=version), show_paper_settings(survey)
    has_words = any(question.spec.kind in WORDS for question in questionnaire.questions)
    return QuestionnairePaper(
        title=survey.title,
        issuer=issuer,
        edition=f"調査票 第{version or survey.form_version}版",
        intro=survey.intro,
        facts=_facts(survey, says),
        closing=f"ご協力ありがとうございました。\n\n{says.use_of_answers}",
        agreement=AGREEMENT if has_words else "",
        sections=tuple(asdict(section) for section in on_paper(questionnaire)),
        is_large=is_large,
        pictures=pictures or {},
    )


def set_sheet(
    survey: Survey,
    *,
    issuer: str,
    link: str,
    folder: Path,
    version: int | None = None,
    is_large: bool = False,
) -> bytes:
    """Return the questionnaire as PDF, set in type once; `link` is where it is answered on the web.

    A picture that cannot be set in type does not keep the sheets from being printed: its words stand there.
    """
    content = show_sheet(
        survey, issuer=issuer, version=version, is_large=is_large, pictures=read_pictures(survey)
    )
    folder.mkdir(parents=True, exist_ok=True)
    copy = Copy(link, qr_rows(link))
    try:
        return kept_questionnaire(content, copy, folder)
    except NotPrinted as reason:
        if not content.pictures:
            raise
        _log.warning("sheets set without their pictures", survey=survey.public_id, reason=str(reason)[:300])
        return kept_questionnaire(replace(content, pictures={}), copy, folder)


def read_pictures(survey: Survey) -> dict[str, tuple[str, bytes]]:
    """Return the pictures of a survey by their public ids, for printing; a lost one is left out."""
    pictures = {}
    for image in list_images_by_id(pictures_in(get_asked(survey)[0]).keys()):
        kind = PRINTED_KINDS.get(image.media_type)
        if kind is None:
            continue
        with contextlib.suppress(files.Lost):
            pictures[image.public_id] = (kind, read_image(image))
    return pictures


def show_invitation_letter(survey: Survey, kind: InvitationKind, *, issuer: str) -> InvitationLetter:
    """Return what the letters of a batch say."""
    says = show_paper_settings(survey)
    return InvitationLetter(
        title="アンケートにご協力ください",
        issuer=issuer,
        day=with_western_years(date_ja(clock.today())),
        survey=survey.title,
        paragraphs=(
            f"区では「{survey.title}」を行っています。あなたは、お願いする方として無作為に選ばれました。",
            survey.intro,
            f"下のQRコードかアドレスを開き、招待の番号を入れてお答えください。{ONCE[kind]}",
            says.use_of_answers
            + "番号は、同じ方が2回答えないようにするためのもので、番号から答えを見ることはできません。",
        ),
        facts=tuple(fact for fact in _facts(survey, says) if fact[0] != RETURN_TO),
    )
