"""The figures of a survey as a paper with how to read them (集計の報告書), and as published data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from participation.i18n.dates import datetime_ja
from participation.papers.paper import Cell as PaperCell
from participation.papers.paper import Column, Facts, Grid, Heading, Paper, Part, Row, Sheet, Words
from participation.surveys.domain import KIND_NAMES
from participation.surveys.domain import figures as drawn
from participation.surveys.domain.comparison import FIGURES_FORM
from participation.surveys.domain.publications import PublicationKind
from participation.surveys.queries.finding import SurveyPage
from participation.surveys.queries.publications import WeightedRow, list_published, weighted_in
from participation.surveys.queries.results import (
    LATER,
    NOT_PUBLIC,
    TOO_FEW,
    QuestionResult,
    Results,
    count_origins,
    show_results,
)

READING = (
    "割合は、断りのないかぎり、その設問に答えた人のうちの割合です。四捨五入のため、合計が100%にならないことがあります。\n"
    "「いくつでも選ぶ」設問は、1人が何度も数えられるため、合計が100%を超えます。\n"
    "95%の幅は、同じ調査を何度も行ったときの偶然によるずれの目安です（ウィルソンの方法）。"
    "答える人のかたよりや、質問のしかたによるずれは含みません。\n"
    "人数の少ない設問では、数人の違いで割合が大きく変わります。幅の重なる2つの割合は、違うとは言えないことがあります。\n"
    "2つの答えに関わりがあっても、一方がもう一方の原因とは限りません。"
)
WHY = {
    TOO_FEW: "答えた人が10人に満たないため、内訳は載せていません。",
    NOT_PUBLIC: "この設問の結果は公開していません。",
    LATER: "この設問の結果は、締め切ったあとに公開します。",
}
BARS = (
    Column("答え", 46),
    Column("人数", 12, is_number=True),
    Column("割合", 12, is_number=True),
    Column("95%の幅", 20, is_number=True),
)
WEIGHTED = (
    Column("答え", 40),
    Column("人数", 10, is_number=True),
    Column("重みなし", 14, is_number=True),
    Column("重みつき", 14, is_number=True),
    Column("95%の幅（重みつき）", 20, is_number=True),
)
SHEET = (
    Column("設問", 8),
    Column("設問の文", 40),
    Column("行", 24),
    Column("答え", 30),
    Column("数", 10, is_number=True),
    Column("割合（%）", 10, is_number=True),
    Column("下限（%）", 10, is_number=True),
    Column("上限（%）", 10, is_number=True),
    Column("答えた人", 10, is_number=True),
    Column("無回答", 10, is_number=True),
)


def report_paper(page: SurveyPage, *, issuer: str, address: str, for_staff: bool = False) -> Paper:
    """Return the report of a survey: every question with its table, then how to read it."""
    results = show_results(page, for_staff=for_staff)
    return Paper(
        title="アンケートの結果",
        over=page.survey.title,
        issuer=issuer,
        address=address,
        name=f"アンケート結果-{page.survey.code or page.survey.public_id}",
        parts=lambda: _parts(page, results),
        sheets=(Sheet("結果", SHEET, lambda: _lines(results)),),
    )


def _parts(page: SurveyPage, results: Results) -> Iterator[Part]:
    survey = page.survey
    yield Facts(
        "この調査について",
        (
            ("たずねた対象", page.subject_title),
            ("受付", f"{datetime_ja(survey.opens_at)}から{datetime_ja(survey.closes_at)}まで"),
            ("答えた人", f"{results.response_count:,}人"),
            *((f"回答の方法：{name}", f"{count:,}人") for name, count in count_origins(survey)),
            ("答えた人の範囲", f"{results.who}。"),
        ),
    )
    yield Heading("数字の読み方")
    yield Words(READING)
    for result in results.questions:
        yield Heading(f"{result.name} {result.question.text}", anchor=result.question.code)
        yield from _question(result)
    for publication in list_published(survey, PublicationKind.WEIGHTED)[-1:]:
        yield from _weighted(publication.content, results.who)


def _weighted(content: dict[str, Any], who: str) -> Iterator[Part]:
    yield Heading("重みを付けた結果", anchor="weighted")
    yield Words(
        f"{who}。重みは、答えた人の年代などの割合を人口に合わせるものです。"
        "だれが答えたかのかたよりが、すべてなくなるわけではありません。"
    )
    yield Facts(
        "重みについて",
        (
            ("方法", "レイキング（人口の割合に合わせる計算）"),
            ("重みの付いた人", f"{content['weighted']:,}人（付けられなかった人 {content['left_out']:,}人）"),
            ("有効な人数", f"{content['effective']:,.1f}人"),
            (
                "重みの範囲",
                f"{content['smallest']}から{content['largest']}（上限・下限に当たった人 {content['trimmed']:,}人）",
            ),
            *(
                (f"人口の表：{variable}", f"{source}（{day}）")
                for variable, source, day in content["margins"]
            ),
        ),
    )
    for each in weighted_in(content):
        yield Grid(each.title, WEIGHTED, partial(map, _weighted_row, each.rows))


def _weighted_row(row: WeightedRow) -> Row:
    return Row((row.label, row.count, f"{row.plain * 100:.1f}%", f"{row.weighted * 100:.1f}%", _between(row)))


def _between(row: WeightedRow) -> str:
    found = row.weighted_interval
    return f"{found.low * 100:.1f}〜{found.high * 100:.1f}%" if found else "―"


def _question(result: QuestionResult) -> Iterator[Part]:
    figures = result.figures
    kind = KIND_NAMES[result.question.spec.kind]
    if result.why in WHY and (result.answered or result.why != TOO_FEW):
        yield Words(WHY[result.why])
        return
    if figures is None or not result.answered:
        yield Words("まだ答えがありません。")
        return
    if isinstance(figures, drawn.Bars):
        yield Grid("", BARS, lambda: map(_bar, figures.bars))
        if figures.average is not None:
            yield Words(f"平均 {figures.average:.2f}", is_note=True)
    elif isinstance(figures, drawn.Spread):
        yield Grid("", BARS, lambda: map(_bar, figures.classes))
        if figures.quartiles:
            low, middle, high = figures.quartiles[1:4]
            mean = f"平均 {figures.mean}、" if figures.mean else ""
            yield Words(f"{mean}中央値 {middle}、まん中の半分は{low}から{high}まで", is_note=True)
    elif isinstance(figures, drawn.Grid):
        width = max(6, 66 // len(figures.columns))
        columns = (Column("項目", 34), *(Column(name, width, is_number=True) for name in figures.columns))
        yield Grid("", columns, lambda: (_grid_row(label, bars) for label, _, bars in figures.rows))
    elif isinstance(figures, drawn.Ranks):
        columns = (
            Column("選択肢", 46),
            Column("1位にした人", 18, is_number=True),
            Column("順位をつけた人", 18, is_number=True),
            Column("平均の順位", 18, is_number=True),
        )
        yield Grid(
            "",
            columns,
            lambda: (
                Row((each.label, each.first, each.people, "―" if each.mean is None else f"{each.mean:.2f}"))
                for each in figures.rows
            ),
        )
    elif isinstance(figures, drawn.Allotted):
        columns = (
            Column("選択肢", 46),
            Column("点の合計", 18, is_number=True),
            Column("1人あたり", 18, is_number=True),
            Column("点を入れた人", 18, is_number=True),
        )
        yield Grid(
            "",
            columns,
            lambda: (
                Row((each.label, each.points, f"{each.mean:.2f}", each.people)) for each in figures.rows
            ),
        )
    else:
        yield Words(
            f"{result.answered:,}人が{'ファイルを送りました' if figures.are_files else '書きました'}。"
        )
    yield Words(
        f"{kind}。たずねた人 {result.shown_to:,}人、答えた人 {result.answered:,}人、無回答 {result.silent:,}人",
        is_note=True,
    )


def _bar(bar: drawn.Bar) -> Row:
    between = f"{bar.interval.low * 100:.1f}〜{bar.interval.high * 100:.1f}%" if bar.interval else "―"
    return Row((bar.label, bar.count, f"{bar.share * 100:.1f}%", between))


def _grid_row(label: str, bars: Sequence[drawn.Bar]) -> Row:
    return Row((label, *(f"{bar.count:,}（{bar.share * 100:.0f}%）" for bar in bars)))


def _lines(results: Results) -> Iterator[Row]:
    for result in results.questions:
        if result.figures is None:
            continue
        for row, bar, count in _counted(result.figures):
            share: list[PaperCell] = [None, None, None]
            if bar is not None:
                share[0] = round(bar.share * 100, 2)
                if bar.interval:
                    share[1:] = [round(bar.interval.low * 100, 2), round(bar.interval.high * 100, 2)]
            label = bar.label if bar else ""
            yield Row(
                (result.name, result.question.text, row, label, count, *share, result.answered, result.silent)
            )


def _counted(figures: drawn.Figures) -> Iterator[tuple[str, drawn.Bar | None, int]]:
    if isinstance(figures, drawn.Bars):
        yield from (("", bar, bar.count) for bar in figures.bars)
    elif isinstance(figures, drawn.Spread):
        yield from (("", bar, bar.count) for bar in figures.classes)
    elif isinstance(figures, drawn.Grid):
        yield from ((label, bar, bar.count) for label, _, bars in figures.rows for bar in bars)
    elif isinstance(figures, drawn.Ranks):
        yield from (("1位", each.bar, each.first) for each in figures.rows)
    elif isinstance(figures, drawn.Allotted):
        yield from ((each.label, None, each.points) for each in figures.rows)


def published_figures(page: SurveyPage, *, issuer: str, address: str) -> dict[str, Any]:
    """Return the public figures as data: what another ward reads in to compare the same question."""
    results = show_results(page)
    survey = page.survey
    return {
        "form": FIGURES_FORM,
        "issuer": issuer,
        "address": address,
        "title": survey.title,
        "series": survey.series or "",
        "wave": survey.wave,
        "opens_at": survey.opens_at.isoformat(),
        "closes_at": survey.closes_at.isoformat(),
        "respondents": results.response_count,
        "who": results.who,
        "is_random_sample": survey.audience.value == "invited",
        "questions": [
            {
                "key": result.question.bank_key or result.question.code,
                "code": result.question.code,
                "text": result.question.text,
                "kind": result.question.spec.kind,
                "asked": result.shown_to,
                "answered": result.answered,
                "choices": [
                    {"code": bar.code, "label": bar.label, "count": bar.count} for bar in result.figures.bars
                ],
            }
            for result in results.questions
            if isinstance(result.figures, drawn.Bars)
        ],
    }
