"""flask surveys …"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import click
from flask.cli import AppGroup

from participation.access.actors import system
from participation.foundation import clock
from participation.foundation.db import transaction
from participation.foundation.errors import AppError
from participation.foundation.table_files import MAX_BYTES
from participation.surveys import commands, queries
from participation.surveys.domain import Audience, ResultsShown, SurveyDraft
from participation.surveys.domain.xlsform import Form, Reading
from participation.surveys.domain.xlsform.workbooks import read_workbook
from participation.surveys.models import Survey

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


@group.command("import-form")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--title", default="", help="題名（指定しなければ、ファイルの form_title）")
@click.option("--subject", "subject_id", type=int, help="たずねる対象の番号（指定しなければ、最初の対象）")
@click.option("--opens-on", type=click.DateTime(["%Y-%m-%d"]), help="受付開始の日（指定しなければきょう）")
@click.option(
    "--closes-on", type=click.DateTime(["%Y-%m-%d"]), help="受付の最後の日（指定しなければ2週間後）"
)
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで標準出力に書く")
@click.option("--dry-run", is_flag=True, help="確かめるだけで、何も作らない")
def import_form(
    path: Path,
    title: str,
    subject_id: int | None,
    opens_on: datetime | None,
    closes_on: datetime | None,
    as_json: bool,
    dry_run: bool,
) -> None:
    """調査票のファイル（XLSForm、.xlsx）から、アンケートの下書きを作ります。

    取り込めないセルが1つでもあれば、その場所を挙げ、何も作りません（終了コード1）。
    """
    if path.stat().st_size > MAX_BYTES:
        raise click.ClickException(
            f"ファイルが大きすぎます。{MAX_BYTES // 1024 // 1024}MBまでにしてください。"
        )
    reading = read_workbook(path.read_bytes())
    survey = None
    problem = ""
    if reading.form is not None and not dry_run:
        try:
            draft = _draft_of(reading.form, path, title, subject_id, opens_on, closes_on)
            with transaction():
                survey = commands.draft_from_form(
                    draft, reading.form.questionnaire, by=system("cli:surveys-import-form")
                )
        except AppError as refused:
            problem = refused.reason
    tell = _tell_json if as_json else _tell
    tell(reading, survey, problem)
    if reading.faults or problem:
        raise SystemExit(1)


def _draft_of(
    form: Form,
    path: Path,
    title: str,
    subject_id: int | None,
    opens_on: datetime | None,
    closes_on: datetime | None,
) -> SurveyDraft:
    first = opens_on.date() if opens_on else clock.today()
    last = closes_on.date() if closes_on else first + timedelta(days=14)
    return SurveyDraft(
        title=(title or form.title or path.stem)[:120],
        intro=form.intro,
        subject_id=queries.subject_for_import(subject_id),
        consultation_id=None,
        opens_at=clock.start_of(first),
        closes_at=clock.end_of(last),
        audience=Audience.ANYONE,
        results_shown=ResultsShown.AFTER_CLOSING,
        is_one_tap=False,
        code=queries.free_code(form.code),
        layout=form.layout,
        easy=dict(form.easy) if form.easy else None,
    )


def _tell(reading: Reading, survey: Survey | None, problem: str) -> None:
    for fault in reading.faults:
        click.echo(f"直す　{fault}", err=True)
    for notice in reading.notices:
        click.echo(f"注意　{notice}", err=True)
    if problem:
        click.echo(problem, err=True)
    if reading.form is not None:
        questionnaire = reading.form.questionnaire
        click.echo(f"章 {len(questionnaire.sections)}、設問 {len(questionnaire.questions)}")
    click.echo(f"下書きを作りました：{survey.public_id} {survey.title}" if survey else "何も作っていません。")


def _tell_json(reading: Reading, survey: Survey | None, problem: str) -> None:
    questionnaire = reading.form.questionnaire if reading.form else None
    told = {
        "survey": survey.public_id if survey else None,
        "title": survey.title if survey else None,
        "sections": len(questionnaire.sections) if questionnaire else 0,
        "questions": len(questionnaire.questions) if questionnaire else 0,
        "problems": [
            {"sheet": fault.sheet, "cell": fault.cell, "reason": fault.reason} for fault in reading.faults
        ]
        + ([{"sheet": "", "cell": "", "reason": problem}] if problem else []),
        "notices": list(reading.notices),
    }
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))
