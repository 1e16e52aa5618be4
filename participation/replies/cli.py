"""Commands for the sets of 対応区分, and for the result as a file."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from participation.access.actors import system
from participation.consultations.queries import get_consultation
from participation.foundation.db import transaction
from participation.foundation.errors import NotFound, Refused
from participation.papers.files import CannotWrite, Form, Written, write
from participation.replies import commands
from participation.replies.commands.loading import SEED
from participation.replies.queries import bundles
from participation.replies.queries.report import get_report
from participation.replies.queries.result_paper import result_paper

group = AppGroup("replies", help="区の考え方")


@group.command("load")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=SEED)
def load(path: Path) -> None:
    """対応区分のセットを読み込みます（何度行っても同じ結果になります）。"""
    try:
        with transaction():
            loaded = commands.load_schemes(path, by=system("cli:replies-load"))
    except Refused as refusal:
        raise click.ClickException(refusal.reason) from refusal
    click.echo(f"追加 {loaded.added}、変更 {loaded.changed}、使わなくした {loaded.retired}")


@group.command("export")
@click.argument("code")
@click.option(
    "--format",
    "form",
    type=click.Choice([each.value for each in Form]),
    required=True,
    help="ファイルの形式",
)
@click.option("--output", type=click.Path(path_type=Path), required=True, help="書き出すファイル")
@click.option(
    "--encoding",
    type=click.Choice(["utf-8", "cp932"]),
    default="utf-8",
    show_default=True,
    help="CSVとテキストの文字コード",
)
@click.option("--viewpoint", default="", help="計画の場所のコード（1か所だけ書き出すとき）")
def export(code: str, form: str, output: Path, encoding: str, viewpoint: str) -> None:
    """公表した結果（意見の概要と区の考え方）を、ファイルに書き出します。

    同じ名前のファイルがあれば、書き終えたときに置き換えます。
    """
    config = current_app.config
    try:
        paper = result_paper(
            get_report(code, viewpoint=viewpoint), issuer=config["SITE"]["ward"], site=config["PUBLIC_URL"]
        )
        done = write(paper, Form(form), output, in_cp932=encoding == "cp932")
    except NotFound as missing:
        raise click.ClickException(f"案件「{code}」がありません。") from missing
    except Refused as refusal:
        raise click.ClickException(refusal.reason) from refusal
    except CannotWrite as reason:
        raise click.ClickException(str(reason)) from reason
    click.echo(f"{output} に書き出しました（{done.size:,}バイト）。")
    _name_lost(done)


@group.command("bundle")
@click.argument("code")
def bundle(code: str) -> None:
    """同じ文面・ほぼ同じ文面の意見をさがし、まとめる案を作ります（決めるのは職員です）。"""
    by = system("cli:replies-bundle")
    try:
        with transaction():
            consultation = get_consultation(code)
            commands.note_search(consultation, by=by)
        found, last_number = bundles.find_bundles(consultation.id)
        with transaction():
            count = commands.propose_bundles(code, found, last_number, by=by)
        last = 0
        while ids := bundles.texts_to_remember(consultation.id, last):
            with transaction():
                commands.remember_texts(consultation.id, ids, by=by)
            last = ids[-1]
    except NotFound as missing:
        raise click.ClickException(f"案件「{code}」がありません。") from missing
    click.echo(f"確認を待つ案 {count:,}束")


def _name_lost(done: Written) -> None:
    if done.lost:
        named = "、".join(
            f"{each}（U+{ord(each):04X}、{times}回）" for each, times in done.lost.most_common(50)
        )
        click.echo(f"この文字コードで書けない{len(done.lost)}種類の文字は〓にしました：{named}", err=True)
