"""flask votes …"""

from __future__ import annotations

import click
from flask.cli import AppGroup

from participation.access.actors import system
from participation.foundation.db import transaction
from participation.votes import commands

group = AppGroup("votes", help="参考投票")


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
