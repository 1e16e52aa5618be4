"""What pages offer to somebody who cries for help."""

from __future__ import annotations

from participation.contributions.subscribers import help_for, help_named


def test_help_is_offered_for_a_cry_and_for_nothing_else(app) -> None:
    assert [topic.code for topic in help_for("いじめられています。死にたい。")] == ["despair", "bullying"]
    assert help_for("区長は頭がおかしい") == []


def test_a_message_names_topics_by_their_codes(app) -> None:
    assert [topic.code for topic in help_named("bullying nothing-of-that-name")] == ["bullying"]
