"""flask opinion-map …: maps from files of votes.

A map is computed in a process of its own: the rest of the program neither loads what computes nor
keeps the memory of a large conversation, and the same votes find the same machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from participation.foundation.errors import Refused

group = AppGroup("opinion-map", help="意見の地図（票の計算）")
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
def compute(path: Path, as_json: bool, seed: int, removed: tuple[str, ...], statements: Path | None) -> None:
    """票のファイルから、意見の地図を計算します。

    読めるのは participant,statement,vote の3列の表（賛成 agree・1、パス pass・0、反対 disagree・-1）か、
    1行に1人の participants-votes.csv です。文字コードは UTF-8 か CP932。読めない票は数えず、行の番号を示します。
    """
    order = {
        "votes": str(path.resolve()),
        "statements": str(statements.resolve()) if statements else None,
        "removed": removed,
        "seed": seed,
    }
    try:
        written = _compute_apart(order)
    except Refused as refusal:
        raise click.ClickException(refusal.reason) from refusal
    if as_json:
        click.echo(written)
        return
    for line in _in_words(json.loads(written)):
        click.echo(line)


def _compute_apart(order: dict[str, Any]) -> bytes:
    done = subprocess.run(
        [sys.executable, "-m", "participation.opinion_map.domain.alone"],
        input=json.dumps(order).encode("utf-8"),
        stdout=subprocess.PIPE,
        cwd=current_app.root_path,
        check=False,
    )
    if done.returncode == 1:
        raise Refused(done.stdout.decode("utf-8"))
    if done.returncode:
        raise click.ClickException(
            f"計算が途中で止まりました（{done.returncode}）。メモリーが足りないか、プログラムの誤りです。"
        )
    return done.stdout


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
