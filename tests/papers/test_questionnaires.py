"""Questionnaires for a pen and letters of invitation, as PDF."""

from __future__ import annotations

import struct
import zlib
from dataclasses import asdict

import pytest

from participation.papers.questionnaires import (
    Copy,
    InvitationLetter,
    QuestionnairePaper,
    invitations_pdf,
    kept_questionnaire,
    qr_rows,
    questionnaires_pdf,
)
from participation.surveys.domain import Asked, Option, Questionnaire, Section, SingleSpec
from participation.surveys.domain.on_paper import on_paper
from tests.surveys.test_domain_on_paper import every_kind

LINK = "http://localhost/surveys/abc?invitation=ABCDEFGHJKMN"
COPY = Copy(LINK, qr_rows(LINK), "ABCD-EFGH-JKMN", "00012")


def a_sheet(*, is_large=False, **says):
    given = {
        "title": "情報発信 #アンケート *強調* 𠮷\U000f0000",
        "issuer": "見本区",
        "edition": "調査票 第2版",
        "intro": "一つめの段落\n\n#let x = 1",
        "facts": (("締切", "12月5日"), ("返送先", "見本区役所")),
        "closing": "ありがとうございました。",
        "agreement": "載せてよい",
        "sections": tuple(asdict(each) for each in on_paper(every_kind())),
        "is_large": is_large,
        **says,
    }
    return QuestionnairePaper(**given)


@pytest.mark.parametrize("is_large", [False, True])
def test_every_kind_is_drawn_and_tagged_for_being_read_aloud(tmp_path, is_large):
    pdf = questionnaires_pdf(a_sheet(is_large=is_large), [COPY, COPY], tmp_path)
    for sign in (b"%PDF-", b"/StructTreeRoot", b"pdfuaid", b"/Lang"):
        assert sign in pdf
    assert list(tmp_path.iterdir()) == []


def test_one_copy_is_set_in_type_once_and_kept_until_it_says_something_else(tmp_path):
    first = kept_questionnaire(a_sheet(), COPY, tmp_path)
    [path] = tmp_path.iterdir()
    path.write_bytes(b"kept")
    assert kept_questionnaire(a_sheet(), COPY, tmp_path) == b"kept"
    assert kept_questionnaire(a_sheet(intro="ほか"), COPY, tmp_path)[:5] == first[:5]
    assert len(list(tmp_path.iterdir())) == 2


def test_letters_carry_a_code_each(tmp_path):
    letter = InvitationLetter("お願い", "見本区", "11月22日", "アンケート", ("本文",), (("締切", "12月5日"),))
    assert invitations_pdf(letter, [COPY, COPY], tmp_path).startswith(b"%PDF-")


def a_png():
    """A picture of one grey point."""

    def chunk(kind, content):
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00\x80")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def test_pictures_of_questions_and_options_are_printed_with_their_words(tmp_path):
    option = Option(code="a1", label="公園", image="park", image_text="公園の入口")
    spec = SingleSpec(options=(option, Option(code="a2", label="図書館")))
    asked = Asked("q1", "どこ", "", is_required=False, spec=spec, image="map", image_text="地図")
    sections = tuple(asdict(each) for each in on_paper(Questionnaire((Section("s1", questions=(asked,)),))))
    pictures = {"map": ("png", a_png()), "park": ("png", a_png())}
    with_pictures = questionnaires_pdf(a_sheet(sections=sections, pictures=pictures), [COPY], tmp_path)
    without = questionnaires_pdf(a_sheet(sections=sections), [COPY], tmp_path)
    assert with_pictures.count(b"/Subtype/Image") > without.count(b"/Subtype/Image") or (
        with_pictures.count(b"/Image") > without.count(b"/Image")
    )
