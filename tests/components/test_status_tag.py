"""status_tag: what the component promises."""

from __future__ import annotations

import pytest

from tests.components.conftest import Draw


@pytest.mark.parametrize("kind", ["wait", "open", "work", "done", "stop", "danger"])
def test_a_status_is_said_in_words(kind: str, draw: Draw) -> None:
    (tag,) = draw('{{ status_tag("受付中", kind=kind) }}', kind=kind).all("span")
    assert (tag.text, tag.attrs["data-kind"]) == ("受付中", kind)
