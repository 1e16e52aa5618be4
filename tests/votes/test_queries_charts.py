"""The steps of a tally as figures: they are those of the steps in words."""

from __future__ import annotations

from participation.votes.domain import Keeping, VoteKind
from participation.votes.domain.budgeting import greedy
from participation.votes.domain.condorcet import schulze
from participation.votes.domain.counting import borda
from participation.votes.domain.runoff import instant_runoff
from participation.votes.domain.stv import single_transferable_vote
from participation.votes.queries.charts import pairs_of, rounds_of, spending_of
from tests.support.builders.votes import a_vote_of, cast_secretly, close
from tests.support.page import PageClient
from tests.votes.by_definition import lot, marked, ranked

BALLOTS = ranked(3, [(4, "a>b>c"), (3, "b>a>c"), (2, "c>b>a")])


def test_rounds_are_those_of_the_run_off_and_what_is_out_has_no_figure():
    outcome = instant_runoff(BALLOTS, lot=lot(BALLOTS))
    chart = rounds_of(BALLOTS, outcome, [1, 0, 2])
    assert chart.columns == ("選択肢", "1回目", "2回目")
    assert chart.rows == (("案B", "3", "5"), ("案A", "4", "4"), ("案C", "2", "―"))
    assert rounds_of(BALLOTS, borda(BALLOTS, seats=1, lot=lot(BALLOTS)), [0, 1, 2]) is None


def test_rounds_of_several_seats_show_a_surplus_handed_on():
    ballots = ranked(4, [(7, "a>b>c"), (3, "b>a>c"), (2, "c>b>a"), (2, "d>c")])
    outcome = single_transferable_vote(ballots, seats=2, lot=lot(ballots))
    chart = rounds_of(ballots, outcome, [0, 1, 2, 3])
    assert chart.rows == (("案A", "7", "5"), ("案B", "3", "5"), ("案C", "2", "2"), ("案D", "2", "2"))


def test_pairs_stand_in_the_order_of_the_result():
    chart = pairs_of(BALLOTS, schulze(BALLOTS, seats=1, lot=lot(BALLOTS)), [1, 0, 2])
    assert chart.columns == ("選択肢", "1", "2", "3")
    assert chart.rows == (("1 案B", "―", "5", "7"), ("2 案A", "4", "―", "7"), ("3 案C", "2", "2", "―"))
    assert pairs_of(BALLOTS, instant_runoff(BALLOTS, lot=lot(BALLOTS)), [0, 1, 2]) is None


def test_what_the_budget_goes_to_adds_up_to_the_budget():
    election = marked(3, [(6, "a"), (4, "b")], costs=[50, 30, 10], budget=100)
    spending = spending_of(election, greedy(election, lot=lot(election)))
    assert spending == (("案A", 50), ("案B", 30), ("使わない分", 20))
    nobody = marked(2, [(3, "")], costs=[50, 30], budget=100)
    assert spending_of(nobody, greedy(nobody, lot=lot(nobody))) == ()


def test_the_page_of_a_closed_vote_shows_them(app, client):
    page = PageClient(app, client)
    ranking = a_vote_of(VoteKind.RANKING, keeping=Keeping.SECRET)
    budget = a_vote_of(VoteKind.BUDGET, keeping=Keeping.SECRET)
    for content in ("o1>o2", "o1>o3", "o2>o1", "o2", "o3>o2"):
        cast_secretly(ranking, content)
        cast_secretly(budget, "o1,o3")
    for vote in (ranking, budget):
        close(vote)
    assert "回ごとの票" in page.get(f"/votes/{ranking.public_id}").text
    shown = page.get(f"/votes/{budget.public_id}").text
    assert "予算の使いみち" in shown
    assert "使わない分 2,000,000円 25%" in shown
