"""A paper as one HTML file that needs nothing else: to be put on the ward's own site, or kept for years."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup, escape

from participation.papers.paper import (
    Cell,
    Facts,
    Grid,
    Heading,
    Marked,
    Paper,
    Part,
    Read,
    Words,
    text_of,
    written,
)

STYLE = Markup("""
:root{color-scheme:light dark}
body{margin:0 auto;max-width:70rem;padding:1rem;font-family:"BIZ UDPGothic","Noto Sans JP","Hiragino Sans","Yu Gothic UI",sans-serif;line-height:1.7}
h1{font-size:1.6rem;line-height:1.4}h2{margin-top:2.5rem;font-size:1.3rem}h3{font-size:1.1rem}
.mark{display:inline-block;border:2px solid;padding:0 .75em;font-weight:bold}
.note{font-size:.9rem}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%}
caption{text-align:start;font-weight:bold;padding-block:.5em}
th,td{border:1px solid #767676;padding:.5em;text-align:start;vertical-align:top;overflow-wrap:anywhere}
thead th{background:#8882}tbody th{font-weight:normal;white-space:nowrap}
td.number{text-align:end;white-space:nowrap}
ruby{ruby-align:center}rt{font-size:.55em}
del{text-decoration:line-through}ins{text-decoration:underline;font-weight:bold}
tr:target{outline:3px solid}
@media print{body{max-width:none;font-size:9.5pt}thead{display:table-header-group}tr{break-inside:avoid}}
""")


#: Readers that know no ruby see the reading in brackets.
_RUBY = Markup("<ruby>{}<rp>（</rp><rt>{}</rt><rp>）</rp></ruby>")
_AROUND = {"remove": Markup("<del>{}</del>"), "add": Markup("<ins>{}</ins>")}


def pieces(paper: Paper) -> Iterator[str]:
    """Return the file piece by piece."""
    yield str(
        Markup(
            '<!DOCTYPE html>\n<html lang="ja">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
            "<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n"
            "{mark}<p>{over}</p>\n<h1>{heading}</h1>\n<p>{issuer}</p>\n"
            '<p class="note"><a href="{address}">{address}</a></p>\n'
        ).format(
            title=written(paper.whole_title),
            style=STYLE,
            mark=Markup('<p class="mark">{}</p>\n').format(paper.mark) if paper.mark else "",
            over=written(paper.over),
            heading=written(paper.title),
            issuer=paper.issuer,
            address=paper.address,
        )
    )
    above = paper.title
    for part in paper.parts():
        above = part.text if isinstance(part, Heading) else above
        yield from _part(part, above)
    yield "</main>\n</body>\n</html>\n"


def _part(part: Part, above: str) -> Iterator[str]:
    if isinstance(part, Heading):
        anchor = Markup(' id="{}"').format(part.anchor) if part.anchor else ""
        yield str(
            Markup("<h{level}{anchor}>{text}</h{level}>\n").format(
                level=part.level, anchor=anchor, text=written(part.text)
            )
        )
    elif isinstance(part, Words):
        kind = Markup(' class="note"') if part.is_note else ""
        for line in written(part.text).split("\n"):
            yield str(Markup("<p{kind}>{line}</p>\n").format(kind=kind, line=line))
    elif isinstance(part, Facts):
        yield str(Markup("<table>\n<caption>{}</caption>\n<tbody>\n").format(part.caption))
        for name, says in part.rows:
            yield str(
                Markup('<tr><th scope="row">{}</th><td>{}</td></tr>\n').format(name, _broken(written(says)))
            )
        yield "</tbody>\n</table>\n"
    else:
        yield from _grid(part, above)


def _grid(grid: Grid, above: str) -> Iterator[str]:
    heads = Markup("").join(Markup('<th scope="col">{}</th>').format(each.title) for each in grid.columns)
    named = (
        Markup(">\n<caption>{}</caption>").format(written(grid.caption))
        if grid.caption
        else Markup(' aria-label="{}">').format(written(above))
    )
    yield str(
        Markup('<div class="wide">\n<table{}\n<thead>\n<tr>{}</tr>\n</thead>\n<tbody>\n').format(named, heads)
    )
    for row in grid.rows():
        anchor = Markup(' id="{}"').format(row.anchor) if row.anchor else Markup("")
        cells = Markup("")
        for place, (column, cell) in enumerate(zip(grid.columns, row.cells, strict=True)):
            if place == 0:
                cells += Markup('<th scope="row">{}</th>').format(_cell(cell))
            elif column.is_number:
                cells += Markup('<td class="number">{}</td>').format(_cell(cell))
            else:
                cells += Markup("<td>{}</td>").format(_cell(cell))
        yield str(Markup("<tr{}>{}</tr>\n").format(anchor, cells))
    yield "</tbody>\n</table>\n</div>\n"


def _cell(cell: Cell) -> Markup:
    if isinstance(cell, Read):
        return Markup("").join(
            _RUBY.format(_broken(written(words)), written(reading)) if reading else _broken(written(words))
            for words, reading in cell.parts
        )
    if not isinstance(cell, Marked):
        return _broken(text_of(cell))
    return Markup("").join(
        _AROUND.get(kind, Markup("{}")).format(_broken(written(words))) for kind, words in cell.parts
    )


def _broken(text: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in text.split("\n"))
