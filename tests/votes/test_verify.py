"""verify.py: another program, which shares nothing with ours, comes to the same result and finds what was changed."""

from __future__ import annotations

import copy
import hashlib
import importlib.util
import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.votes import queries
from participation.votes.domain import RULES_OF, WRITTEN, Keeping, VoteKind
from participation.votes.domain.ballots import Option
from participation.votes.domain.equal_shares import Completion
from participation.votes.domain.files import write_own, write_pabulib, write_preflib
from participation.votes.domain.marking import Limits, contents, election, paper_of
from participation.votes.domain.rules import Counting, Rule, fitting, tally
from participation.web.csv_files import as_text
from tests.support.builders.votes import a_vote_of, cast_secretly, close

PROGRAM = Path(__file__).parents[2] / "static" / "votes" / "verify.py"


def loaded():
    spec = importlib.util.spec_from_file_location("verify", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


verify = loaded()
SAMPLES = {
    VoteKind.STANCE: ["agree", "agree", "pass"],
    VoteKind.SINGLE: ["o1", "o2", "o2", "o3"],
    VoteKind.APPROVAL: ["o1,o2", "o2", "o3"],
    VoteKind.SCORE: ["o1:5,o2:3", "o3:5", "o2:4"],
    VoteKind.RANKING: ["o1>o2>o3", "o2>o3", "o3>o2>o1", "o3>o1"],
    VoteKind.PRIORITIES: ["o1>o2>o3", "o4", "o2>o4"],
    VoteKind.POINTS: ["o1:10", "o2:6,o3:4", "o3:10"],
    VoteKind.BUDGET: ["o1,o3", "o2", "o2,o3", "o1"],
    VoteKind.BUDGET_POINTS: ["o1:10", "o2:5,o3:5", "o3:10"],
}


def a_record(kind=VoteKind.RANKING, *, rule=None, keeping=Keeping.SECRET, **more):
    vote = a_vote_of(kind, rule=rule, keeping=keeping, **more)
    receipts = [cast_secretly(vote, content) for content in SAMPLES[kind] * 2]
    close(vote)
    return json.loads(json.dumps(queries.record_of(vote))), receipts


def run(tmp_path, capsys, record, *arguments):
    path = tmp_path / "record.json"
    path.write_text(json.dumps(record), encoding="utf-8")
    status = verify.main([str(path), *arguments])
    return status, capsys.readouterr().out


@pytest.mark.parametrize(("kind", "rule"), [(kind, rule) for kind in VoteKind for rule in RULES_OF[kind]])
def test_the_record_of_every_kind_and_rule_is_found_right(app, tmp_path, capsys, kind, rule):
    record, receipts = a_record(kind, rule=rule)
    status, said = run(
        tmp_path, capsys, record, "--receipt", receipts[0], "--head", record["chain"][-1]["head"]
    )
    assert status == 0, said
    assert "すべて合っています。" in said
    assert "あなたの控えは、一覧に入っています。" in said
    assert kind is VoteKind.STANCE or record["winners"]


def test_a_receipt_that_is_not_in_the_list_is_not_found(app, tmp_path, capsys):
    record, _ = a_record()
    status, said = run(tmp_path, capsys, record, "--receipt", "b" * 28)
    assert (status, "一覧にありません" in said) == (1, True)


def tampered(record):
    """Every way in which somebody might change a record afterwards."""

    def changed(**parts):
        return {**copy.deepcopy(record), **parts}

    other = copy.deepcopy(record["ballots"])
    other[0]["ballot"] = "o2>o1"
    yield "a ballot says something else", changed(ballots=other)
    yield "a ballot is missing", changed(ballots=record["ballots"][1:])
    added = [*record["ballots"], {"salt": "0" * 32, "ballot": "o2>o1"}]
    yield "a ballot was put in", changed(ballots=added)
    seals = sorted(hashlib.sha256(f"{b['salt']}:{b['ballot']}".encode()).hexdigest() for b in added)
    roots = {**record["roots"], "ballots": verify.root_of(seals)}
    yield "a ballot was put in, and the root made to fit", changed(ballots=added, roots=roots)
    chain = copy.deepcopy(record["chain"])
    chain[-1]["added"] = seals
    yield "the chain was made to fit, but not its head", changed(ballots=added, roots=roots, chain=chain)
    yield "a receipt is missing", changed(receipts=record["receipts"][1:])
    yield "another seed", changed(seed="another")
    yield "another winner", changed(winners=["o2", "o1"])
    yield "a ballot against the rules", changed(vote={**record["vote"], "limits": {"least": 3}})


def test_whatever_is_changed_in_a_record_is_found(app, tmp_path, capsys):
    record, _ = a_record()
    assert run(tmp_path, capsys, record)[0] == 0
    for what, other in tampered(record):
        status, said = run(tmp_path, capsys, other)
        assert (status, "合いません：" in said) == (1, True), what


def test_a_head_that_somebody_kept_shows_a_chain_that_was_made_anew(app, tmp_path, capsys):
    kept = a_record()[0]["chain"][0]["head"]
    record, _ = a_record()
    status, said = run(tmp_path, capsys, record, "--head", kept)
    assert (status, "写しておいた見出し" in said) == (1, True)


@pytest.mark.parametrize("content", ["{", "[]", '{"format": "x"}', '{"format": "participation-vote-record"}'])
def test_a_file_that_is_no_record_is_told_without_a_traceback(tmp_path, capsys, content):
    path = tmp_path / "x.json"
    path.write_text(content)
    assert verify.main([str(path)]) == 1
    assert capsys.readouterr().out


# ── The rules, beside ours, on random elections ─────────────────────────────────────────────

CODES = ("o1", "o2", "o3", "o4")
COSTS = (30, 50, 20, 45)


def random_ballot(kind, chance):
    written = WRITTEN[kind]
    chosen = chance.sample(CODES, chance.randint(1, 3))
    if written == "choice":
        return chosen[0]
    if written == "approval":
        return ",".join(sorted(chosen))
    if written == "ranking":
        return ">".join(chosen)
    return ",".join(f"{code}:{chance.randint(0, 5)}" for code in sorted(chosen))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([k for k in VoteKind if k is not VoteKind.STANCE]), st.data(), st.integers(0, 2**32))
def test_it_counts_as_we_do(kind, data, seed):
    chance = random.Random(seed)
    rule = data.draw(st.sampled_from(RULES_OF[kind]))
    seats = 1 if rule is Rule.IRV else data.draw(st.integers(1, 3))
    completion = data.draw(st.sampled_from(list(Completion)))
    options = [Option(code, code, cost) for code, cost in zip(CODES, COSTS, strict=True)]
    rows = {random_ballot(kind, chance): chance.randint(1, 4) for _ in range(chance.randint(1, 6))}
    kind_of_paper = paper_of(kind, options, Limits())
    paper = kind_of_paper if WRITTEN[kind] != "points" else paper_of(VoteKind.SCORE, options, Limits())
    votes = election(paper, rows.items(), title="", budget=90)
    if WRITTEN[kind] == "points":
        rule = {Rule.POINTS: Rule.SCORE}.get(rule, rule)
    counting = Counting(
        rule, seats=seats, seed="種", completion=completion, increase=max(1, 90 // (votes.voters * 100))
    )
    ours = [CODES[at] for at in tally(votes, counting).winners]
    parsed = [(count, verify.parse(paper.kind.value, content, CODES)) for content, count in contents(votes)]
    theirs = verify.Ballots(
        paper.kind.value, [{"code": o.code, "name": o.name, "cost": o.cost} for o in options], parsed, 90
    )
    assert verify.winners(theirs, rule.value, seats, "種", completion.value) == ours


def test_a_file_of_ballots_is_counted_by_the_rule_that_is_asked_for(tmp_path, capsys):
    options = [Option(code, f"案{code}") for code in CODES]
    votes = election(
        paper_of(VoteKind.RANKING, options, Limits()), [("o1>o2", 2), ("o2", 1)], title="", budget=None
    )
    path = tmp_path / "result.json"
    path.write_text(write_own(votes), encoding="utf-8")
    assert verify.main([str(path), "--rule", "irv"]) == 0
    assert "「案o1」" in capsys.readouterr().out


KINDS_OF_FILES = [kind for kind in VoteKind if kind is not VoteKind.STANCE]


def files_of(votes):
    """Every file in which these ballots are published: (ending, content, codes of the options in it)."""
    table = [(count, content, "") for content, count in contents(votes)]
    yield "json", write_own(votes), CODES
    yield "csv", as_text(("票の数", "記号", "内容"), table), CODES
    if votes.kind not in ("score", "points"):
        ending, text = write_preflib(votes)
        yield ending, text, ("1", "2", "3", "4")
    if votes.budget is not None:
        yield "pb", write_pabulib(votes), CODES


@pytest.mark.parametrize("rule", ["plurality", "approval"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.csv", "票の数,記号,内容\n2,o1,甲\n3,o2,乙\n"),
        ("x.cat", "# NUMBER ALTERNATIVES: 2\n# NUMBER CATEGORIES: 2\n2: 1,2\n3: 2,1\n"),
    ],
)
def test_ballots_of_one_mark_each_are_counted_as_a_choice_too(tmp_path, capsys, name, text, rule):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert verify.main([str(path), "--rule", rule]) == 0
    assert re.search("結果（.*）：「o?2」", capsys.readouterr().out)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(KINDS_OF_FILES), st.integers(0, 2**32))
def test_every_published_file_is_counted_as_we_count_it_by_every_rule_that_fits(kind, seed):
    chance = random.Random(seed)
    options = [Option(code, code, cost) for code, cost in zip(CODES, COSTS, strict=True)]
    rows = {random_ballot(kind, chance): chance.randint(1, 4) for _ in range(chance.randint(2, 6))}
    limits = Limits() if kind is not VoteKind.PRIORITIES else Limits(most=3)
    pointing = WRITTEN[kind] == "points"
    paper = paper_of(VoteKind.SCORE if pointing else kind, options, limits)
    budget = 90 if kind in (VoteKind.BUDGET, VoteKind.BUDGET_POINTS) else None
    votes = election(paper, rows.items(), title="", budget=budget)
    for ending, text, codes in files_of(votes):
        read = verify.file_of_ballots(text.removeprefix("\ufeff"))
        for rule in fitting(votes):
            divides = rule in ("greedy", "equal-shares")
            if (
                rule not in verify.FITS[read.written]
                or (divides and read.budget is None)
                or (rule == "borda" and read.is_table)
            ):
                continue
            # The lot goes by the codes: as numbers they give another order.
            with_codes = election(
                paper_of(
                    VoteKind.SCORE if pointing else kind,
                    [Option(code, o.name, o.cost) for code, o in zip(codes, options, strict=True)],
                    limits,
                ),
                [(recoded(content, codes), count) for content, count in contents(votes)],
                title="",
                budget=budget,
            )
            ours = [codes[at] for at in tally(with_codes, Counting(rule, seed="種")).winners]
            assert verify.winners(read, rule.value, 1, "種", "none") == [
                code for code in ours if code in read.codes
            ], (ending, rule)


def recoded(content, codes):
    for old, new in zip(CODES, codes, strict=True):
        content = content.replace(old, new)
    return content


def test_who_beats_all_others_one_by_one_is_told_and_that_nobody_does(tmp_path, capsys):
    options = [Option(code, f"案{code}") for code in CODES[:3]]
    paper = paper_of(VoteKind.RANKING, options, Limits())
    around = election(paper, [("o1>o2>o3", 2), ("o2>o3>o1", 2), ("o3>o1>o2", 2)], title="", budget=None)
    clear = election(paper, [("o1>o2>o3", 3), ("o2>o3>o1", 1)], title="", budget=None)
    path = tmp_path / "result.soc"
    for votes, words in (
        (around, "一対一で勝つものはありません"),
        (clear, "「案o1」は、ほかのすべてに一対一で"),
    ):
        path.write_text(write_preflib(votes)[1], encoding="utf-8")
        assert verify.main([str(path), "--rule", "condorcet"]) == 0
        assert words in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "text", "rule", "why"),
    [
        ("x.toc", "# NUMBER ALTERNATIVES: 2\n3: {1,2}\n", "irv", "同じ順位のある票"),
        ("x.cat", "# NUMBER ALTERNATIVES: 2\n# NUMBER CATEGORIES: 3\n3: 1,2,{}\n", "approval", "2段階でない"),
        ("x.csv", "票の数,記号,内容\n3,o1,案\n", "greedy", "予算か費用"),
        ("x.csv", "票の数,記号,内容\n3,o1>o2,案\n", "approval", "数えられるのは"),
        ("x.csv", "票の数,記号,内容\n3,o1>o2,案\n", "borda", "選ばれなかった選択肢がない"),
        ("x.pb", "META\nkey;value\n", "greedy", "読めません"),
        ("x.txt", "hello", "irv", "票のファイルでもありません"),
    ],
)
def test_a_file_that_cannot_be_counted_says_why(tmp_path, capsys, name, text, rule, why):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert verify.main([str(path), "--rule", rule]) == 1
    assert why in capsys.readouterr().out
