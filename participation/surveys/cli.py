"""flask surveys …"""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from participation.access.actors import system
from participation.foundation.db import transaction
from participation.foundation.errors import AppError
from participation.foundation.table_files import MAX_BYTES, BadTable
from participation.surveys import commands, queries
from participation.surveys.domain.answer_files import FileAnswer, FileProblem

group = AppGroup("surveys", help="アンケート")


@group.command("recount")
@click.option("--check", "check_only", is_flag=True, help="数え直すだけで、直さない")
def recount(check_only: bool) -> None:
    """集計の数を回答から数え直し、違いがあれば直します。"""
    with transaction():
        wrong = commands.recount_surveys(check_only=check_only, by=system("cli:surveys-recount"))
    for public_id, count in wrong.items():
        click.echo(f"{public_id}：{count}か所が違っていました。")
    click.echo(f"違い {sum(wrong.values())}か所")
    if wrong and check_only:
        raise SystemExit(1)


# ── Answers from a file ─────────────────────────────────────────────────────────────────────


@group.command("import-answers")
@click.argument("code")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで標準出力に書く")
@click.option("--dry-run", is_flag=True, help="確かめるだけで、何も変えない")
def import_answers(code: str, path: Path, as_json: bool, dry_run: bool) -> None:
    """回答のファイル（CSV、Excel）を取り込みます。列は書き出しと同じです。

    もう一度行うと、足りないものだけが加わります。途中で止めても、続きから行えます。
    """
    try:
        survey = queries.find_by_code(code)
        if path.stat().st_size > MAX_BYTES:
            raise BadTable(f"ファイルが大きすぎます。{MAX_BYTES // 1024 // 1024}MBまでに分けてください。")
        if dry_run:
            seen = queries.preview_answers(survey, path.read_bytes())
            _tell(seen.added, seen.skipped, list(seen.problems), as_json=as_json)
            return
        added, skipped, problems = _take_in(code, path.read_bytes())
    except BadTable as wrong:
        _tell(0, 0, [FileProblem(wrong.line, wrong.message)], as_json=as_json)
        raise click.exceptions.Exit(1) from wrong
    except AppError as error:
        raise click.ClickException(error.reason) from error
    _tell(added, skipped, problems, as_json=as_json)


def _take_in(code: str, content: bytes) -> tuple[int, int, list[FileProblem]]:
    added, skipped = 0, 0
    problems: list[FileProblem] = []
    survey = queries.find_by_code(code)
    for portion in queries.open_answers(survey, content).portions:
        problems += [each for each in portion if isinstance(each, FileProblem)]
        with transaction():
            answers = [each for each in portion if isinstance(each, FileAnswer)]
            taken = commands.import_answers(survey, answers, by=system("cli:surveys-import-answers"))
        added, skipped = added + taken.added, skipped + taken.skipped
    return added, skipped, problems


def _tell(added: int, skipped: int, problems: list[FileProblem], *, as_json: bool) -> None:
    if as_json:
        errors = [{"line": each.line, "message": each.message} for each in problems]
        told = {"added": added, "skipped": skipped, "errors": errors}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    click.echo(f"加えた回答 {added:,}件、すでにある回答 {skipped:,}件、取り込めない行 {len(problems):,}")
    for each in problems:
        click.echo(f"  {each.line}行目: {each.message}" if each.line else f"  {each.message}")
