"""flask moderation load."""

from __future__ import annotations


def test_loading_the_rules_again_changes_nothing(app) -> None:
    answers = [app.test_cli_runner().invoke(args=["moderation", "load"]) for _ in range(2)]
    assert [answer.exit_code for answer in answers] == [0, 0]
    assert answers[1].output == "追加0・変更0・廃止0\n"
