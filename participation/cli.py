"""Commands that belong to no slice: the permission table, the audit trail, the settings, the jobs."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from config import public_settings
from participation.access import matrix
from participation.access.actors import system
from participation.audit import chain
from participation.foundation.db import transaction
from participation.foundation.lazily import lazily
from participation.i18n import shell
from participation.jobs import apart, daily, long_runs, retention, worker

if TYPE_CHECKING:
    from participation import ward_pack
else:
    ward_pack = lazily("participation.ward_pack")

# Before the first command is made: Click names some things when it makes them.
shell.speak_japanese()

access_group = AppGroup("access", help="権限")
audit_group = AppGroup("audit", help="監査ログ")
config_group = AppGroup("config", help="設定")
ward_group = AppGroup("ward", help="区のデータ")
jobs_group = AppGroup("jobs", help="あとで行う仕事（メール送信など）")


def init_app(app: Flask) -> None:
    """Add the commands to the app."""
    for group in (access_group, audit_group, config_group, jobs_group, ward_group):
        app.cli.add_command(group)


@access_group.command("matrix")
def print_matrix() -> None:
    """権限の一覧（docs/permissions.md）を書き出します。"""
    click.echo(matrix.as_markdown(), nl=False)


@audit_group.command("verify")
@click.option("--anchor", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="錨のファイル")
def verify_audit(anchor: Path | None) -> None:
    """監査ログに欠けも書き換えもないことを確かめ、あれば最初の行を示します。"""
    try:
        anchors = chain.read_anchors(anchor.read_text("utf-8").splitlines()) if anchor else []
    except (chain.BadAnchor, UnicodeDecodeError) as bad:
        raise click.ClickException(str(bad)) from bad
    found = chain.verify()
    broken = found.broken or chain.check_anchors(anchors)
    if broken is not None:
        raise click.ClickException(f"{broken.message}その前の{found.count:,}行は、もとのままです。")
    click.echo(f"監査ログ {found.count:,}行に、欠けも書き換えもありません。")
    if anchor:
        click.echo(f"錨 {len(anchors):,}本とも合っています。")


@audit_group.command("anchor")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def anchor_audit(file: Path) -> None:
    """監査ログが今どこまであるか（日時・行数・ハッシュ）を、ファイルの末尾に書き加えます。"""
    found = chain.verify()
    if found.broken is not None:
        raise click.ClickException(f"壊れた監査ログには錨を打ちません。{found.broken.message}")
    taken = chain.take_anchor()
    with file.open("a", encoding="utf-8") as lines:
        lines.write(taken.as_line() + "\n")
        lines.flush()
        os.fsync(lines.fileno())
    click.echo(f"{taken.count:,}行　{taken.hash}")


@config_group.command("show")
def show_settings() -> None:
    """今の設定を、秘密を伏せて表示します。"""
    for name, value, meaning in public_settings(os.environ):
        click.echo(f"{name}={value}  # {meaning}")


@jobs_group.command("work")
@click.option("--once", is_flag=True, help="今ある仕事だけ行って終わる")
def work(once: bool) -> None:
    """たまっている仕事を行います。"""
    retention.plan()
    daily.plan()
    while True:
        done = worker.drain()
        if once:
            click.echo(f"{done}件の仕事を行いました。")
            return
        time.sleep(0 if done else 5)


@jobs_group.command("runs")
@click.option("--once", is_flag=True, help="今待っている処理だけ行って終わる")
def watch_runs(once: bool) -> None:
    """時間のかかる処理（読み分けなど）を、1つずつ、別のプロセスで行います。"""
    watcher = apart.Watcher(current_app._get_current_object(), look=5.0)  # type: ignore[attr-defined]
    signal.signal(signal.SIGTERM, lambda _number, _frame: watcher.end())
    if not once:
        watcher.watch()
        return
    count = 0
    while watcher.do_one():
        count += 1
    click.echo(f"{count}件の処理を行いました。")


@jobs_group.command("run", hidden=True)
@click.argument("public_id")
@click.argument("lease")
def run_here(public_id: str, lease: str) -> None:
    """見張り（jobs runs）が渡した処理を1つ、このプロセスで行います。"""
    try:
        run = long_runs.in_hand(public_id, lease)
    except long_runs.Lost as lost:
        raise click.ClickException("この処理は、ほかのプロセスが行っています。") from lost
    apart.work_here(current_app._get_current_object(), run)  # type: ignore[attr-defined]


@jobs_group.command("forget")
@click.option("--dry-run", is_flag=True, help="期限の一覧を見せるだけで、何も消さない")
def forget(dry_run: bool) -> None:
    """保存する期限を過ぎたものを、今すぐ消します（ふだんは1日に1回、自動で行われます）。"""
    for rule in retention.all_rules() if dry_run else ():
        click.echo(f"{rule.meaning}：{rule.period.days}日")
    for rule, count in () if dry_run else retention.forget_old():
        click.echo(f"{rule.meaning}：{count}件を消しました（{rule.period.days}日を過ぎたもの）。")


@ward_group.command("load")
def load_ward() -> None:
    """区の地区・住区、所管課、計画、対応区分、話し合いのルールを読み込みます。"""
    ward = current_app.config["WARD"]
    with transaction():
        ward_pack.load(ward, by=system("cli:ward-load"))
    click.echo(f"{ward} のデータを読み込みました。")
