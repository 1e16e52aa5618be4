"""flask surveys …"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from participation.access.actors import system
from participation.foundation import clock
from participation.foundation.db import transaction
from participation.foundation.errors import AppError
from participation.foundation.table_files import MAX_BYTES, BadTable
from participation.papers import statistics_file
from participation.papers.files import CannotWrite
from participation.surveys import commands, queries
from participation.surveys.domain import Audience, ResultsShown, SurveyDraft
from participation.surveys.domain.answer_files import FileAnswer, FileProblem
from participation.surveys.domain.crosstabs import Crosstab
from participation.surveys.domain.exports import ExportForm
from participation.surveys.domain.intervals import Share
from participation.surveys.domain.margins import MOST_BYTES, NOT_TEXT, LineError, decode, read_margins
from participation.surveys.domain.matching import attributes_of, match_margins
from participation.surveys.domain.weighting import LEAST_WEIGHT, MOST_WEIGHT, CannotWeight, Parameters
from participation.surveys.domain.xlsform import Form as SheetContent
from participation.surveys.domain.xlsform import Reading
from participation.surveys.domain.xlsform.workbooks import read_workbook
from participation.surveys.models import Survey, WeightingRun

group = AppGroup("surveys", help="アンケート")
CROSSTAB, EXPORT = system("cli:surveys-crosstab"), system("cli:surveys-export")


@group.command("recount")
@click.option("--check", "check_only", is_flag=True, help="数え直すだけで、直さない")
def recount(check_only: bool) -> None:
    """集計の数と、画面ごとの人数を、回答から数え直し、違いがあれば直します。"""
    with transaction():
        wrong = commands.recount_surveys(check_only=check_only, by=system("cli:surveys-recount"))
    for public_id, count in wrong.items():
        click.echo(f"{public_id}：{count}か所が違っていました。")
    click.echo(f"違い {sum(wrong.values())}か所")
    if wrong and check_only:
        raise SystemExit(1)


@group.command("crosstab")
@click.argument("code")
@click.option("--rows", required=True, help="行の設問（q3、q5-r1、属性の名前）")
@click.option("--columns", help="列の設問。なければ行の設問だけの集計")
@click.option("--only", help="しぼりこみ（q9=a2 の形）")
@click.option("--weighted", is_flag=True, help="重みつきの数も出す")
@click.option("--json", "as_json", is_flag=True, help="JSONで出す")
def crosstab(
    code: str, rows: str, columns: str | None, only: str | None, weighted: bool, as_json: bool
) -> None:
    """2つの設問をかけ合わせた表を出します（職員用。5人に満たないところも出ます）。"""
    with _refusals():
        page = queries.show_survey(queries.find_by_code(code))
        run = queries.find_current_run(page.survey) if weighted else None
        if weighted and run is None:
            raise click.ClickException("このアンケートには、まだ重みが付いていません。")
        variables = queries.list_variables(page)
        row = queries.find_variable(variables, rows)
        column = queries.find_variable(variables, columns) if columns else None
        part = None
        if only:
            key, _, category = only.partition("=")
            part = (queries.find_variable(variables, key), category)
        plain, heavy = queries.show_crosstabs(
            page.survey, row, column, only=part, run_id=run.id if run else None
        )
        with transaction():
            commands.record_export(page.survey, what="crosstab", by=CROSSTAB)
    if as_json:
        said = _described(plain) | (
            {"weighted": _described(heavy), "run": run.public_id} if heavy and run else {}
        )
        click.echo(json.dumps({"survey": code, "only": only or "", **said}, ensure_ascii=False, indent=1))
        return
    for table in (plain, heavy):
        if table is not None:
            click.echo("\n".join(_in_words(table)))


@group.command("weight")
@click.argument("code")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--least", type=float, default=LEAST_WEIGHT, show_default=True, help="重みの下限（平均の何倍まで）"
)
@click.option(
    "--most", type=float, default=MOST_WEIGHT, show_default=True, help="重みの上限（平均の何倍まで）"
)
@click.option("--json", "as_json", is_flag=True, help="JSONで出す")
def weight(code: str, path: Path, least: float, most: float, as_json: bool) -> None:
    """人口の表（CSV）に合わせて重みを計算し、使うようにします。

    表は、年代,地区,population,source,as_of のように項目ごとの列を持ちます。項目は、同じ名前か同じ区分の設問と合わせます。
    """
    content = path.read_bytes()
    text = decode(content) if len(content) <= MOST_BYTES else None
    if text is None:
        raise click.ClickException(
            NOT_TEXT if len(content) <= MOST_BYTES else "ファイルが大きすぎます（200KBまで）。"
        )
    read = read_margins(text)
    with _refusals():
        page = queries.show_survey(queries.find_by_code(code))
        variables = queries.list_variables(page)
        questions = queries.guess_questions(read.margins, variables)
        matches = match_margins(read.margins, questions)
        unknown = [
            LineError(
                1, f"「{name}」に当たる設問がありません。列の名前を、設問の文か番号（q9など）にしてください。"
            )
            for name in attributes_of(read.margins)
            if name not in questions
        ]
        faults = [*read.errors, *unknown, *(fault for match in matches for fault in match.faults)]
        run = None
        if not faults:
            with transaction():
                run = commands.weight_survey(
                    page.survey, matches, Parameters(least=least, most=most), by=system("cli:surveys-weight")
                )
    if as_json:
        errors = [{"line": each.line, "message": each.words} for each in faults]
        click.echo(
            json.dumps({"survey": code, "errors": errors, **_run_of(run)}, ensure_ascii=False, indent=1)
        )
    elif run is not None:
        click.echo(
            f"重みを付けました（{'、'.join(run.variables)}）：{run.weighted:,}人、付けられない人 {run.left_out:,}人、"
            f"有効な人数 {run.effective:,.0f}人、上限・下限に当たった人 {run.trimmed:,}人"
        )
    for each in () if as_json else faults:
        click.echo(f"{each.line}行目: {each.words}", err=True)
    if faults:
        raise click.exceptions.Exit(1)


def _run_of(run: WeightingRun | None) -> dict[str, Any]:
    if run is None:
        return {"run": None}
    return {
        "run": run.public_id,
        "margins": [
            {
                "variable": each.variable,
                "source": each.source,
                "as_of": each.as_of.isoformat(),
                "total": each.total,
            }
            for each in queries.margins_of(run)
        ],
        "weighted": run.weighted,
        "left_out": run.left_out,
        "effective": round(run.effective, 3),
        "design_effect": round(run.weighted / run.effective, 4),
        "trimmed": run.trimmed,
        "worst": run.worst,
    }


def _described(table: Crosstab) -> dict[str, Any]:
    columns = table.columns.categories
    test = table.test
    return {
        "rows": {"key": table.rows.key, "title": table.rows.title},
        "columns": {"key": table.columns.key, "title": table.columns.title},
        "n": table.whole.n,
        "effective": round(table.whole.effective, 3),
        "design_effect": None if table.whole.design_effect is None else round(table.whole.design_effect, 4),
        "cells": [
            {
                "row": row.code,
                "row_label": row.label,
                "column": column.code,
                "column_label": column.label,
                **_share(table.share(row.code, column.code)),
            }
            for row in table.rows.categories
            for column in columns
        ],
        "all": [
            {"row": row.code, "row_label": row.label, **_share(table.row_share(row.code))}
            for row in table.rows.categories
        ],
        "test": None
        if test is None
        else {
            "chi_square": test.statistic,
            "freedom": test.freedom,
            "p": test.p,
            "cramers_v": test.v,
            "rao_scott": test.correction,
            "smallest_expected": test.smallest_expected,
            "is_doubtful": test.is_doubtful,
        },
    }


def _share(share: Share | None) -> dict[str, Any]:
    if share is None:
        return {"n": 0, "of": 0, "percent": None, "low": None, "high": None}
    return {
        "n": share.part.n,
        "of": share.whole.n,
        "percent": round(share.share * 100, 3),
        "low": round(share.interval.low * 100, 3),
        "high": round(share.interval.high * 100, 3),
    }


def _in_words(table: Crosstab) -> Iterator[str]:
    yield f"{table.rows.title} × {table.columns.title}（{table.whole.n:,}人、有効 {table.whole.effective:,.0f}人）"
    for row in table.rows.categories:
        for column in table.columns.categories:
            share = table.share(row.code, column.code)
            if share is not None:
                yield (
                    f"  {row.label}／{column.label}：{share.part.n:,}人 {share.share * 100:.1f}%"
                    f"（{share.interval.low * 100:.1f}〜{share.interval.high * 100:.1f}%）"
                )
    if table.test is not None:
        yield f"  カイ二乗 {table.test.statistic:.3f}、自由度 {table.test.freedom}、p値 {table.test.p:.4f}、V {table.test.v:.3f}"


def _form_of(form: str, *, words: bool, cp932: bool) -> ExportForm:
    if cp932 and form != "csv":
        raise CannotWrite("文字コードを選べるのは、CSVだけです。")
    if form in ("csv", "xlsx"):
        return ExportForm(f"{form}{'_words' if words else ''}{'_cp932' if cp932 else ''}")
    return ExportForm(form)


@group.command("export")
@click.argument("code")
@click.option("--format", "form", type=click.Choice(["csv", "xlsx", "sav", "json"]), default="csv")
@click.option("--output", type=click.Path(path_type=Path), required=True, help="書き出すファイル")
@click.option("--words", is_flag=True, help="コードではなく言葉で（CSVとExcel）")
@click.option("--cp932", is_flag=True, help="文字コードをCP932にする（CSVだけ）")
def export(code: str, form: str, output: Path, words: bool, cp932: bool) -> None:
    """回答を書き出します。"""
    with _refusals():
        survey = queries.find_by_code(code)
        with transaction():
            commands.record_export(survey, what=form, by=EXPORT)
        file = queries.data_file(queries.show_survey(queries.find_by_code(code)))
        chosen = _form_of(form, words=words, cp932=cp932)
        lost = queries.write_export(file, chosen, output, issuer=current_app.config["SITE"]["ward"])
        if lost:
            signs = "".join(dict.fromkeys(lost))[:40]
            click.echo(f"CP932で書けない文字を〓にしました：{len(lost)}字（{signs}）", err=True)
    click.echo(f"{output} に書きました（{output.stat().st_size:,}バイト）。")


@contextlib.contextmanager
def _refusals() -> Iterator[None]:
    """Say what was refused in words, and end with a failure."""
    try:
        yield
    except AppError as refusal:
        raise click.ClickException(refusal.reason) from refusal
    except (CannotWrite, CannotWeight, statistics_file.NotSaved) as refusal:
        raise click.ClickException(str(refusal)) from refusal


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
            _tell_import(seen.added, seen.skipped, list(seen.problems), as_json=as_json)
            return
        added, skipped, problems = _take_in(code, path.read_bytes())
    except BadTable as wrong:
        _tell_import(0, 0, [FileProblem(wrong.line, wrong.message)], as_json=as_json)
        raise click.exceptions.Exit(1) from wrong
    except AppError as error:
        raise click.ClickException(error.reason) from error
    _tell_import(added, skipped, problems, as_json=as_json)


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


def _tell_import(added: int, skipped: int, problems: list[FileProblem], *, as_json: bool) -> None:
    if as_json:
        errors = [{"line": each.line, "message": each.message} for each in problems]
        told = {"added": added, "skipped": skipped, "errors": errors}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    click.echo(f"加えた回答 {added:,}件、すでにある回答 {skipped:,}件、取り込めない行 {len(problems):,}")
    for each in problems:
        click.echo(f"  {each.line}行目: {each.message}" if each.line else f"  {each.message}")


# ── A questionnaire from a file ─────────────────────────────────────────────────────────────


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
    form: SheetContent,
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
