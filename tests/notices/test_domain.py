"""Every kind of notice says why it came."""

from __future__ import annotations

from participation.notices.domain import SIMPLE, WHY, NotificationKind, wordings


def test_every_kind_says_why_it_came() -> None:
    assert set(WHY) == set(NotificationKind)
    assert all(reason.endswith("ため") for reason in WHY.values())


def test_plain_words_stand_beside_the_formal_ones_and_first_for_who_reads_them() -> None:
    assert [each.name for each in wordings("文", "｜字《じ》", "こ")] == ["", "やさしい日本語", "こども版"]
    assert [each.name for each in wordings("文", "｜字《じ》", "こ", SIMPLE)] == [
        "やさしい日本語",
        "こども版",
        "",
    ]
    assert wordings("", "", "") == ()


def test_only_plain_words_hold_readings() -> None:
    formal, plain = wordings("要綱《ようこう》", "｜字《じ》を", "")
    assert (formal.plain_text, formal.parts) == ("要綱《ようこう》", (("要綱《ようこう》", ""),))
    assert (plain.plain_text, plain.parts) == ("字（じ）を", (("字", "じ"), ("を", "")))
