"""Errors carry a sentence for the person who asked."""

from __future__ import annotations

import pytest

from participation.foundation.errors import AppError, Conflict, Denied, NotFound, Refused


@pytest.mark.parametrize("kind", [Denied, Refused, Conflict, NotFound])
def test_every_expected_error_carries_its_reason(kind: type[AppError]) -> None:
    error = kind("募集期間が終わりました。")
    assert isinstance(error, AppError)
    assert (error.reason, str(error)) == ("募集期間が終わりました。", "募集期間が終わりました。")


def test_a_refusal_may_name_the_field_to_mend() -> None:
    assert Refused("短すぎます。", field="body").field == "body"
    assert Refused("短すぎます。").field is None


def test_what_is_not_found_is_said_even_without_a_reason() -> None:
    assert NotFound().reason == "お探しのものは見つかりませんでした。"
