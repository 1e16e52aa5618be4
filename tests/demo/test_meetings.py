"""The demo's gatherings: one is over, has voices and a record; one is full and has a waiting list."""

from __future__ import annotations

from participation.demo import reading
from participation.gatherings.domain import GatheringKind, Need, who_moves_up


def test_one_gathering_is_over_with_its_record_and_one_comes_and_is_full():
    over, comes = reading.listed("gatherings")
    assert over["day"] < over["record"]["day"] < over["record"]["approved"] < 0 < comes["day"]
    assert over["record"]["attendance"] == sum(over["people"][: over["come"]]) + over["walk_ins"]
    seated = who_moves_up(list(enumerate(comes["people"])), comes["capacity"])
    assert 0 < len(seated) < len(comes["people"])
    for entry in (over, comes):
        assert entry["announced"] + len(entry["people"]) < min(0, entry["day"])
        assert GatheringKind(entry["kind"])
        assert {Need(each) for each in entry["needs"]}


def test_what_was_said_at_the_briefing_was_said_after_it_was_announced():
    over, _ = reading.listed("gatherings")
    opens = next(each["opens"] for each in reading.consultations() if each["code"] == over["consultation"])
    said = [opens + sent.day for sent in reading.submissions() if sent.channel == "meeting"]
    assert said
    assert min(said) > over["announced"]
