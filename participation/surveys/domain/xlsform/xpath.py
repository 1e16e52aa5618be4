"""The part of XPath in which conditions of XLSForm are written, read into our closed conditions, and back.

Taken: ${q} = 'a1', != < <= > >=, selected(${q}, 'a1'), count-selected(${q}) > 0, string-length(${q}) > 0,
not(…), and, or, brackets, date('2026-01-01'), '' for no answer; pt-place(${q}, 'a1') for the place in a ranking.
Everything else is refused with the piece that could not be read; nothing is ever executed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from participation.surveys.domain.conditions import (
    ORDERING,
    All,
    Answered,
    AnyCondition,
    Comparison,
    Not,
    Some,
)
from participation.surveys.domain.kinds import AnySpec

MOST_CHARACTERS = 4000
_DEEPEST = 30
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<field>\$\{\s*[^{}]{1,80}?\s*\})
    | (?P<text>'[^']*'|"[^"]*")
    | (?P<number>-?[0-9]+(?:\.[0-9]+)?)
    | (?P<sign><=|>=|!=|=|<|>)
    | (?P<mark>[(),.])
    | (?P<word>[A-Za-z][A-Za-z0-9_-]*)
    )""",
    re.VERBOSE,
)
_OPS: dict[str, Literal["gt", "ge", "lt", "le"]] = {">": "gt", ">=": "ge", "<": "lt", "<=": "le"}
_SIGNS: dict[str, str] = {op: sign for sign, op in _OPS.items()}
_FLIPPED = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "=": "=", "!=": "!="}
_SEVERAL = frozenset({"multiple", "matrix_multiple"})


class NotReadable(ValueError):
    """Why a condition cannot be taken in, in words."""


@dataclass(frozen=True)
class Field:
    """What a name stands for: a question, or a part of one, and the kind of the question."""

    question: str
    part: str
    kind: str
    #: Names of options in the file → codes here.
    codes: Mapping[str, str]


@dataclass(frozen=True)
class _Value:
    text: str


@dataclass(frozen=True)
class _Call:
    """A function of a field whose result is compared with a number."""

    name: str
    field: Field
    value: str = ""


Finder = Callable[[str], Field]


def read_xpath(text: str, find: Finder) -> AnyCondition:
    """Return the condition that an expression says; `find` knows the names. Raises NotReadable."""
    if len(text) > MOST_CHARACTERS:
        raise NotReadable(f"条件が長すぎます（{MOST_CHARACTERS}文字まで）。")
    parser = _Parser(_tokens(text), find)
    condition = parser.either(0)
    if parser.here:
        raise NotReadable(f"「{parser.here[1]}」から先を読み取れません。")
    return condition


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, place = [], 0
    text = text.rstrip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None or found.end() == place:
            raise NotReadable(f"「{text[place : place + 20].strip()}」を読み取れません。")
        kind = found.lastgroup or ""
        tokens.append((kind, found[kind]))
        place = found.end()
    if not tokens:
        raise NotReadable("条件が空です。")
    return tokens


class _Parser:
    """Reads tokens from left to right: or, and, not, comparison."""

    def __init__(self, tokens: list[tuple[str, str]], find: Finder) -> None:
        self.tokens, self.place, self.find = tokens, 0, find

    @property
    def here(self) -> tuple[str, str] | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def take(self, *wanted: str) -> bool:
        if self.here is not None and self.here[1] in wanted and self.here[0] in ("mark", "word"):
            self.place += 1
            return True
        return False

    def expect(self, wanted: str) -> None:
        if not self.take(wanted):
            found = f"「{self.here[1]}」" if self.here else "終わり"
            raise NotReadable(f"「{wanted}」がいるところに{found}があります。")

    def either(self, depth: int) -> AnyCondition:
        of = [self.both(depth)]
        while self.take("or"):
            of.append(self.both(depth))
        if len(of) == 1:
            return of[0]
        return _same_question(of, "in") or Some(of=_few(of))

    def both(self, depth: int) -> AnyCondition:
        of = [self.single(depth)]
        while self.take("and"):
            of.append(self.single(depth))
        if len(of) == 1:
            return of[0]
        return _same_question(of, "contains") or All(of=_few(of))

    def single(self, depth: int) -> AnyCondition:
        if depth > _DEEPEST:
            raise NotReadable("かっこの入れ子が深すぎます。")
        if self.take("("):
            inner = self.either(depth + 1)
            self.expect(")")
            return inner
        if self.here == ("word", "not"):
            self.place += 1
            self.expect("(")
            inner = self.either(depth + 1)
            self.expect(")")
            return Not(of=inner)
        if self.here == ("word", "selected"):
            return self._selected()
        return self._comparison()

    def _selected(self) -> AnyCondition:
        self.place += 1
        self.expect("(")
        field = self._operand()
        self.expect(",")
        value = self._operand()
        self.expect(")")
        if not isinstance(field, Field) or not isinstance(value, _Value):
            raise NotReadable("selected() は selected(${設問}, '選択肢') の形で書きます。")
        return Comparison(
            op="in", question=field.question, part=field.part, values=(_code(field, value.text),)
        )

    def _comparison(self) -> AnyCondition:
        left = self._operand()
        if self.here is None or self.here[0] != "sign":
            raise NotReadable("くらべる記号（=、!=、<、<=、>、>=）がありません。")
        sign = self.here[1]
        self.place += 1
        right = self._operand()
        if isinstance(left, _Value) and not isinstance(right, _Value):
            left, right, sign = right, left, _FLIPPED[sign]
        if not isinstance(right, _Value):
            raise NotReadable("設問どうしをくらべることはできません。設問と値をくらべてください。")
        if isinstance(left, _Value):
            raise NotReadable("値どうしをくらべています。設問（${名前}）と値をくらべてください。")
        return (
            _counted(left, sign, right.text) if isinstance(left, _Call) else _compared(left, sign, right.text)
        )

    def _operand(self) -> Field | _Value | _Call:
        if self.here is None:
            raise NotReadable("条件が途中で終わっています。")
        kind, text = self.here
        self.place += 1
        if kind == "field":
            return self.find(text[2:-1].strip())
        if kind == "text":
            return _Value(text[1:-1])
        if kind == "number":
            return _Value(text)
        if kind == "word" and self.take("("):
            return self._function(text)
        raise NotReadable(f"「{text}」は使えません。")

    def _function(self, name: str) -> _Value | _Call:
        given = [self._operand()]
        while self.take(","):
            given.append(self._operand())
        self.expect(")")
        if name == "date" and len(given) == 1 and isinstance(given[0], _Value):
            return given[0]
        if name == "concat" and all(isinstance(each, _Value) for each in given):
            return _Value("".join(each.text for each in given if isinstance(each, _Value)))
        first = given[0]
        if name in ("count-selected", "string-length") and len(given) == 1 and isinstance(first, Field):
            return _Call(name, first)
        if (
            name == "pt-place"
            and len(given) == 2
            and isinstance(first, Field)
            and isinstance(given[1], _Value)
        ):
            return _Call(name, first, given[1].text)
        raise NotReadable(f"「{name}()」は使えません。")


def _compared(field: Field, sign: str, value: str) -> AnyCondition:
    if sign in ("=", "!="):
        equal: AnyCondition
        if not value:
            equal = Not(of=Answered(question=field.question, part=field.part))
        else:
            values = value.split() if field.kind in _SEVERAL else [value]
            codes = tuple(_code(field, each) for each in values) or (value,)
            equal = Comparison(op="eq", question=field.question, part=field.part, values=codes)
        if sign == "=":
            return equal
        return equal.of if isinstance(equal, Not) else Not(of=equal)
    mark = (_code(field, value),)
    return Comparison(op=_OPS[sign], question=field.question, part=field.part, values=mark)


def _counted(call: _Call, sign: str, value: str) -> AnyCondition:
    if call.name == "pt-place":
        part = _code(call.field, call.value)
        return _compared(Field(call.field.question, part, "place", {}), sign, value)
    answered = Answered(question=call.field.question, part=call.field.part)
    if (sign, value) in ((">", "0"), (">=", "1"), ("!=", "0")):
        return answered
    if (sign, value) in (("=", "0"), ("<", "1"), ("<=", "0")):
        return Not(of=answered)
    raise NotReadable(f"「{call.name}()」は、答えがあるかどうか（> 0）を見るときだけ使えます。")


def _code(field: Field, value: str) -> str:
    return field.codes.get(value, value) if field.codes else value


def _few(of: list[AnyCondition]) -> tuple[AnyCondition, ...]:
    if len(of) > 20:
        raise NotReadable("1つのかっこの中に書ける条件は20までです。")
    return tuple(of)


def _same_question(of: list[AnyCondition], op: str) -> AnyCondition | None:
    """Return selected(…) of one question, joined, as one comparison: or is `in`, and is `contains`."""
    first = of[0]
    if not all(isinstance(each, Comparison) and each.op == "in" for each in of):
        return None
    leaves = [each for each in of if isinstance(each, Comparison)]
    assert isinstance(first, Comparison)
    if any((each.question, each.part) != (first.question, first.part) for each in leaves):
        return None
    if any(len(each.values) != 1 for each in leaves) or len(leaves) > 50:
        return None
    values = tuple(each.values[0] for each in leaves)
    return Comparison(op=op, question=first.question, part=first.part, values=values)  # type: ignore[arg-type]


# ── Writing ─────────────────────────────────────────────────────────────────────────────────


def write_xpath(condition: AnyCondition, specs: Mapping[str, AnySpec]) -> str:
    """Return a condition as XPath: the opposite of `read_xpath`."""
    match condition:
        case All():
            return " and ".join(_bracketed(each, specs) for each in condition.of)
        case Some():
            return " or ".join(_bracketed(each, specs) for each in condition.of)
        case Not():
            return f"not({write_xpath(condition.of, specs)})"
        case Answered():
            if _is_place(condition.question, condition.part, specs):
                return f"pt-place({_ref(condition.question)}, '{condition.part}') != ''"
            return f"{_ref(condition.question, condition.part)} != ''"
        case Comparison():
            return _write_comparison(condition, specs)


def _bracketed(condition: AnyCondition, specs: Mapping[str, AnySpec]) -> str:
    written = write_xpath(condition, specs)
    several = isinstance(condition, All | Some) or (
        isinstance(condition, Comparison) and condition.op in ("in", "contains") and len(condition.values) > 1
    )
    return f"({written})" if several else written


def _write_comparison(leaf: Comparison, specs: Mapping[str, AnySpec]) -> str:
    if _is_place(leaf.question, leaf.part, specs):
        name = f"pt-place({_ref(leaf.question)}, '{leaf.part}')"
        if leaf.op in ORDERING:
            return f"{name} {_SIGNS[leaf.op]} {leaf.values[0]}"
        return " or ".join(f"{name} = {value}" for value in leaf.values)
    name = _ref(leaf.question, leaf.part)
    spec = specs.get(leaf.question)
    if leaf.op in ORDERING:
        value = leaf.values[0]
        is_day = spec is not None and spec.kind == "date"
        return f"{name} {_SIGNS[leaf.op]} {f'date({_quoted(value)})' if is_day else value}"
    if leaf.op == "eq":
        return f"{name} = {_quoted(' '.join(leaf.values))}"
    joint = " or " if leaf.op == "in" else " and "
    return joint.join(f"selected({name}, {_quoted(value)})" for value in leaf.values)


def _is_place(question: str, part: str, specs: Mapping[str, AnySpec]) -> bool:
    spec = specs.get(question)
    return bool(part) and spec is not None and spec.kind == "ranking"


def _ref(question: str, part: str = "") -> str:
    return f"${{{question}_{part}}}" if part else f"${{{question}}}"


def _quoted(value: str) -> str:
    if "'" not in value:
        return f"'{value}'"
    if '"' not in value:
        return f'"{value}"'
    pieces = [f"'{piece}'" for piece in value.split("'")]
    return "concat(" + ', "\'", '.join(pieces) + ")"
