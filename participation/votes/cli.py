"""flask votes …"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import NoReturn, TypeVar

import click
from flask.cli import AppGroup

from participation.access.actors import system
from participation.foundation.db import transaction
from participation.votes import commands
from participation.votes.domain.ballots import BALLOT_KIND_NAMES, BallotKind, Election, Number
from participation.votes.domain.budgeting import GREEDY_ORDER_NAMES, GreedyOrder
from participation.votes.domain.equal_shares import COMPLETION_NAMES, Completion
from participation.votes.domain.files import (
    BadFile,
    read_ballots,
    write_own,
    write_pabulib,
    write_preflib,
)
from participation.votes.domain.files.lines import count_of, number_of, told
from participation.votes.domain.market import UTILITY_NAMES, Utility
from participation.votes.domain.outcomes import Outcome
from participation.votes.domain.rules import (
    FITS,
    RULE_NAMES,
    Counting,
    Rule,
    Unfit,
    by_other_rules,
    fitting,
    tally,
)

group = AppGroup("votes", help="参考投票")

Choice = TypeVar("Choice", bound=StrEnum)

WHAT_FITS = (
    """
ファイルと票の書き方
  .soc .soi .toc .toi   順位をつける票
  .cat                  2段階までは選ぶ票、3段階からは段階に分ける票
  .pb                   vote_type による（choose-1 一つだけ選ぶ、approval 選ぶ、ordinal 順位、
                        cumulative 持ち点、scoring 点）。予算も決まっているもの
  .json                 kind による（"""
    + "、".join(kind.value for kind in BallotKind)
    + """）

数え方と、数えられる票
"""
    + "\n".join(
        f"  {rule.value:13}{name}：{'、'.join(BALLOT_KIND_NAMES[kind] for kind in BallotKind if kind in FITS[rule])}"
        for rule, name in RULE_NAMES.items()
    )
)


@group.command("recount")
@click.option("--check", "check_only", is_flag=True, help="数え直すだけで、直さない")
def recount(check_only: bool) -> None:
    """集計の数を票から数え直し、違いがあれば直します。"""
    with transaction():
        wrong = commands.recount_votes(check_only=check_only, by=system("cli:votes-recount"))
    for public_id, count in wrong.items():
        click.echo(f"{public_id}：{count}か所が違っていました。")
    click.echo(f"違い {sum(wrong.values())}か所")
    if wrong and check_only:
        raise SystemExit(1)


@group.command("tally", epilog=WHAT_FITS.replace("\n\n", "\n\n\b\n").replace("\n", "\b\n", 1))
@click.argument("file")
@click.option("--rule", default="", help="数え方（下の一覧）")
@click.option("--json", "in_json", is_flag=True, help="機械が読む形（JSON）で出す")
@click.option("--compare", is_flag=True, help="同じ票を、ほかの数え方でも数えて比べる")
@click.option("--seats", default="1", help="いくつ選ぶか（はじめは1）")
@click.option("--budget", default="", help="予算。ファイルに書かれた予算の代わりに使う")
@click.option("--seed", default="0", help="同点を決めるくじの種。投票の前に公表したもの（はじめは0）")
@click.option(
    "--completion", default=Completion.NONE.value, help="残った予算の使い方：" + "、".join(Completion)
)
@click.option("--utility", default=Utility.CARDINAL.value, help="支持の重み：" + "、".join(Utility))
@click.option("--order", default=GreedyOrder.SUPPORT.value, help="greedy の順番：" + "、".join(GreedyOrder))
@click.option("--increase", default="1", help="completion が add1 のとき、一人分を増やす額（はじめは1）")
def tally_file(
    file: str,
    rule: str,
    in_json: bool,
    compare: bool,
    seats: str,
    budget: str,
    seed: str,
    completion: str,
    utility: str,
    order: str,
    increase: str,
) -> None:
    """票のファイルを数え、選ばれたものと、そこまでの経過を出します。ページの集計と同じ計算です。"""
    election = _read(file)
    if budget:
        election = replace(election, budget=_exact(budget, "--budget"))
    if not rule:
        _refuse("--rule で数え方を選んでください。" + _what_fits(election))
    counting = Counting(
        _one_of(rule, Rule, RULE_NAMES, "--rule"),
        seats=_whole(seats, "--seats"),
        seed=seed,
        completion=_one_of(completion, Completion, COMPLETION_NAMES, "--completion"),
        utility=_one_of(utility, Utility, UTILITY_NAMES, "--utility"),
        order=_one_of(order, GreedyOrder, GREEDY_ORDER_NAMES, "--order"),
        increase=_exact(increase, "--increase"),
    )
    try:
        outcome = tally(election, counting)
        others = by_other_rules(election, counting) if compare else {}
    except Unfit as error:
        _refuse(f"{error}{_what_fits(election)}")
    if in_json:
        answer = outcome.in_json(election)
        if compare:
            answer["compared"] = {rule.value: _codes(election, other) for rule, other in others.items()}
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        _tell(election, counting, outcome)
        if compare:
            _compare(election, others)


@group.command("convert")
@click.argument("file")
@click.argument("target")
def convert_file(file: str, target: str) -> None:
    """票のファイルを、別の形のファイルに書き直します（.json、.pb、PrefLib）。"""
    election = _read(file)
    ending = target.rpartition(".")[2].lower()
    try:
        if ending == "json":
            content = write_own(election)
        elif ending == "pb":
            content = write_pabulib(election)
        else:
            fitting_ending, content = write_preflib(election)
            if ending != fitting_ending:
                _refuse(
                    f"この票は .{fitting_ending} のファイルになります。ファイル名の終わりを変えてください。"
                )
    except ValueError as error:
        _refuse(str(error))
    try:
        Path(target).write_text(content, encoding="utf-8")
    except OSError:
        _refuse(f"{told(target)}に書けません。場所と権限を確かめてください。")
    click.echo(f"{election.voters:,}票を{target}に書きました。")


def _read(file: str) -> Election:
    try:
        content = Path(file).read_bytes()
    except (OSError, ValueError):
        _refuse(f"ファイル{told(file)}が読めません。名前と場所を確かめてください。")
    try:
        return read_ballots(content, file)
    except BadFile as error:
        _refuse("\n".join([f"{file} は数えられません。", *map(str, error.problems)]))


def _tell(election: Election, counting: Counting, outcome: Outcome) -> None:
    if election.title:
        click.echo(election.title)
    click.echo(f"数え方：{RULE_NAMES[counting.rule]}（{counting.rule}）")
    click.echo(f"票：{election.voters:,}票（{BALLOT_KIND_NAMES[election.kind]}）")
    click.echo(f"同点を決めるくじの種：{counting.seed}")
    click.echo("\n選ばれたもの")
    for number, position in enumerate(outcome.winners, start=1):
        option = election.options[position]
        click.echo(f"  {number}. {option.name}（{option.code}）")
    if not outcome.winners:
        click.echo("  ありません")
    click.echo("\n経過")
    for number, step in enumerate(outcome.steps, start=1):
        click.echo(f"  {number}. {step.words}")


def _compare(election: Election, others: Mapping[Rule, Outcome]) -> None:
    click.echo("\nほかの数え方では（比べるためのもので、結果は変わりません）")
    for rule, other in others.items():
        names = "、".join(election.options[position].name for position in other.winners) or "ありません"
        click.echo(f"  {RULE_NAMES[rule]}：{names}")
    if not others:
        click.echo("  この票に合う数え方は、ほかにありません")


def _codes(election: Election, outcome: Outcome) -> list[str]:
    return [election.options[position].code for position in outcome.winners]


def _what_fits(election: Election) -> str:
    rules = "\n".join(f"  {rule.value:13}{RULE_NAMES[rule]}" for rule in fitting(election))
    return f"\nこのファイル（{BALLOT_KIND_NAMES[election.kind]}）で使える数え方：\n{rules}\n{WHAT_FITS}"


def _one_of(word: str, kinds: type[Choice], names: dict[Choice, str], option: str) -> Choice:
    try:
        return kinds(word)
    except ValueError:
        listed = "\n".join(f"  {kind.value:13}{names[kind]}" for kind in kinds)
        _refuse(f"{option} に{told(word)}はありません。次から選んでください。\n{listed}")


def _whole(word: str, option: str) -> int:
    number = count_of(word)
    if number is None:
        _refuse(f"{option} には整数を書いてください。{told(word)}は読めません。")
    return number


def _exact(word: str, option: str) -> Number:
    number = number_of(word)
    if number is None:
        _refuse(f"{option} には数を書いてください。{told(word)}は読めません。")
    return number


def _refuse(words: str) -> NoReturn:
    click.echo(words, err=True)
    raise SystemExit(1)
