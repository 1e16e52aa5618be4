"""The whole map: planted groups, noise, too few votes, and the same votes in another guise."""

from __future__ import annotations

import numpy as np
import pytest

from participation.opinion_map.domain.bridging import model_axes_of, model_outline, sides_of
from participation.opinion_map.domain.mapping import GroupingMethod, compute
from participation.opinion_map.domain.picture import HEIGHT
from participation.opinion_map.domain.placing import place_on_model
from participation.opinion_map.domain.publishing import as_data, fingerprint
from participation.opinion_map.domain.stability import adjusted_rand
from tests.opinion_map.voters import by_hand, planted, renamed


def recovered(made, **options):
    found = compute(made.votes, **options)
    names = [int(found.votes.participants[each]) for each in found.placed]
    return found, adjusted_rand(made.groups[names], found.labels)


@pytest.mark.parametrize(("groups", "least"), [(2, 0.85), (3, 0.8), (4, 0.8), (5, 0.8)])
def test_planted_groups_are_recovered(groups, least):
    found, agreement = recovered(planted(400, 90, groups, 50))
    assert found.group_count == groups
    assert agreement > least
    assert found.is_stable


@pytest.mark.parametrize("seed", [0, 1, 3])
def test_votes_without_groups_are_given_none_and_the_reason(seed):
    found, _ = recovered(planted(200, 40, 1, 25, seed=seed))
    assert found.group_count == 0
    assert found.method == GroupingMethod.NONE
    assert any("グループに分けていません" in each for each in found.warnings)
    data = as_data(found, seed=0)
    assert data["groups"] == []
    assert {len(each["by_group"]) for each in data["statements"]} == {0}
    assert set(data["participants"]["group"]) == {None}


def test_groups_that_may_be_chance_are_given_on_request_with_the_reserve():
    found, _ = recovered(planted(200, 40, 1, 25), unsure=True)
    assert found.is_chance
    assert found.group_count > 1
    assert any("偶然と見分けがつきません" in each for each in found.warnings)


def test_weak_groups_are_more_than_two_axes_hold():
    found, agreement = recovered(planted(700, 120, 5, 55, sharp=0.9))
    assert (found.method, found.group_count) == (GroupingMethod.MODEL, 5)
    assert agreement > 0.5


def test_who_voted_little_has_no_group_yet():
    made = planted(200, 60, 2, 30)
    few = by_hand("+-+....").count
    assert few == 3
    votes = made.votes
    stays = (votes.rows != 0) | (np.cumsum(votes.rows == 0) <= 6)
    smaller = type(votes)(
        votes.participants,
        votes.statements,
        *(each[stays] for each in (votes.rows, votes.columns, votes.values)),
    )
    found = compute(smaller)
    assert 0 not in found.placed.tolist()
    assert as_data(found, seed=0)["participants"]["group"][0] is None
    assert any("まだ地図に置いていません" in each for each in found.warnings)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (("+-0+-0+-",), "投票した人がまだ1人です"),
        (("0000000",) * 20, "すべての票がパスです"),
        (("+-+-+-+",) * 20, "どの人も同じ投票をしています"),
        (("+.", ".-"), "2人以上が答えた意見文が、まだありません"),
        (("....", "...."), "票がまだありません"),
        (("+-+-+-+-", "-+-+-+-+"), "2人です。10人になるまで"),
        (("+",) * 6 + ("-",) * 6, "1つの軸だけ"),
    ],
)
def test_too_little_for_a_map_is_said_plainly_and_nothing_is_invented(rows, said):
    found = compute(by_hand(*rows))
    assert any(said in each for each in found.warnings)
    data = as_data(found, seed=0)
    assert all(np.isfinite(each) for each in data["participants"]["x"])
    told = [each for each in figures_of(data) if each is not None]
    assert all(abs(each) < 1_000 for each in told)  # No figure that only the computer's zero made.
    if said != "1つの軸だけ":
        assert data["groups"] == []


def figures_of(data):
    """Every figure of the model: of people, of statements, and of votes at large."""
    people, columns = (
        data["participants"],
        ("leniency", "model_x", "model_y", "model_x_error", "model_y_error"),
    )
    loadings = [weight for each in data["statements"] for weight in each["loadings"]]
    return [*(each for name in columns for each in people[name]), *loadings, *data["method"]["spread"]]


def test_one_voter_alone_bridges_nothing_and_of_the_model_nothing_is_told():
    data = as_data(compute(by_hand("+-0+-0+-")), seed=0)
    assert {each["bridging"] for each in data["statements"]} == {None}
    assert set(figures_of(data)) == {data["method"]["noise"]} == {None}
    assert data["method"]["axes"] == 0


def test_of_an_axis_on_which_nobody_differs_nothing_is_told_and_all_of_the_other():
    data = as_data(compute(by_hand(*["+-+-+-+-"] * 9, *["-+-+-+-+"] * 9)), seed=0)
    people, method = data["participants"], data["method"]
    assert method["axes"] == 1
    assert set(people["model_y"]) == set(people["model_y_error"]) == {None}
    assert {each["loadings"][1] for each in data["statements"]} == {method["spread"][2]} == {None}
    assert {round(each) for each in people["model_x"]} == {-1, 1}
    assert all(abs(each["loadings"][0]) > 0.9 for each in data["statements"])


def test_a_map_can_still_be_told_as_before_what_was_not_learnt_was_left_out():
    found = compute(by_hand(*["0000000"] * 20))
    before = as_data(found, seed=0, as_before=True)
    assert None not in figures_of(before)
    assert {key for key in before if before[key] != as_data(found, seed=0)[key]} == {
        "participants",
        "statements",
        "method",
    }


@pytest.mark.parametrize("rows", [["0000000"] * 20, ["+-+-+-+-"] * 9 + ["-+-+-+-+"] * 9], ids=["none", "one"])
def test_pages_draw_what_was_learnt_and_cope_with_what_was_not(rows):
    data = as_data(compute(by_hand(*rows)), seed=0)
    outline = model_outline(data)
    axes = model_axes_of(data)
    if not data["method"]["axes"]:
        assert (outline["dots"], axes) == ([], None)
        return
    assert {down for _, down, _ in outline["dots"]} == {HEIGHT / 2}
    side = place_on_model({0: 1, 1: -1, 2: 1, 3: -1, 4: 1, 5: -1, 6: 1, 7: -1}, axes)
    assert (abs(round(side.x)), side.y, sides_of(side)[1]) == (1, 0.0, "まん中あたり")


def test_a_statement_that_nobody_saw_is_named_and_has_no_score():
    rows = ["+-+-+-+-."] * 9 + ["-+-+-+-+."] * 9
    found = compute(by_hand(*rows))
    unseen = as_data(found, seed=0)["statements"][-1]
    assert (unseen["seen"], unseen["bridging"], unseen["consensus"]) == (0, None, None)
    assert any("まだだれも投票していない意見文が1件" in each and "8" in each for each in found.warnings)
    assert found.group_count == 2


def test_votes_on_removed_statements_count_nowhere():
    made = planted(200, 40, 2, 25).votes
    found = compute(made, removed=["3", "5"])
    assert {"3", "5"} & set(found.votes.statements) == set()
    assert any("取り下げた意見文への票" in each for each in found.warnings)
    kept = np.isin(made.columns, [3, 5], invert=True)
    assert found.votes.count == int(kept.sum())
    assert found.statistics.seen.shape[1] == 38


def test_a_removed_statement_that_the_votes_do_not_have_is_named_but_not_one_of_a_table_of_statements():
    votes = by_hand(*["+-+-+-+-"] * 9, *["-+-+-+-+"] * 9)
    found = compute(votes, removed=["nosuch", "1", "nosuch"], moderated=["2", "never voted on"])
    assert found.warnings[:2] == (
        "取り下げた意見文「nosuch」は、票の中にありません。",
        "取り下げた意見文への票36件は、数えていません。",
    )
    assert found.votes.statements == ("0", "3", "4", "5", "6", "7")
    assert not any("never voted on" in each for each in found.warnings)


def test_the_same_votes_give_the_same_map_to_the_letter():
    votes = planted(250, 50, 3, 20).votes
    assert as_data(compute(votes, seed=4), seed=4) == as_data(compute(votes, seed=4), seed=4)


@pytest.mark.parametrize(("groups", "sharp"), [(2, 1.5), (4, 1.5)])
def test_other_names_and_another_order_change_no_place_and_no_group(groups, sharp):
    made = planted(250, 50, groups, 30, sharp=sharp)
    people, texts = (np.random.default_rng(2).permutation(count).tolist() for count in (250, 50))
    one, other = compute(made.votes), compute(renamed(made.votes, people, texts))
    assert other.projection.positions[people] == pytest.approx(one.projection.positions, abs=1e-6)
    assert other.factors.intercepts[texts] == pytest.approx(one.factors.intercepts, abs=1e-6)
    groups = dict(zip(other.placed.tolist(), other.labels.tolist(), strict=True))
    assert [groups[people[each]] for each in one.placed] == one.labels.tolist()


def test_everybody_twice_is_the_same_map_of_twice_as_many():
    made = planted(120, 40, 2, 30)
    votes = made.votes
    twice = type(votes)(
        tuple(str(each) for each in range(240)),
        votes.statements,
        np.concatenate([votes.rows, votes.rows + 120]).astype(np.int32),
        np.tile(votes.columns, 2),
        np.tile(votes.values, 2),
    )
    one, other = compute(votes), compute(twice)
    assert other.projection.positions[:120] == pytest.approx(one.projection.positions, abs=1e-7)
    assert other.labels[:120].tolist() == one.labels.tolist() == other.labels[120:].tolist()


def test_another_seed_gives_the_same_groups_where_they_are_clear():
    votes = planted(300, 60, 3, 40).votes
    assert compute(votes, seed=0).labels.tolist() == compute(votes, seed=9).labels.tolist()


def test_two_sorts_of_votes_have_two_fingerprints():
    assert fingerprint(by_hand("+-", "-+")) != fingerprint(by_hand("+-", "--"))
