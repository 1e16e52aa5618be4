"""Opinions on the command line: taking files in, counting, giving the register out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from participation.access.actors import system
from participation.consultations import queries as consultations
from participation.foundation import files
from participation.foundation.csv_text import BOM, Cell, csv_line, to_cp932
from participation.foundation.db import transaction
from participation.foundation.errors import AppError, NotFound
from participation.foundation.lazily import lazily
from participation.foundation.table_files import MAX_BYTES
from participation.opinions import commands, queries
from participation.opinions.domain import CHANNEL_NAMES
from participation.opinions.domain.importing import (
    COLUMN_NAMES,
    FILES_COLUMN,
    FILES_COLUMN_CODE,
    ImportColumn,
    ImportProblem,
    Reading,
    Unreadable,
    mapping_of,
)

if TYPE_CHECKING:
    import xlsxwriter
else:
    xlsxwriter = lazily("xlsxwriter")

group = AppGroup("opinions", help="意見")


@group.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--consultation", "code", required=True, help="案件のアドレス名")
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで標準出力に書く")
@click.option("--map", "pairs", multiple=True, help="列の名前の指定。例: --map number=id --map body=comment")
@click.option("--node", default="", help="項目の書かれていない行が、どの項目についての意見か")
@click.option(
    "--channel",
    type=click.Choice([each.value for each in CHANNEL_NAMES]),
    default="post",
    help="方法の書かれていない行の届いた方法",
)
@click.option(
    "--received-on", type=click.DateTime(["%Y-%m-%d"]), help="日付のない行の届いた日（指定しなければきょう）"
)
@click.option("--dry-run", is_flag=True, help="確かめるだけで、何も変えない")
def import_file(
    path: Path,
    code: str,
    as_json: bool,
    pairs: tuple[str, ...],
    node: str,
    channel: str,
    received_on: datetime | None,
    dry_run: bool,
) -> None:
    """意見のファイル（CSV、Excel、メール .eml、メールボックス mbox）を取り込みます。

    もう一度行うと、足りないものだけが加わります。上書きはしません。途中で止めても、続きから行えます。
    """
    options = {"node": node, "channel": channel}
    if received_on is not None:
        options["received_on"] = received_on.date().isoformat()
    tell = _as_json if as_json else _in_words
    try:
        procedure = consultations.get_procedure(code)
        choices = queries.choices_for(procedure, options)
        reading = queries.read_import(path.name, _content(path), mapping_of(pairs), choices)
        if dry_run:
            seen = queries.preview_import(procedure.consultation.id, reading)
            tell(seen.added, seen.skipped, list(seen.problems))
            return
        _tell_of_files(reading)
        added, skipped, problems = _take_in(code, path.name, reading, is_quiet=as_json)
    except Unreadable as refused:
        tell(0, 0, [refused.problem])
        raise click.exceptions.Exit(1) from refused
    except AppError as error:
        raise _refused(error, code) from error
    tell(added, skipped, sorted([*reading.problems, *problems], key=lambda each: each.line or 0))


def _refused(error: AppError, code: str) -> click.ClickException:
    """What is said of an error; of what was not found, which consultation it was."""
    return click.ClickException(
        f"案件「{code}」がありません。" if isinstance(error, NotFound) else error.reason
    )


def _content(path: Path) -> bytes:
    if path.stat().st_size > MAX_BYTES:
        raise Unreadable(
            ImportProblem(
                None, f"ファイルが大きすぎます。{MAX_BYTES // 1024 // 1024}MBまでに分けてください。"
            )
        )
    return path.read_bytes()


def _take_in(
    code: str, name: str, reading: Reading, *, is_quiet: bool
) -> tuple[int, int, list[ImportProblem]]:
    by = system("cli:opinions-import")
    added, skipped = 0, 0
    problems: list[ImportProblem] = []
    for portion in reading.batches():
        for _, content in (kept for read in portion for kept in read.files_to_keep):
            files.keep(content)
        with transaction():
            held = consultations.hold_procedure(code)
            counts = commands.import_submissions(held, portion, name[:200], by=by)
        added, skipped = added + counts.added, skipped + counts.skipped
        problems.extend(counts.problems)
        if not is_quiet:
            click.echo(f"\r{added + skipped:,} / {reading.text_count:,}件", nl=False, err=True)
    if not is_quiet:
        click.echo(err=True)
    return added, skipped, problems


def _tell_of_files(reading: Reading) -> None:
    for read in reading.submissions:
        for words in read.files_left_out:
            click.echo(f"{read.texts[0].line}行目のメールの添付{words}", err=True)


def _as_json(added: int, skipped: int, problems: list[ImportProblem]) -> None:
    errors = [{"line": each.line, "message": each.message} for each in problems]
    click.echo(
        json.dumps({"added": added, "skipped": skipped, "errors": errors}, ensure_ascii=False, indent=1)
    )


def _in_words(added: int, skipped: int, problems: list[ImportProblem]) -> None:
    click.echo(f"加えた意見 {added:,}件、すでにある意見 {skipped:,}件、取り込めない行 {len(problems):,}")
    for each in problems:
        click.echo(f"  {each.line}行目: {each.message}" if each.line else f"  {each.message}")


@group.command("counts")
@click.argument("code")
@click.option("--json", "as_json", is_flag=True, help="JSONで書く")
def counts(code: str, as_json: bool) -> None:
    """案件の提出者・提出・意見・文面の種類の数を、ページと同じ数え方で表示します。"""
    try:
        tally = queries.count_for_consultation(consultations.get_consultation(code).id)
    except AppError as error:
        raise _refused(error, code) from error
    if as_json:
        click.echo(json.dumps({each.name: each.number for each in tally.in_four()}))
        return
    for each in tally.in_four():
        click.echo(f"{each.label}\t{each.number:,}")


@group.command("refresh-keys")
def refresh_keys() -> None:
    """同じ文面を見分ける鍵を、今の決まりで作り直します（何度行っても同じ結果になります）。"""
    changed = 0
    after: int | None = 0
    while after is not None:
        with transaction():
            some, after = commands.refresh_text_keys(after, by=system("cli:opinions-refresh-keys"))
        changed += some
    click.echo(f"作り直した鍵 {changed:,}件")


@group.command("check-originals")
def check_originals() -> None:
    """原本の文章と写しが受け付けたときのままか、分けた意見の文章が原本のとおりかを確かめます。"""
    damaged = [*queries.find_damaged(), *queries.find_misdivided()]
    for each in damaged:
        click.echo(each, err=True)
    if damaged:
        raise click.ClickException(f"{len(damaged):,}件が、受け付けたときのままではありません。")
    click.echo("原本の文章と写しは、すべて受け付けたときのままです。")


@group.command("export")
@click.argument("code")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="書き出すファイル"
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "xlsx"]),
    help="ファイルの形（指定しなければファイルの名前から決める）",
)
@click.option("--encoding", type=click.Choice(["utf-8", "cp932"]), default="utf-8", help="文字コード")
@click.option("--header", type=click.Choice(["en", "ja"]), default="en", help="列の名前のことば")
def export(code: str, output: Path, form: str | None, encoding: str, header: str) -> None:
    """届いたままの文章を、取り込みと同じ列のCSVかExcelに書き出します（氏名・住所は書き出しません）。"""
    if not output.parent.is_dir():
        raise click.ClickException(f"フォルダ「{output.parent}」がありません。先に作ってください。")
    names = [COLUMN_NAMES[each] if header == "ja" else each.value for each in ImportColumn]
    names.append(FILES_COLUMN if header == "ja" else FILES_COLUMN_CODE)
    try:
        with transaction():
            consultation = consultations.get_consultation(code)
            commands.note_export(consultation, by=system("cli:opinions-export"))
    except AppError as error:
        raise _refused(error, code) from error
    rows = queries.export_originals(consultation.id)
    is_excel = form == "xlsx" or (form is None and output.suffix.casefold() == ".xlsx")
    count = _write_excel(output, names, rows) if is_excel else _write_csv(output, names, rows, encoding)
    click.echo(f"{count:,}件を {output} に書き出しました。")


def _write_csv(output: Path, names: list[str], rows: Iterable[Sequence[Cell]], encoding: str) -> int:
    encode: Callable[[str], bytes] = to_cp932 if encoding == "cp932" else str.encode
    count = 0
    with output.open("wb") as file:
        file.write(b"" if encoding == "cp932" else BOM.encode())
        file.write(encode(csv_line(names)))
        for row in rows:
            file.write(encode(csv_line(row)))
            count += 1
    return count


def _write_excel(output: Path, names: list[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Write every text as text: nothing is taken for a formula, a link or a number."""
    count = 0
    with xlsxwriter.Workbook(str(output), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("受付簿")
        for count, row in enumerate(chain([names], rows)):
            for place, cell in enumerate(row):
                if isinstance(cell, int):
                    sheet.write_number(count, place, cell)
                elif sheet.write_string(count, place, cell or ""):
                    raise click.ClickException(
                        f"{count}件目の文章は、Excelの1つのセルに入りません。CSVにしてください。"
                    )
    return count
