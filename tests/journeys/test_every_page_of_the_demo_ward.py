"""Every page that the public can reach by links: sound, light, accessible; and every public page is linked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys.wards import DemoWard, Reader, demo_ward
from tests.support.browser import html_faults

#: A guest opens every address; members see the same templates with other rights.
OF_A_KIND = 10
GUEST = Reader("guest", None, "/")
RESIDENT = Reader("resident", "kumin@example.jp", "/", OF_A_KIND)
DELEGATE = Reader("delegate", "dantai@example.jp", "/", OF_A_KIND)
#: Pages that a reader must have met, so that a test cannot pass by meeting nothing.
EXPECTED = {
    GUEST: {
        "front.home",
        "front.node",
        "plans.show",
        "consultations.show",
        "opinions.new",
        "opinions.index",
        "replies.results",
        "replies.point",
        "discussion.show",
        "surveys.show",
        "votes.show",
        "proposals.show",
        "moderation.rules",
        "people.log_in",
        "people.sign_up",
    },
    RESIDENT: {"opinions.my_opinions", "discussion.new", "people.account", "notices.index"},
    DELEGATE: {"proposals.new"},
}
#: Pages that no page links to: letters do, or machines ask for them (the script of a page for a piece of it).
UNLINKED = ("static", "assets.", "health.", "gallery.", "proposals.similar")
#: Pages that only open after something was sent, or to whom it concerns: a confirmation, a receipt.
BEHIND_A_FORM = frozenset(
    {
        "gatherings.change",  # by the secret link of a registration
        "gatherings.door",  # by the code of a registration
        "gatherings.registration",
        "gatherings.room",  # by the code that hangs in the room
        "discussion.permalink_to",  # leads on to a page of the thread, so it is never where one ends
        "moderation.reported",
        "opinions.print_receipt",
        "opinions.take_back_file",
        "opinions.receipt",
        "opinions.revise",
        "opinions.withdraw",
        "people.left",
        "people.letter_sent",
        "people.password_chosen",
        "surveys.resume",  # by a secret link, once answers were kept half-written
        "surveys.review",
        "surveys.saved",
        "surveys.thanks",
        "votes.change",  # with the code of a receipt; linked for whoever may vote in a secret vote
    }
)
#: Pages that are linked once there is something to show: a second version, the result of a closed survey, answers
#: that two people released as open data.
ONCE_THERE_IS_SOMETHING = frozenset(
    {
        "gatherings.draw_again",  # once people were drawn by lot
        "gatherings.record_file",
        "opinions.file",  # once a file sent with an opinion is public
        "plans.compare",
        "proposals.version",
        "surveys.comparisons",
        "surveys.crosstab",
        "surveys.crosstab_csv",
        "surveys.image",
        "surveys.open_data",
        "surveys.open_data_columns",
        "surveys.results",
        "surveys.weighted",
    }
)


@pytest.fixture(scope="module")
def ward(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoWard]:
    """The demo ward, as the tests of this file find it."""
    yield from demo_ward(request, tmp_path_factory)


@pytest.mark.parametrize("reader", EXPECTED, ids=lambda reader: reader.name)
def test_every_page_that_the_public_can_reach_is_sound_and_light(ward: DemoWard, reader: Reader) -> None:
    reading = ward.read(reader)
    assert reading.too_heavy == []
    assert len(reading.pages) > 100
    assert reading.kinds >= EXPECTED[reader]


def test_every_public_page_is_reached_by_links(ward: DemoWard) -> None:
    public = {
        rule.endpoint
        for rule in ward.app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and getattr(ward.app.view_functions[rule.endpoint], "access", "") == "public"
        and not rule.endpoint.startswith(UNLINKED)
        and "token" not in rule.arguments
    }
    missing = sorted(public - ward.read(GUEST).kinds - BEHIND_A_FORM - ONCE_THERE_IS_SOMETHING)
    assert missing == []
    assert public >= BEHIND_A_FORM | ONCE_THERE_IS_SOMETHING


@pytest.mark.browser
def test_every_page_that_a_guest_can_reach_is_valid_html(ward: DemoWard) -> None:
    assert html_faults({path: page.html for path, page in ward.read(GUEST).pages.items()}) == []


@pytest.mark.browser
@pytest.mark.parametrize("reader", EXPECTED, ids=lambda reader: reader.name)
def test_every_kind_of_public_page_is_accessible_and_narrow_enough(
    ward: DemoWard, browser: Browser, reader: Reader
) -> None:
    faults = ward.faults_in_the_browser(reader, browser)
    assert not faults, "\n".join(faults)
