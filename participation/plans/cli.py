"""Plans on the command line: look at what a document would become, take it in, list and load plans."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import inspect

from participation.access.actors import system
from participation.foundation.db import db, transaction
from participation.foundation.errors import AppError
from participation.plans import commands, queries
from participation.plans.domain.comparing import Changes, Known, compare, keep_codes
from participation.plans.domain.reading.reader import read_document
from participation.plans.domain.reading.seed import read_seed
from participation.plans.domain.tree import (
    FORM_NAMES,
    PlanKind,
    PlanTree,
    TreeNode,
    Unreadable,
    VersionStage,
    is_slug,
    short,
    slug_from,
)

group = AppGroup("plans", help="計画")


class NotTaken(click.ClickException):
    """Why a command did nothing, in plain Japanese on standard error."""

    def show(self, file: Any = None) -> None:
        """Print the reason; nothing in another language stands before it."""
        click.echo(self.message, file=file, err=file is None)


_SHOWN_LEFT_OUT = 12


@group.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="読み取った内容を見せるだけで、何も変えない")
@click.option("--json", "as_json", is_flag=True, help="読み取った木をJSONで標準出力に書く")
@click.option("--yes", is_flag=True, help="確認せずに取り込む")
@click.option(
    "--plan", "slug", help="計画のアドレス名（例: meguro-basic-plan）。今ある計画なら新しい版になる"
)
@click.option("--title", default="", help="計画の名前")
@click.option("--kind", type=click.Choice([kind.value for kind in PlanKind]), help="計画の種類")
@click.option("--stage", type=click.Choice([stage.value for stage in VersionStage]), help="版の段階")
@click.option("--label", default="", help="版の名前（例: 令和8年10月）")
@click.option("--date", "dated_on", default="", help="版の日付（例: 2026-10-01）")
@click.option("--unpublished", is_flag=True, help="取り込むだけで、まだ公開しない")
def import_plan(
    path: Path,
    dry_run: bool,
    as_json: bool,
    yes: bool,
    slug: str | None,
    title: str,
    kind: str | None,
    stage: str | None,
    label: str,
    dated_on: str,
    unpublished: bool,
) -> None:
    """計画の文書（テキスト、Markdown、YAML、CSV、登録フォルダ）を読み取り、確かめてから取り込みます。"""
    if not path.exists():
        raise NotTaken(f"「{path}」がありません。ファイルの名前と場所を確かめてください。")
    has_tables = inspect(db.engine).has_table("plans")
    tree, known = _read(path, slug, title, has_tables)
    tree = _with_choices(tree, kind, stage, label, dated_on)
    changes = compare(known.values(), tree)
    if as_json and dry_run:
        click.echo(json.dumps(_as_json(tree, changes), ensure_ascii=False, indent=1))
        return
    if not as_json:
        _show(tree, changes, is_known=bool(known))
    if dry_run:
        click.echo("確かめただけで、何も変えていません。")
        return
    if not has_tables:
        raise NotTaken("データベースの準備がまだです。先に flask db upgrade を行ってください。")
    if not yes and not _agreed(as_json=as_json):
        click.echo("取り込みませんでした。何も変えていません。", err=as_json)
        return
    _take_in(tree, publish=not unpublished, as_json=as_json)


def _agreed(*, as_json: bool) -> bool:
    try:
        return click.confirm("この内容で取り込みますか", default=False, err=as_json)
    except click.Abort:  # Nobody is there to answer.
        click.echo("", err=as_json)
        return False


def _read(path: Path, slug: str | None, title: str, has_tables: bool) -> tuple[PlanTree, dict[str, Known]]:
    if slug is not None and not is_slug(slug):
        raise NotTaken("--plan は英小文字・数字・ハイフンで48字までにしてください。")
    plan = queries.find_plan(slug) if slug and has_tables else None
    try:
        if path.is_dir():
            tree = read_seed(path)
        else:
            prefix = plan.code_prefix if plan is not None else ""
            tree = read_document(path.read_bytes(), path.name, title=title, prefix=prefix)
    except OSError as error:
        raise NotTaken(f"「{path}」を開けませんでした。読み取りが許されているか確かめてください。") from error
    except Unreadable as refused:
        lines = "\n".join(f"  {problem}" for problem in refused.problems)
        raise NotTaken(f"{path.name} は読み取れませんでした。\n{lines}") from refused
    tree = tree.with_details(
        slug=slug or tree.slug or slug_from(path.name, tree.title),
        title=title or (plan.title if plan is not None else tree.title) or path.stem,
        source=tree.source or ("" if plan is not None else path.name),
    )
    if plan is None and has_tables:
        plan = queries.find_plan(tree.slug)
    known = queries.latest_state(plan) if plan is not None else {}
    if plan is not None:
        tree = tree.with_details(kind=plan.kind, ward=tree.ward or plan.ward)
    return keep_codes(tree, known), known


def _with_choices(tree: PlanTree, kind: str | None, stage: str | None, label: str, dated_on: str) -> PlanTree:
    return tree.with_details(
        kind=PlanKind(kind) if kind else tree.kind,
        stage=VersionStage(stage) if stage else tree.stage,
        version_label=label or tree.version_label,
        version_date=dated_on or tree.version_date,
    )


def _take_in(tree: PlanTree, *, publish: bool, as_json: bool) -> None:
    by = system("cli:plans-import")
    try:
        with transaction():
            report = commands.import_plan(tree, home_ward=current_app.config["WARD"], by=by)
            if publish and report.version is not None:
                commands.publish_version(report.version, by=by)
                commands.link_related(report.plan, by=by)
    except AppError as error:
        raise NotTaken(error.reason) from error
    if as_json:
        click.echo(json.dumps(_as_json(tree, report.changes), ensure_ascii=False, indent=1))
    if report.version is None:
        click.echo(f"「{tree.title}」: 変わった所がないので、版は増やしていません。", err=as_json)
        return
    state = "公開しました" if publish else "取り込みました（まだ公開していません）"
    click.echo(
        f"「{tree.title}」第{report.version.number}版を{state}。{report.changes.in_words()}", err=as_json
    )
    click.echo(f"アドレス: /plans/{tree.slug}", err=as_json)


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSONで書く")
def list_plans(as_json: bool) -> None:
    """計画の一覧を表示します。"""
    cards = queries.list_plans(with_unpublished=True)
    if as_json:
        rows = [
            {
                "slug": card.plan.slug,
                "title": card.plan.title,
                "kind": card.plan.kind.value,
                "reference": card.plan.is_reference,
                "version": card.version,
                "levels": {level.name: level.count for level in card.levels},
            }
            for card in cards
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    if not cards:
        click.echo("計画はまだありません。flask plans load で用意された計画を読み込めます。")
    for card in cards:
        counts = "、".join(f"{level.name}{level.count}" for level in card.levels)
        mark = "（参考）" if card.plan.is_reference else ""
        click.echo(f"{card.plan.slug}\t{card.plan.title}{mark}\t{card.version}\t{counts}")


@group.command("load")
def load_plans() -> None:
    """用意された計画をすべて読み込みます。もう一度行っても、変わった所だけが新しい版になります。"""
    try:
        with transaction():
            reports = commands.load_plans(current_app.config["WARD"], by=system("cli:plans-load"))
    except Unreadable as refused:
        raise NotTaken(str(refused)) from refused
    for report in reports:
        click.echo(f"{report.plan.slug}: {report.changes.in_words()}")


def _show(tree: PlanTree, changes: Changes, *, is_known: bool) -> None:
    counted = tree.count_by_level()
    names = {level.code: level.name for level in tree.levels}
    click.echo(f"{tree.title}（アドレス名 {tree.slug}）")
    click.echo(f"  {FORM_NAMES[tree.form]}、{tree.encoding}、{sum(counted.values())}項目")
    click.echo("  " + "、".join(f"{names[code]} {count}" for code, count in counted.items()))
    click.echo("  行     確かさ")
    for place in tree.placed():
        node = place.node
        line = f"{node.line}" if node.line else "-"
        words = short(" ".join(filter(None, (node.number, node.title or node.text))), 60)
        click.echo(f"  {line:>5}  {node.confidence:>4.0%}  {'  ' * (place.depth - 1)}{node.code} {words}")
    _show_left_out(tree)
    click.echo(("今の版との違い: " if is_known else "新しい計画: ") + changes.in_words())
    if is_known:
        for name, each in changes.named():
            for change in each[:20]:
                click.echo(f"  {name} {change.code} {change.words}")


def _show_left_out(tree: PlanTree) -> None:
    if not tree.left_out:
        return
    reasons = Counter(each.reason for each in tree.left_out)
    click.echo(f"木に入れなかった行（{len(tree.left_out)}行）:")
    for reason, count in reasons.items():
        click.echo(f"  {reason} {count}行")
        for each in [each for each in tree.left_out if each.reason == reason][:_SHOWN_LEFT_OUT]:
            click.echo(f"    {each.line}行目 {short(each.text, 40)}")


def _as_json(tree: PlanTree, changes: Changes) -> dict[str, Any]:
    names = {level.code: level.name for level in tree.levels}
    return {
        "plan": tree.slug,
        "title": tree.title,
        "form": tree.form.value,
        "encoding": tree.encoding,
        "introduction": tree.introduction,
        "levels": [{"code": level.code, "name": level.name, "depth": level.depth} for level in tree.levels],
        "counts": tree.count_by_level(),
        "nodes": [_node_as_json(root, None, names) for root in tree.roots],
        "left_out": [{"line": each.line, "text": each.text, "reason": each.reason} for each in tree.left_out],
        "changes": {name: [change.code for change in each] for name, each in changes.named()},
    }


def _node_as_json(node: TreeNode, parent: str | None, names: dict[str, str]) -> dict[str, Any]:
    return {
        "code": node.code,
        "parent": parent,
        "level": node.level,
        "level_name": names[node.level],
        "number": node.number,
        "title": node.title,
        "text": node.text,
        "line": node.line,
        "confidence": node.confidence,
        "children": [_node_as_json(child, node.code, names) for child in node.children],
    }
