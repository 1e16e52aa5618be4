"""Commands on the command line: inviting the first administrator."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from participation.access.actors import Role, system
from participation.foundation.db import transaction
from participation.foundation.errors import AppError
from participation.people import commands

group = AppGroup("people", help="アカウント")


@group.command("invite-staff")
@click.argument("email")
@click.argument("name")
@click.option(
    "--role", "roles", multiple=True, type=click.Choice([role.value for role in Role]), required=True
)
def invite_staff(email: str, name: str, roles: tuple[str, ...]) -> None:
    """職員を招きます。パスワードを決めるリンクがメールで届きます。"""
    try:
        with transaction():
            commands.invite_staff(
                email, name, {Role(role) for role in roles}, None, by=system("cli:people-invite-staff")
            )
    except AppError as error:
        raise click.ClickException(error.reason) from error
    click.echo(f"{email} に招待のメールを送ります。")
