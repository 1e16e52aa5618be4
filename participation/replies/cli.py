"""Commands for the sets of 対応区分."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from participation.access.actors import system
from participation.foundation.db import transaction
from participation.foundation.errors import Refused
from participation.replies import commands
from participation.replies.commands.loading import SEED

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
