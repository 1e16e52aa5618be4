"""flask reading …: bundles of same words, and topics, of a file of texts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from participation.access.actors import system
from participation.foundation.db import transaction
from participation.foundation.errors import Refused
from participation.reading import commands
from participation.reading.domain.apart import Order, ReadingStopped, read_apart

group = AppGroup("reading", help="読み分け（同文の束、話題）")
_File = click.Path(exists=True, dir_okay=False, path_type=Path)
_as_json = click.option("--json", "as_json", is_flag=True, help="結果をJSONで標準出力に書く")


@group.command("bundle")
@click.argument("path", metavar="TEXTS.csv", type=_File)
@_as_json
def bundle(path: Path, as_json: bool) -> None:
    """同じ文・ほぼ同じ文を束にします。

    読めるのは id,comment の列がある表です。束は、まったく同じ文と、書き足しや、立場・数・名前の違いのない、ほぼ同じ文だけです。
    """
    found = _answer({"what": "bundle", "path": path, "seed": 0}, as_json)
    for each in found.get("bundles", ()):
        click.echo(f"同文{len(each):,}件：{'、'.join(each[:10])}{'ほか' if len(each) > 10 else ''}")
    if found and not found["bundles"]:
        click.echo("同じ文は見つかりませんでした。")


@group.command("topics")
@click.argument("path", metavar="TEXTS.csv", type=_File)
@_as_json
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="乱数の種")
@click.option("--only-words", is_flag=True, help="文の意味は読まず、言葉だけで分ける（速い）")
def topics(path: Path, as_json: bool, seed: int, only_words: bool) -> None:
    """文を話題に分け、見出しと、もとの文からの抜き書きを付けます。

    読めるのは id,comment の列がある表です。個人の情報らしいところは■で伏せてから分けます。どの文も、どれか一つの話題か
    「その他」に入ります。
    """
    found = _answer({"what": "topics", "path": path, "seed": seed, "only_words": only_words}, as_json)
    for topic in found.get("topics", ()):
        click.echo(f"{topic['label']}（{len(topic['members']):,}件）")
        for sentence in topic["sentences"]:
            click.echo(f"  {sentence['id']}：{sentence['text']}")
    if found:
        stability = found["stability"]
        click.echo(
            f"安定度：{'―' if stability is None else f'{stability:.2f}'}（計算{found['seconds']:.1f}秒）"
        )


def _answer(order: Order, as_json: bool) -> dict[str, Any]:
    """Return what was found, to be told in words; nothing where it was written as JSON."""
    try:
        written = read_apart(order)
    except Refused as refusal:
        raise click.ClickException(refusal.reason) from refusal
    except ReadingStopped as stopped:
        raise click.ClickException(str(stopped)) from stopped
    if as_json:
        click.echo(written)
        return {}
    found: dict[str, Any] = json.loads(written)
    for warning in found["warnings"]:
        click.echo(warning)
    return found


@group.command("index")
def index() -> None:
    """似た意見を探すための索引に、まだ入っていない意見を入れます。

    ふだんは意見が届くたびに入ります。この版より前に届いた意見を入れるときに使います。
    """
    count = 0
    while True:
        with transaction():
            some = commands.index_some(by=system("cli:reading-index"))
        if not some:
            break
        count += some
    click.echo(f"{count:,}件の意見を索引に入れました。")
