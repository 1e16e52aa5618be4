"""flask demo: load the fictional ward, print its accounts, begin again."""

from __future__ import annotations

import time

import click
from flask import current_app
from flask.cli import AppGroup
from flask_migrate import stamp, upgrade

from participation.demo import loading, reading
from participation.demo.cast import PASSWORD
from participation.foundation.db import db
from participation.foundation.errors import AppError

group = AppGroup("demo", help="見本の区のデータ（すべて架空）")
NEVER_IN_PRODUCTION = "本番では使えません。見本のデータは、試すための環境だけに入れます。"


@group.command("load")
def load() -> None:
    """見本の区のデータを、空のデータベースに入れます。"""
    _refuse_production()
    began = time.monotonic()
    try:
        loading.load(current_app.config["WARD"])
    except AppError as error:
        raise click.ClickException(error.reason) from error
    click.echo(f"見本の区のデータを入れました（{time.monotonic() - began:.1f}秒）。")


@group.command("accounts")
def accounts() -> None:
    """見本の区にログインできる人と、パスワードを表示します。"""
    _refuse_production()
    click.echo(f"見本のアカウント（パスワードはどれも {PASSWORD}）")
    for row in reading.table("accounts"):
        click.echo(f"  {row['email']:<20} {row['role']}")
        click.echo(f"  {'':<20}   {row['what_to_try']}")


@group.command("reset")
@click.option("--yes", is_flag=True, help="たずねずに作り直す")
@click.pass_context
def reset(context: click.Context, yes: bool) -> None:
    """今のデータをすべて消して、見本の区のデータを入れ直します。"""
    _refuse_production()
    if not yes:
        click.confirm("今のデータはすべて消えます。作り直しますか？", abort=True)
    db.session.remove()
    db.drop_all()
    stamp(revision="base")
    upgrade()
    context.invoke(load)


def _refuse_production() -> None:
    if current_app.config["APP_ENV"] == "production":
        raise click.ClickException(NEVER_IN_PRODUCTION)
