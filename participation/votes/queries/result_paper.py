"""The result of a vote as a paper (結果の文書), to be printed, read aloud and computed with."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from participation.foundation.errors import NotFound
from participation.i18n.dates import deadline_ja
from participation.papers.paper import Cell, Column, Facts, Grid, Heading, Paper, Part, Row, Sheet, Words
from participation.votes.domain import (
    ADVISORY,
    AUDIENCE_NAMES,
    KEEPING_NAMES,
    KIND_NAMES,
    NOT_THE_WHOLE,
    VoteKind,
)
from participation.votes.domain.rules import RULE_NAMES
from participation.votes.domain.tie_breaking import HOW_TIES_ARE_DECIDED
from participation.votes.domain.turnout import FEWEST_SECRET, are_too_few
from participation.votes.domain.turnout import Cell as Told
from participation.votes.models import Vote
from participation.votes.queries.finding import is_told, list_options
from participation.votes.queries.tallying import (
    all_kept_counts,
    count_closed,
    count_voters,
    list_origins,
)
from participation.votes.queries.turnout import turnout_of

UNTOLD = "少ないため載せません"
TOO_FEW = f"票が{FEWEST_SECRET}票より少ないため、だれが何を選んだか分からないように、結果は載せません。票の数だけを載せます。"


def result_paper(vote: Vote, *, issuer: str, site: str) -> Paper:
    """Return the result of a closed vote; raises NotFound before it may be told."""
    if not is_told(vote):
        raise NotFound
    columns, rows = _results(vote)
    return Paper(
        title="参考投票の結果",
        over=vote.question,
        issuer=issuer,
        address=f"{site}/votes/{vote.public_id}",
        name=f"参考投票の結果-{vote.public_id}",
        parts=partial(_parts, vote),
        sheets=(Sheet("結果", columns, partial(iter, rows)),),
    )


def _parts(vote: Vote) -> Iterator[Part]:
    voters = count_voters(vote)
    counted, turnout = count_closed(vote, voters=voters), turnout_of(vote)
    columns, rows = _results(vote)
    yield Words(ADVISORY)
    yield Facts("この参考投票について", tuple(_facts(vote)))
    if vote.explanation:
        yield Heading("説明")
        yield Words(vote.explanation)
    yield Heading("結果")
    if rows:
        yield Grid("", columns, partial(iter, rows))
    else:
        yield Words(TOO_FEW)
    yield Words(f"{voters:,}票。{NOT_THE_WHOLE}", is_note=True)
    if counted is not None:
        if counted.spent:
            yield Words(f"選ばれた案の費用は、合わせて{counted.spent}です。")
        yield Heading("数え方と経過")
        for number, words in enumerate(counted.steps, start=1):
            yield Words(f"{number}. {words}")
        yield Words(f"{HOW_TIES_ARE_DECIDED}この投票のくじの種は「{counted.seed}」です。", is_note=True)
    if counted is not None and counted.others:
        yield Heading("ほかの数え方では")
        yield Words("結果を決めるのは、前もって決めた数え方だけです。", is_note=True)
        others = [Row((each.rule, each.chosen)) for each in counted.others]
        yield Grid("", (Column("数え方", 12), Column("選ばれるもの", 24)), partial(iter, others))
    if turnout is not None:
        yield from _turnout("地区ごとの人数", turnout.areas)
        yield from _turnout("年代ごとの人数", turnout.ages)
    yield from _turnout("票の入り口", list_origins(vote))


def _facts(vote: Vote) -> Iterator[tuple[str, str]]:
    yield "問い", vote.question
    yield "締切", deadline_ja(vote.closes_at)
    yield "投票のしかた", KIND_NAMES[vote.kind]
    yield "投票できる人", AUDIENCE_NAMES[vote.audience]
    yield "票の保管", KEEPING_NAMES[vote.keeping]
    if vote.kind is not VoteKind.STANCE:
        yield "数え方", RULE_NAMES[vote.rule]
    if vote.budget:
        yield "予算", f"{vote.budget:,}円"


def _results(vote: Vote) -> tuple[tuple[Column, ...], list[Row]]:
    counted = count_closed(vote)
    if are_too_few(vote.keeping, count_voters(vote)):
        return (Column("選択肢", 24), Column("票", 8, is_number=True)), []
    if counted is None:
        kept = all_kept_counts(vote)
        rows = [Row((option.label, kept.get(option.id, 0))) for option in list_options(vote)]
        return (Column("選択肢", 24), Column("票", 8, is_number=True)), rows
    columns = [
        Column("結果", 8),
        Column("選択肢", 24),
        Column(f"数えた数（{counted.unit}）", 10, is_number=True),
    ]
    if vote.budget:
        columns.append(Column("費用（円）", 10, is_number=True))
    rows = []
    for each in counted.placed:
        cells: list[Cell] = ["選ばれた" if each.is_chosen else "", each.label, each.number or each.figure]
        rows.append(Row((*cells, each.cost) if vote.budget else tuple(cells)))
    return tuple(columns), rows


def _turnout(title: str, cells: tuple[Told, ...]) -> Iterator[Part]:
    if cells:
        yield Heading(title)
        rows = [Row((cell.name, UNTOLD if cell.count is None else cell.count)) for cell in cells]
        yield Grid("", (Column("区分", 12), Column("人数", 10)), partial(iter, rows))
