"""Files of ballots: PrefLib, pabulib and our own; read, written, and refused with the line."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from participation.votes.domain.ballots import BallotKind, BallotPaper, Election, Option
from participation.votes.domain.files import (
    ENDINGS,
    BadFile,
    read_ballots,
    write_own,
    write_pabulib,
    write_preflib,
)
from participation.votes.domain.files.lines import MOST_PROBLEMS
from participation.votes.domain.files.pabulib import decimal
from tests.votes.by_definition import marked, pointed, projects, ranked, rankings

SOI = """# FILE NAME: 0.soi
# TITLE: 公園の名前
# DATA TYPE: soi
# NUMBER ALTERNATIVES: 3
# NUMBER VOTERS: 6
# ALTERNATIVE NAME 1: さくら公園
# ALTERNATIVE NAME 2: けやき公園
# ALTERNATIVE NAME 3: 坂の上公園
3: 1,2,3
2: 2
1: 3, 1
"""
CAT = """# NUMBER ALTERNATIVES: 3
# NUMBER CATEGORIES: 3
# CATEGORY NAME 1: よい
# CATEGORY NAME 2: ふつう
# CATEGORY NAME 3: よくない
2: 1,{2,3},{}
1: {1,2},3
"""
PB = """META
key;value
description;夏の予算
currency;JPY
num_projects;3
num_votes;3
budget;1000
vote_type;approval
min_length;1
max_length;2
PROJECTS
project_id;cost;name;category
1;600;"広場;ベンチ";公園
2;400,5;花壇;公園
9;250;本棚;図書館
VOTES
voter_id;age;sex;vote
a;34;F;1,9
b;;;9
c;70;M;9,1
"""
OWN = """{"format": "participation-ballots", "version": 1, "kind": "points",
 "options": [
  {"id": "a", "name": "公園"},
  {"id": "b"}],
 "limits": {"total_most": 10},
 "ballots": [
  {"count": 2, "points": {"a": 0.1, "b": "7/2"}},
  {"points": {"b": 3}}]}
"""


def read(text, name):
    return read_ballots(text.encode(), name)


def refusal(text, name):
    with pytest.raises(BadFile) as refused:
        read_ballots(text if isinstance(text, bytes) else text.encode(), name)
    return [(problem.line, problem.words) for problem in refused.value.problems]


# ── Reading ─────────────────────────────────────────────────────────────────────────────────


def test_a_preflib_file_gives_names_and_counted_ballots():
    election = read("\ufeff" + SOI.replace("\n", "\r\n"), "x.SOI")
    assert (election.title, election.voters) == ("公園の名前", 6)
    assert [(o.code, o.name) for o in election.options][1] == ("2", "けやき公園")
    assert election.rankings == {bytes([0, 1, 2]): 3, bytes([255, 0, 255]): 2, bytes([1, 255, 0]): 1}


def test_the_number_of_options_may_be_told_by_their_names_alone():
    assert read(SOI.replace("# NUMBER ALTERNATIVES: 3\n", ""), "x.soi") == read(SOI, "x.soi")
    assert refusal("3: 1,2\n", "x.soi") == [(0, "「# NUMBER ALTERNATIVES: …」の行がありません。")]


def test_ties_are_written_in_braces():
    text = SOI.replace("DATA TYPE: soi", "DATA TYPE: toi").replace("3: 1,2,3", "3: {1, 3},2")
    assert read(text, "x.toi").rankings[bytes([0, 1, 0])] == 3


def test_two_categories_are_marks_and_more_are_categories():
    election = read(CAT, "x.cat")
    assert (election.kind, election.rankings) == (
        BallotKind.CATEGORIES,
        {bytes([0, 1, 1]): 2, bytes([0, 0, 1]): 1},
    )
    two = CAT.replace("CATEGORIES: 3", "CATEGORIES: 2").replace("# CATEGORY NAME 3: よくない\n", "")
    two = two.replace(",{}", "")
    assert (read(two, "x.cat").kind, read(two, "x.cat").marks) == (BallotKind.APPROVAL, {(0,): 2, (0, 1): 1})


def test_a_pabulib_file_gives_projects_costs_and_ballots_and_forgets_the_voters():
    election = read(PB, "x.pb")
    assert (election.budget, election.unit, election.title) == (1000, "円", "夏の予算")
    assert election.options[:2] == (
        Option("1", "広場;ベンチ", 600, "公園"),
        Option("2", "花壇", Fraction(801, 2), "公園"),
    )
    assert election.marks == {(0, 2): 2, (2,): 1}
    assert "34" not in repr(election)


@pytest.mark.parametrize(
    ("kind", "columns", "row", "kept"),
    [
        ("choose-1", "voter_id;vote", "1;9", {"marks": {(2,): 1}}),
        ("ordinal", "voter_id;vote", "1;9,1", {"rankings": {bytes([1, 255, 0]): 1}}),
        ("cumulative", "voter_id;vote;points", "1;9,1;3,4", {"points": {((0, 4), (2, 3)): 1}}),
        ("scoring", "voter_id;vote;points", "1;9,1;-1,4.5", {"points": {((0, Fraction(9, 2)), (2, -1)): 1}}),
    ],
)
def test_every_kind_of_pabulib_ballot_is_read(kind, columns, row, kept):
    head = PB[: PB.index("VOTES")].replace("approval", kind).replace("num_votes;3", "num_votes;1")
    election = read(head.replace("max_length;2", "min_points;-1") + f"VOTES\n{columns}\n{row}\n", "x.pb")
    assert {name: getattr(election, name) for name in kept} == kept


def test_our_own_file_keeps_decimals_and_fractions_exact():
    election = read(OWN, "x.json")
    assert election.points == {((0, Fraction(1, 10)), (1, Fraction(7, 2))): 2, ((1, 3),): 1}


# ── Writing ─────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=40, deadline=None)
@given(rankings())
def test_rankings_survive_preflib_and_our_own_file(case):
    election = ranked(*case, title="夏の投票")
    ending, text = write_preflib(election)
    again = read(text, f"x.{ending}")
    assert (again.rankings, again.title) == (election.rankings, "夏の投票")
    assert [option.name for option in again.options] == [option.name for option in election.options]
    assert read(write_own(election), "x.json") == election


@settings(max_examples=30, deadline=None)
@given(projects())
def test_marks_and_costs_survive_every_file(case):
    size, costs, budget, ballots = case
    election = marked(size, ballots, costs=costs, budget=budget)
    assert read(write_own(election), "x.json") == election
    again = read(write_pabulib(election), "x.pb")
    assert (again.marks, again.options, again.budget) == (election.marks, election.options, budget)
    _, text = write_preflib(election)
    assert read(text, "x.cat").marks == election.marks


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from("abc"), st.fractions(-9, 9, max_denominator=10**6), max_size=3),
        min_size=1,
        max_size=5,
    )
)
def test_points_survive_our_own_file(ballots):
    election = pointed(3, [(1, given) for given in ballots])
    assert read(write_own(election), "x.json") == election


def test_points_and_rankings_survive_pabulib():
    scored = pointed(3, [(2, {"a": Fraction(5, 2), "c": -1}), (1, {})], costs=[1, 2, 3], budget=3)
    assert read(write_pabulib(scored), "x.pb").points == scored.points
    paper = BallotPaper(BallotKind.RANKING, scored.options, most=2, may_tie=False)
    order = Election(paper, rankings={paper.ranking("ca"): 2}, budget=3)
    assert read(write_pabulib(order), "x.pb").rankings == order.rankings


def test_categories_survive_preflib_and_our_own_file():
    election = read(CAT, "x.cat")
    assert read(write_preflib(election)[1], "x.cat") == election
    assert read(write_own(election), "x.json") == election


def test_a_vote_in_which_nobody_voted_survives_our_own_file():
    nobody = ranked(2, [])
    assert read(write_own(nobody), "x.json") == nobody


def test_the_order_of_a_written_file_tells_nothing_of_the_voters():
    one = marked(3, [(1, "a"), (1, "bc"), (1, "c")], costs=[1, 2, 3], budget=3)
    other = marked(3, [(1, "c"), (1, "a"), (1, "bc")], costs=[1, 2, 3], budget=3)
    assert write_pabulib(one) == write_pabulib(other)
    assert write_own(one) == write_own(other)
    assert write_preflib(one) == write_preflib(other)


def test_what_a_format_cannot_hold_is_refused():
    with pytest.raises(ValueError, match="点の票"):
        write_preflib(pointed(2, [(1, {"a": 1})]))
    with pytest.raises(ValueError, match="予算と費用のない"):
        write_pabulib(ranked(2, [(1, "a")]))
    with pytest.raises(ValueError, match="小数で正確に"):
        decimal(Fraction(1, 3))


# ── Refusing ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("3: 1,2,3", "3: 1,2,4", 9, "「4」という選択肢はありません"),
        ("3: 1,2,3", "3: 1,2,1", 9, "2回書かれています"),
        ("3: 1,2,3", "x: 1,2,3", 9, "票数は1以上"),
        ("3: 1,2,3", "0: 1,2,3", 9, "票数は1以上"),
        ("3: 1,2,3", "-3: 1,2,3", 9, "票数は1以上"),
        ("3: 1,2,3", "1,2,3", 9, "票数は1以上"),
        ("3: 1,2,3", "3: 1 2,3", 9, "が読めません"),
        ("3: 1,2,3", "3: 1,,3", 9, "が読めません"),
        ("3: 1,2,3", "3: 1,2,", 9, "が読めません"),
        ("3: 1,2,3", "3: {1,2},3", 9, "同じ順位に二つ以上"),
        ("3: 1,2,3", "3: {1,2", 9, "が読めません"),
        ("3: 1,2,3", "3: １,2", 9, "が読めません"),
        ("3: 1,2,3", "9" * 5000 + ": 1", 9, "票数は1以上"),
        ("NUMBER VOTERS: 6", "NUMBER VOTERS: 7", 5, "途中で切れていないか"),
        ("NUMBER VOTERS: 6", "NUMBER VOTERS: six", 5, "0以上の整数"),
        ("NUMBER ALTERNATIVES: 3", "NUMBER ALTERNATIVES: 0", 4, "1個から250個まで"),
        ("DATA TYPE: soi", "DATA TYPE: soc", 3, "ファイル名は .soi"),
        ("NAME 3: 坂", "NAME 2: 坂", 8, "2回書かれています"),
        ("NAME 3: 坂", "NAME 4: 坂", 0, "数は3です"),
        ("3: 1,2,3\n2: 2\n1: 3, 1\n", "", 0, "票が1行もありません"),
        ("2: 2", "2: \x002", 10, "制御文字"),
    ],
)
def test_a_bad_preflib_file_is_refused_with_the_line(old, new, line, words):
    assert old in SOI
    problems = refusal(SOI.replace(old, new), "x.soi")
    assert any(at == line and words in said for at, said in problems), problems


def test_a_complete_order_without_an_option_is_refused():
    text = SOI.replace("DATA TYPE: soi", "DATA TYPE: soc")
    assert [(line, "足りない選択肢" in words) for line, words in refusal(text, "x.soc")] == [
        (10, True),
        (11, True),
    ]


def test_bad_categories_are_refused():
    assert refusal(CAT.replace(",{}", ",{},{}"), "x.cat")[0][0] == 6
    assert "2回" in refusal(CAT.replace("1: {1,2},3", "1: {1,2},2"), "x.cat")[0][1]
    two = CAT.replace("CATEGORIES: 3", "CATEGORIES: 2").replace("# CATEGORY NAME 3: よくない\n", "")
    assert "段階は2つですが、3つ" in refusal(two, "x.cat")[0][1]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("budget;1000", "budget;0", 7, "0より大きい"),
        ("budget;1000", "budget;1e9", 7, "数を書いてください"),
        ("budget;1000", "x;1000", 0, "「budget」がありません"),
        ("vote_type;approval", "vote_type;other", 8, "どれかに"),
        ("num_votes;3", "num_votes;4", 6, "途中で切れていないか"),
        ("num_projects;3", "num_projects;2", 5, "途中で切れていないか"),
        ("max_length;2", "max_length;-2", 10, "0以上の整数"),
        ("max_length;2", "budget;2", 10, "2回書かれています"),
        ("2;400,5;", "1;400;", 14, "2回書かれています"),
        ("2;400,5;", "2;-400;", 14, "0より大きい数"),
        ("2;400,5;", "2;NaN;", 14, "0より大きい数"),
        ("a;34;F;1,9", "a;34;F;1,7", 18, "「7」という選択肢はありません"),
        ("a;34;F;1,9", "a;34;F;1,1", 18, "2回選ばれています"),
        ("a;34;F;1,9", "a;34;F;1,2,9", 18, "2個までですが、3個"),
        ("a;34;F;1,9", "a;34;F;", 18, "1個以上ですが、0個"),
        ("a;34;F;1,9", "b;34;F;1,9", 19, "1人1票"),
        ("a;34;F;1,9", "a;34;F;1,9;x", 18, "列が5個"),
        ("a;34;F;1,9", "a;34;F;" + "1" * 200_000, 18, "表として読めません"),
        ("voter_id;age;sex;vote", "voter_id;age;sex;votes", 17, "「vote」が1つ必要"),
        ("PROJECTS\n", "", 11, "列が4個"),
        ("META\n", "", 1, "はじめの行は「META」"),
        ("VOTES\n", "META\n", 16, "2回あります"),
    ],
)
def test_a_bad_pabulib_file_is_refused_with_the_line(old, new, line, words):
    assert old in PB
    problems = refusal(PB.replace(old, new), "x.pb")
    assert any(at == line and words in said for at, said in problems), problems


@pytest.mark.parametrize(
    ("meta", "row", "words"),
    [
        ("max_sum_points;5", "1;9,1;3,4", "点の合計（7）が5をこえています"),
        ("max_points;3", "1;9,1;3,4", "いちばん高い点（3）をこえています"),
        ("min_points;-5", "1;9,1;3,-4", "いちばん低い点（0）より低く"),
        ("", "1;9,1;3", "案は2個ですが、点（points）は1個"),
        ("", "1;9,1;3,nan", "数を書いてください"),
    ],
)
def test_points_that_break_the_rules_are_refused(meta, row, words):
    head = PB[: PB.index("VOTES")].replace("approval", "cumulative").replace("max_length;2", meta)
    problems = refusal(f"{head}VOTES\nvoter_id;vote;points\n{row}\n", "x.pb")
    assert any(words in said for _, said in problems), problems


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('"a": 0.1', '"a": NaN', 7, "1番目の票：「a」の点が読めません"),
        ('"a": 0.1', '"a": 1e999999', 7, "点が読めません"),
        ('"a": 0.1', '"a": ' + "9" * 6000, 7, "点が読めません"),
        ('"a": 0.1', '"a": true', 7, "点が読めません"),
        ('"a": 0.1', '"a": -1', 7, "より低く"),
        ('"a": 0.1', '"a": 8', 7, "こえています"),
        ('"a": 0.1', '"b": 1', 0, "2回書かれています"),
        ('"a": 0.1', '"\\ud800": 1', 7, "という選択肢はありません"),
        ('{"points": {"b": 3}}', "7", 0, "2番目の票：票は { } で"),
        ('{"points": {"b": 3}}', '{"ranking": []}', 8, "「points」だけを"),
        ('{"points": {"b": 3}}', '{"points": []}', 8, "の形で"),
        ('"count": 2', '"count": 0', 7, "1以上の整数"),
        ('"count": 2', '"count": 1.5', 7, "1以上の整数"),
        ('{"id": "b"}', '{"id": "a"}', 4, "2回書かれています"),
        ('{"id": "b"}', '{"name": "b"}', 4, "「id」"),
        ('{"id": "b"}', '{"id": "b", "cost": 0}', 4, "0より大きい数"),
        ('{"id": "b"}', '{"id": "b", "name": "\\u0000"}', 4, "改行のない文字"),
        ('"ballots"', '"x"', 0, "「ballots」の並び"),
        ('"options": [', '"options": [], "x": [', 0, "1つもありません"),
        ('"version": 1', '"version": 2', 1, "だけ読めます"),
        ('"kind": "points"', '"kind": "x"', 0, "どれかに"),
        ('"limits": {"total_most": 10}', '"limits": 3', 0, "{ } で囲んで"),
        ('"total_most": 10', '"most": -1', 0, "0以上の整数"),
        ('"total_most": 10', '"most": "x"', 0, "数を書いてください"),
        ('"ballots": [', '"ballots": ', 8, "JSONとして読めません"),
        ("{", "[" * 100_000, 0, "深すぎ"),
    ],
)
def test_a_bad_file_of_our_own_is_refused_with_the_line(old, new, line, words):
    assert old in OWN
    problems = refusal(OWN.replace(old, new, 1), "x.json")
    assert any(at == line and words in said for at, said in problems), problems


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_no_such_file_at_all_is_refused(ending):
    assert "何も書かれていません" in refusal(b" \n", f"x.{ending}")[0][1]
    assert (2, True) in [(line, "UTF-8" in words) for line, words in refusal(b"# a\n\xff\xfe", f"x.{ending}")]
    assert refusal("なにか\n", f"x.{ending}")


def test_an_unknown_ending_tells_the_known_ones():
    ((line, words),) = refusal("x", "x.xlsx")
    assert (line, ".soc" in words, ".pb" in words) == (0, True, True)


def test_many_mistakes_are_told_together_but_not_endlessly():
    text = SOI.replace("NUMBER VOTERS: 6", "NUMBER VOTERS: 106") + "1: 9\n" * 100
    assert len(refusal(text, "x.soi")) == MOST_PROBLEMS + 1


@settings(max_examples=50, deadline=None)
@given(
    st.sampled_from(ENDINGS),
    st.binary(max_size=80) | st.text(max_size=80).map(lambda text: text.encode("utf-8", "replace")),
)
@example("json", b'{"format": "participation-ballots", "version": 1}')
def test_whatever_stands_in_a_file_it_is_refused_without_a_crash(ending, content):
    with pytest.raises(BadFile):
        read_ballots(content, f"x.{ending}")


@settings(max_examples=50, deadline=None)
@given(st.sampled_from([("soi", SOI), ("cat", CAT), ("pb", PB), ("json", OWN)]), st.data())
def test_a_damaged_file_is_read_or_refused_but_never_crashes(case, data):
    ending, text = case
    at = data.draw(st.integers(0, len(text) - 1))
    until = data.draw(st.integers(at, min(len(text), at + 8)))
    damaged = text[:at] + data.draw(st.text(alphabet='0159,;:{}[]"-.#\nあ', max_size=4)) + text[until:]
    try:
        voters = read(damaged, f"x.{ending}").voters
    except BadFile as refused:
        voters = len(refused.problems)
    assert voters > 0
