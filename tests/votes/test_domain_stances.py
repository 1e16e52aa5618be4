"""What readers think of a voice is told from five answers on."""

from __future__ import annotations

from participation.votes.domain.stances import NO_STANCES, Stance, StanceCounts


def test_figures_of_a_few_are_not_told_and_zeros_are_told_with_the_rest():
    four = StanceCounts({Stance.AGREE: 3, Stance.PASS: 1}, {})
    assert four.shown == NO_STANCES.shown == []
    five = StanceCounts({Stance.AGREE: 4, Stance.PASS: 1}, {Stance.DISAGREE: 5})
    assert five.shown == [("賛成", 4), ("反対", 0), ("どちらともいえない", 1)]
    assert five.shown_organisations == [("賛成", 0), ("反対", 5), ("どちらともいえない", 0)]


def test_organisations_do_not_lift_the_figures_of_people():
    assert StanceCounts({Stance.AGREE: 2}, {Stance.AGREE: 9}).shown == []
