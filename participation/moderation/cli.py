"""Commands for the rules of the discussion."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from participation.access.actors import system
from participation.foundation.db import transaction
from participation.moderation import commands
from participation.moderation.domain import read_clauses

group = AppGroup("moderation", help="話し合いのルールと確認")


@group.command("load")
def load() -> None:
    """話し合いのルールを、種のファイルのとおりにします（何度行っても同じです）。"""
    with transaction():
        counts = commands.load_rules(read_clauses(), by=system("cli:moderation-load"))
    click.echo(f"追加{counts['added']}・変更{counts['changed']}・廃止{counts['retired']}")
