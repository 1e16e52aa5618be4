"""button_group: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_a_group_with_a_label_is_told_as_a_group(draw: Draw) -> None:
    root = draw('{% call button_group(label="意見の操作") %}<button>送る</button>{% endcall %}')
    (group,) = root.all(role="group")
    assert (group.name, group.text) == ("意見の操作", "送る")


def test_a_group_without_a_label_is_no_group_to_aids(draw: Draw) -> None:
    assert draw("{% call button_group() %}x{% endcall %}").all(role="group") == []
