"""flask opinion-map …: maps from files of votes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from statistics import median
from typing import Any

import click
from flask.cli import AppGroup

from participation.access.actors import system
from participation.foundation.db import let_go, transaction
from participation.foundation.errors import Refused
from participation.opinion_map import commands, queries
from participation.opinion_map.domain.apart import (
    ComputingStopped,
    as_file,
    compute_apart,
    compute_votes,
    hidden_apart,
)

group = AppGroup("opinion-map", help="意見の地図（票の計算）")
_AREAS = {
    "model": "この計算（行列分解と、意見文どうしの結びつき）",
    "dimensions": "行列分解の2つの軸だけ",
    "places": "Polisと同じ2つの主成分",
    "stretched": "同じものを、票の少なさで引き伸ばした位置",
}
_File = click.Path(exists=True, dir_okay=False, path_type=Path)


@group.command("compute")
@click.argument("path", metavar="VOTES.csv", type=_File)
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで標準出力に書く")
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="乱数の種（同じなら同じ結果）"
)
@click.option(
    "--remove", "removed", multiple=True, metavar="ID", help="取り下げた意見文。何度でも指定できます"
)
@click.option(
    "--statements",
    metavar="COMMENTS.csv",
    type=_File,
    help="意見文の表。comment-id と moderated の列があり、moderated が -1 なら取り下げた意見文",
)
@click.option(
    "--unsure", is_flag=True, help="偶然と見分けのつかないグループも、その断りを付けて出す（調べもの用）"
)
def compute(
    path: Path, as_json: bool, seed: int, removed: tuple[str, ...], statements: Path | None, unsure: bool
) -> None:
    """票のファイルから、意見の地図を計算します。

    読めるのは participant,statement,vote の3列の表（賛成 agree・1、パス pass・0、反対 disagree・-1）か、
    1行に1人の participants-votes.csv です。文字コードは UTF-8 か CP932。読めない票は数えず、行の番号を示します。
    """
    try:
        written = compute_apart(path, seed=seed, removed=removed, statements=statements, unsure=unsure)
    except Refused as refusal:
        raise click.ClickException(refusal.reason) from refusal
    except ComputingStopped as stopped:
        raise click.ClickException(str(stopped)) from stopped
    if as_json:
        click.echo(written)
        return
    for line in _in_words(json.loads(written)):
        click.echo(line)


@group.command("foretell")
@click.argument("path", metavar="VOTES.csv", type=_File)
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで標準出力に書く")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="最初の乱数の種")
@click.option("--draws", type=click.IntRange(1, 50), default=5, show_default=True, help="くり返す回数")
def foretell(path: Path, as_json: bool, seed: int, draws: int) -> None:
    """票の1割を隠し、残りの票からどれだけ言い当てられるかを、Polisと同じ図と並べて確かめます。

    数は「賛成の票を、反対の票より高く見積もれた割合」です。0.5ならでたらめ、1ならすべて言い当てています。
    """
    try:
        drawn = hidden_apart(path, seed=seed, draws=draws)
    except Refused as refusal:
        raise click.ClickException(refusal.reason) from refusal
    except ComputingStopped as stopped:
        raise click.ClickException(str(stopped)) from stopped
    if not drawn:
        raise click.ClickException("票が少ないか、賛成だけ・反対だけのため、確かめられません。")
    usual = {name: round(median(each[name] for each in drawn), 4) for name in _AREAS}
    if as_json:
        click.echo(json.dumps({"median": usual, "draws": drawn}, ensure_ascii=False))
        return
    for name, label in _AREAS.items():
        click.echo(f"{label}：{usual[name]:.4f}")


@group.command("run")
@click.argument("public_id", metavar="MAP")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="乱数の種")
def run(public_id: str, seed: int) -> None:
    """地図をいまの票で計算し、記録します。"""
    read = queries.read_votes(queries.get_map(public_id))
    if not read.votes:
        raise click.ClickException("まだ票がありません。")
    content = as_file(read.votes)
    let_go()
    try:
        found = compute_votes(content, seed=seed)
    except ComputingStopped as stopped:
        raise click.ClickException(str(stopped)) from stopped
    with transaction():
        made = commands.record_run(
            queries.get_map(public_id),
            content,
            found,
            changes=read.changes,
            by=system("cli:opinion-map-run"),
        )
    click.echo(f"計算{made.number}：{made.voters:,}人、票{made.votes:,}件、グループ{made.group_count}")


@group.command("reproduce")
@click.argument("public_id", metavar="MAP")
@click.argument("number", metavar="RUN", type=int)
def reproduce(public_id: str, number: int) -> None:
    """記録した計算を、記録した票と種でもう一度行い、1ビットも違わないことを確かめます。"""
    kept = queries.get_run(queries.get_map(public_id), number)
    content = queries.votes_file_of(kept)
    if hashlib.sha256(content).hexdigest() != kept.votes_sha256:
        raise click.ClickException("記録した票が、記録したときと違います。")
    found = compute_votes(content, seed=kept.seed, as_before="axes" not in kept.parameters)
    if queries.result_hash(queries.told_as_before(found, kept)) != kept.result_sha256:
        version = kept.parameters.get("version", 1)
        raise click.ClickException(
            "同じ票から、違う地図が計算されました。ライブラリーの版を確かめてください。"
            if version == found["method"]["version"]
            else f"計算{number}は、グループの求め方の第{version}版によるものです。いまの第{found['method']['version']}版では、違う地図になります。"
        )
    click.echo(f"計算{number}と同じ地図になりました（{kept.result_sha256[:12]}…）。")


@group.command("recount")
@click.option("--check", is_flag=True, help="数え直すだけで、直さない")
def recount(check: bool) -> None:
    """数え直し、集計が違っていれば直します。"""
    with transaction():
        wrong = commands.recount_maps(check_only=check, by=system("cli:opinion-map-recount"))
    click.echo("違いはありません。" if not wrong else f"違っていた地図：{'、'.join(wrong)}")
    if wrong and check:
        raise SystemExit(1)


def _in_words(found: dict[str, Any]) -> list[str]:
    lines = [f"{each['line']}行目：{each['message']}" for each in found["problems"]]
    if found["problem_count"] > len(lines):
        lines.append(f"ほかに{found['problem_count'] - len(lines):,}か所あります。")
    lines += found["warnings"]
    people, statements = found["participants"]["id"], found["statements"]
    lines.append(
        f"{len(people):,}人、意見文{len(statements):,}件、票{found['method']['votes']:,}件"
        f"（計算{found['seconds']:.1f}秒）"
    )
    for number, each in enumerate(found["groups"], start=1):
        lines.append(f"グループ{number}：{len(each['members']):,}人")
        lines += [
            f"  意見文{said['id']}に{'賛成' if said['agrees'] else '反対'}" for said in each["representative"]
        ]
    bridging = sorted(
        (each for each in statements if each["bridging"] is not None), key=lambda each: -each["bridging"]
    )
    if bridging:
        names = "、".join(str(each["id"]) for each in bridging[:5])
        lines.append(f"立場の違いをこえて賛成の多い意見文：{names}")
    return lines
