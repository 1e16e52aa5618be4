"""Which answers stand for which category of a published margin (人口の表と設問の照らし合わせ).

Each attribute of the margins is a question (or what is known of the respondents besides); a category is one or several
of its answers, by label or by code. What does not fit is told with the line of the file in which it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

from participation.surveys.domain.margins import CROSS, LineError, Margin
from participation.surveys.domain.variables import Variable

#: Joins answers that are one category together: 20代＋30代.
_JOINS = re.compile(r"[＋+]")
#: Shares of the same people in two margins that differ by more cannot both be met.
_MOST_APART = 1e-6
_MOST_TOLD = 20

#: One answer (its code) to each question of a margin.
Combination = tuple[str, ...]


@dataclass(frozen=True)
class Match:
    """A margin, the question that each of its attributes is, and which answers fall into which category."""

    margin: Margin
    #: One for each attribute of the margin, in its order.
    variables: tuple[Variable, ...]
    #: For each attribute: the label as it stands in the margin → the codes of the answers.
    codes: tuple[Mapping[str, tuple[str, ...]], ...]
    cells: Mapping[Combination, str] = field(default_factory=dict)
    faults: tuple[LineError, ...] = ()


def match_margin(margin: Margin, *variables: Variable) -> Match:
    """Match a margin with a question for each of its attributes."""
    labels = [dict.fromkeys(each) for each in zip(*map(margin.labels, margin.populations), strict=True)]
    codes = tuple(
        {label: found for label in own if (found := _codes_of(label, variable))}
        for own, variable in zip(labels, variables, strict=True)
    )
    cells: dict[Combination, str] = {}
    faults: list[LineError] = []
    for category, population in margin.populations.items():
        line = margin.lines.get(category, 1)
        unknown = [
            _unknown(margin, place, label, variables[place])
            for place, label in enumerate(margin.labels(category))
            if label not in codes[place]
        ]
        if unknown:
            # A kind of which there is nobody needs no answer that stands for it.
            faults += [LineError(line, words) for words in unknown if population]
            continue
        for combination in product(
            *(codes[place][label] for place, label in enumerate(margin.labels(category)))
        ):
            before = cells.setdefault(combination, category)
            if before != category:
                words = (
                    f"「{category}」は、「{before}」（{margin.lines.get(before, 1)}行目）と重なっています。"
                )
                faults.append(LineError(line, words))
                break
    if not faults:
        faults = _missing(margin, variables, codes, cells)
    return Match(margin, variables, codes, cells, tuple(faults[:_MOST_TOLD]))


def guess_variable(name: str, margins: Iterable[Margin], variables: Sequence[Variable]) -> Variable | None:
    """Return the question that an attribute is: the one with most of its labels, of these the one of that name."""
    labels = {
        margin.labels(category)[margin.attributes.index(name)]
        for margin in margins
        if name in margin.attributes
        for category in margin.populations
    }
    best, most = None, (0, False)
    for variable in variables:
        if variable.axis.several:
            continue
        found = (sum(bool(_codes_of(label, variable)) for label in labels), _is_called(variable, name))
        if found > most:
            best, most = variable, found
    return best


def _is_called(variable: Variable, name: str) -> bool:
    text = variable.question.text if variable.question else variable.attribute
    return _plain(name) in (_plain(variable.title), _plain(text), _plain(variable.key))


def attributes_of(margins: Iterable[Margin]) -> list[str]:
    """Return the attributes that these margins tell of, each once."""
    return list(dict.fromkeys(name for margin in margins for name in margin.attributes))


def match_margins(margins: Sequence[Margin], questions: Mapping[str, Variable]) -> list[Match]:
    """Match the margins all of whose attributes have a question."""
    return [
        match_margin(margin, *(questions[name] for name in margin.attributes))
        for margin in margins
        if all(name in questions for name in margin.attributes)
    ]


def disagreement(matches: Sequence[Match]) -> str:
    """Return in words where two margins say different things of the same answers; empty: nowhere.

    年代 and 年代×地区 must have the same shares by 年代: otherwise no weights meet both.
    """
    for one, other in combinations(matches, 2):
        keys = [each.key for each in one.variables]
        shared = [key for key in keys if key in {each.key for each in other.variables}]
        if not shared:
            continue
        groups = _together([one, other], shared)
        first, second = (_shares(match, shared, groups) for match in (one, other))
        for group in first:
            if abs(first[group] - second.get(group, 0.0)) > _MOST_APART:
                label = _said(one, shared, groups, group)
                return (
                    f"「{one.margin.variable}」と「{other.margin.variable}」の表で、{label}の人の割合が合いません"
                    f"（{first[group] * 100:.3f}%と{second.get(group, 0.0) * 100:.3f}%）。"
                    "同じ時点・同じ範囲の表にそろえてください。"
                )
    return ""


def _codes_of(label: str, variable: Variable) -> tuple[str, ...]:
    labels = {_plain(category.label): category.code for category in variable.axis.categories}
    known = {_plain(category.code): category.code for category in variable.axis.categories} | labels
    whole = known.get(_plain(label))
    if whole is not None:
        return (whole,)
    parts = [known.get(_plain(part)) for part in _JOINS.split(label)]
    return tuple(dict.fromkeys(part for part in parts if part)) if all(parts) else ()


def _plain(label: str) -> str:
    return label.strip().replace("～", "〜").replace("~", "〜").replace(" ", "").replace("　", "").casefold()


def _unknown(margin: Margin, place: int, label: str, variable: Variable) -> str:
    known = "、".join(category.label for category in variable.axis.categories[:8])
    return (
        f"{margin.attributes[place]}の「{label}」と同じ名前の選択肢が、「{variable.title}」にありません（{known}）。"
        "人口の表の区分の名前を、選択肢と同じにしてください。まとめるときは「20代＋30代」のように書きます。"
    )


def _missing(
    margin: Margin,
    variables: Sequence[Variable],
    codes: Sequence[Mapping[str, tuple[str, ...]]],
    cells: Mapping[Combination, str],
) -> list[LineError]:
    """Return the combinations of a joined margin that no line tells of: they would silently have no weight."""
    if len(variables) < 2:
        return []
    used = [list(dict.fromkeys(code for found in own.values() for code in found)) for own in codes]
    names = [{c.code: c.label for c in variable.axis.categories} for variable in variables]
    found = []
    for combination in product(*used):
        if combination not in cells:
            label = CROSS.join(names[place][code] for place, code in enumerate(combination))
            found.append(
                LineError(
                    1,
                    f"「{margin.variable}」の表に「{label}」の行がありません。いないときは、人口を0と書いてください。",
                )
            )
    return found


def _cut(match: Match, shared: Sequence[str], combination: Combination) -> Combination:
    keys = [each.key for each in match.variables]
    return tuple(combination[keys.index(key)] for key in shared)


def _together(matches: Sequence[Match], shared: Sequence[str]) -> dict[Combination, Combination]:
    """Return for each combination of shared answers the group that both margins tell of as a whole."""
    group: dict[Combination, Combination] = {}

    def head(combination: Combination) -> Combination:
        while group.setdefault(combination, combination) != combination:
            combination = group[combination]
        return combination

    for match in matches:
        first: dict[str, Combination] = {}
        for combination, category in match.cells.items():
            part = _cut(match, shared, combination)
            group[head(part)] = head(first.setdefault(category, part))
    return {combination: head(combination) for combination in list(group)}


def _shares(
    match: Match, shared: Sequence[str], groups: Mapping[Combination, Combination]
) -> dict[Combination, float]:
    of_category = {
        category: groups[_cut(match, shared, combination)] for combination, category in match.cells.items()
    }
    total = match.margin.total
    found: dict[Combination, float] = {}
    for category, group in of_category.items():
        found[group] = found.get(group, 0.0) + match.margin.populations[category] / (total or 1)
    return found


def _said(
    match: Match, shared: Sequence[str], groups: Mapping[Combination, Combination], group: Combination
) -> str:
    by_key = {each.key: each for each in match.variables}
    parts = [combination for combination, own in groups.items() if own == group]
    labels = [
        CROSS.join(by_key[key].axis.label(code) for key, code in zip(shared, part, strict=True))
        for part in parts[:3]
    ]
    return f"「{'・'.join(labels)}」" + ("など" if len(parts) > 3 else "")
