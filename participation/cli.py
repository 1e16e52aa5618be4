"""Commands that belong to no slice: the permission table, the settings, the jobs."""

from __future__ import annotations

import os
import time

import click
from flask import Flask
from flask.cli import AppGroup

from config import public_settings
from participation.access import matrix
from participation.jobs import worker

access_group = AppGroup("access", help="権限")
config_group = AppGroup("config", help="設定")
jobs_group = AppGroup("jobs", help="あとで行う仕事（メール送信など）")


def init_app(app: Flask) -> None:
    """Add the commands to the app."""
    for group in (access_group, config_group, jobs_group):
        app.cli.add_command(group)


@access_group.command("matrix")
def print_matrix() -> None:
    """権限の一覧（docs/permissions.md）を書き出します。"""
    click.echo(matrix.as_markdown(), nl=False)


@config_group.command("show")
def show_settings() -> None:
    """今の設定を、秘密を伏せて表示します。"""
    for name, value, meaning in public_settings(os.environ):
        click.echo(f"{name}={value}  # {meaning}")


@jobs_group.command("work")
@click.option("--once", is_flag=True, help="今ある仕事だけ行って終わる")
def work(once: bool) -> None:
    """たまっている仕事を行います。"""
    while True:
        done = worker.drain()
        if once:
            click.echo(f"{done}件の仕事を行いました。")
            return
        time.sleep(0 if done else 5)
