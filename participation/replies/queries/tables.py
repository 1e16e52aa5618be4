"""The result as a table for a file."""

from __future__ import annotations

from participation.consultations.models import Consultation
from participation.foundation.csv_text import as_text
from participation.replies.domain import OPERATION_NAMES, AmendmentText
from participation.replies.queries.published import list_replies

HEADER = (
    "No.",
    "論点",
    "意見の要旨",
    "件数",
    "人数",
    "団体数",
    "対応区分",
    "区の考え方",
    "計画の修正",
    "計画の場所",
    "担当課",
    "公表日",
    "ページ",
)


def results_csv(consultation: Consultation) -> str:
    """Return the table 意見の概要と区の考え方 as CSV: every published reply, by number."""
    replies = list_replies(consultation.id).items
    return as_text(
        HEADER,
        (
            (
                each.number,
                each.title,
                each.summary,
                each.count.opinions,
                each.count.people,
                each.count.organisations,
                each.disposition_text,
                each.reply_text,
                "\n".join(_in_words(amendment) for amendment in each.amendments),
                each.about,
                each.section_name,
                each.published_on.isoformat(),
                f"/points/{each.public_id}",
            )
            for each in replies
        ),
    )


def _in_words(amendment: AmendmentText) -> str:
    parts = [f"{amendment.place}［{OPERATION_NAMES[amendment.operation]}］"]
    if amendment.before:
        parts.append(f"旧「{amendment.before}」")
    if amendment.after:
        parts.append(f"新「{amendment.after}」")
    return " ".join(parts)
