"""skip_link: what the component promises."""

from __future__ import annotations

from tests.components.conftest import Draw


def test_it_leads_to_the_main_part(draw: Draw) -> None:
    (link,) = draw("{{ skip_link() }}").all("a")
    assert (link.attrs["href"], link.text) == ("#main", "本文へ進む")
