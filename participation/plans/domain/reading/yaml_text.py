"""YAML: a plan as nested lists and mappings, read as events so that nothing in it is ever run or unfolded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from participation.plans.domain.reading import naming
from participation.plans.domain.reading.fields import field_of
from participation.plans.domain.reading.marks import mark_of
from participation.plans.domain.reading.naming import Draft
from participation.plans.domain.reading.rows import Row, named_levels, roots_of
from participation.plans.domain.tree import DocumentForm, Level, PlanTree, Problem, Unreadable, short

MAXIMUM_DEPTH = 40
_CHILDREN = ("nodes", "children", "項目", "子", "items", "tree", "計画の木", "構成", "子項目")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class _Scalar:
    line: int
    words: str


@dataclass(frozen=True)
class _List:
    line: int
    members: list[Any]


@dataclass(frozen=True)
class _Mapping:
    line: int
    pairs: list[tuple[_Scalar, Any]]

    def get(self, field: str) -> Any:
        return next((value for key, value in self.pairs if field_of(key.words) == field), None)

    def words(self, field: str) -> str:
        value = self.get(field)
        return value.words if isinstance(value, _Scalar) else ""


def read_yaml(text: str, *, title: str = "", prefix: str = "", encoding: str = "UTF-8") -> PlanTree:
    """Read a plan written as YAML: nodes with code, level, title, text and children, or plain nesting."""
    document = _composed(text)
    top: Any = document
    levels: tuple[Level, ...] = ()
    introduction = slug = ""
    if isinstance(document, _Mapping):
        plan = _pick(document, ("plan", "計画"))
        details = plan if isinstance(plan, _Mapping) else document
        nodes = _pick(document, _CHILDREN)
        if nodes is None and isinstance(plan, _Mapping):
            nodes = _pick(plan, _CHILDREN)
        if nodes is not None:
            title = title or details.words("title")
            introduction, slug = details.words("introduction") or details.words("text"), details.words("slug")
            levels = _levels(_pick(document, ("levels", "階層")))
            top = nodes
    flat = _flat_rows(top)
    if flat is not None:
        roots = roots_of(flat, parents_given=True)
    else:
        roots = _roots(top)
        naming.give_codes(roots, prefix)
    for draft in _all(roots):
        draft.label = draft.label or _label_of(draft)
    return PlanTree(
        title=title,
        slug=slug,
        levels=named_levels(roots, levels),
        roots=naming.frozen(roots),
        introduction=introduction,
        code_prefix=prefix,
        form=DocumentForm.YAML,
        encoding=encoding,
    )


def _composed(text: str) -> Any:
    """Build plain values with their lines; anchors and aliases are refused (they can unfold without end)."""
    stack: list[Any] = []
    keys: list[_Scalar | None] = []
    document: Any = None
    documents = 0
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise Unreadable(
                        Problem(
                            line, "1つのファイルに文書が2つあります。「---」で分けずに1つにしてください。"
                        )
                    )
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise Unreadable(
                    Problem(line, "YAMLの参照（& と *）は使えません。文をそのまま書いてください。")
                )
            if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                if len(stack) >= MAXIMUM_DEPTH:
                    raise Unreadable(
                        Problem(line, f"入れ子が深すぎます。{MAXIMUM_DEPTH}段までにしてください。")
                    )
                made: Any = (
                    _Mapping(line, []) if isinstance(event, yaml.MappingStartEvent) else _List(line, [])
                )
                document = _add(stack, keys, made, document)
                stack.append(made)
                keys.append(None)
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                stack.pop()
                keys.pop()
            elif isinstance(event, yaml.ScalarEvent):
                document = _add(stack, keys, _Scalar(line, event.value.strip()), document)
    except yaml.MarkedYAMLError as broken:
        mark = broken.problem_mark or broken.context_mark
        raise Unreadable(
            Problem(
                mark.line + 1 if mark else None,
                "YAMLの書き方が正しくありません。字下げと「:」を確かめてください。",
            )
        ) from broken
    except yaml.YAMLError as broken:
        raise Unreadable(Problem(None, "YAMLとして読めない文字があります。")) from broken
    if document is None or isinstance(document, _Scalar):
        raise Unreadable(Problem(1, "YAMLの中に見出しや項目がありません。"))
    return document


def _add(stack: list[Any], keys: list[_Scalar | None], value: Any, document: Any) -> Any:
    if not stack:
        return value if document is None else document
    holder = stack[-1]
    if isinstance(holder, _List):
        holder.members.append(value)
        return document
    key = keys[-1]
    if key is None:
        if not isinstance(value, _Scalar):
            raise Unreadable(Problem(value.line, "見出しには文字だけを書いてください。"))
        if any(other.words == value.words for other, _ in holder.pairs[-200:]):
            raise Unreadable(Problem(value.line, f"「{short(value.words)}」が同じ場所に2回あります。"))
        keys[-1] = value
    else:
        holder.pairs.append((key, value))
        keys[-1] = None
    return document


def _pick(mapping: _Mapping, names: tuple[str, ...]) -> Any:
    return next((value for key, value in mapping.pairs if key.words in names), None)


def _levels(value: Any) -> tuple[Level, ...]:
    if not isinstance(value, _List):
        return ()
    found: list[Level] = []
    for member in value.members:
        if isinstance(member, _Scalar) and member.words:
            name = member.words
            found.append(Level(naming.level_code(name) or f"heading{len(found) + 1}", name, len(found) + 1))
        elif isinstance(member, _Mapping):
            name = member.words("title")
            code = member.words("code") or naming.level_code(name) or f"heading{len(found) + 1}"
            found.append(Level(code, name or code, len(found) + 1))
    return tuple(found)


def _flat_rows(top: Any) -> list[Row] | None:
    """A list of rows that name their parents is a table in another dress."""
    if not isinstance(top, _List) or not top.members:
        return None
    mappings = [member for member in top.members if isinstance(member, _Mapping)]
    if len(mappings) != len(top.members) or not any(each.get("parent") for each in mappings):
        return None
    if any(isinstance(each.get("children"), (_List, _Mapping)) for each in mappings):
        return None
    return [
        Row(
            line=each.line,
            code=each.words("code"),
            parent=each.words("parent"),
            level=each.words("level"),
            title=each.words("title"),
            text=each.words("text"),
            summary=each.words("summary"),
            note=each.words("note"),
            number=each.words("number"),
        )
        for each in mappings
    ]


def _roots(top: Any) -> list[Draft]:
    holder: list[Draft] = []
    waiting: list[tuple[Any, list[Draft]]] = [(top, holder)]
    while waiting:
        value, siblings = waiting.pop()
        for draft, below in _drafts(value):
            siblings.append(draft)
            waiting.extend((each, draft.children) for each in below)
    return holder


def _drafts(value: Any) -> list[tuple[Draft, list[Any]]]:
    if isinstance(value, _List):
        found: list[tuple[Draft, list[Any]]] = []
        for member in value.members:
            found.extend(_member(member))
        return found
    if isinstance(value, _Mapping):
        return [_titled(key, below) for key, below in value.pairs]
    if isinstance(value, _Scalar) and value.words:
        return [(_plain(value), [])]
    return []


def _member(member: Any) -> list[tuple[Draft, list[Any]]]:
    if isinstance(member, _Scalar):
        return [(_plain(member), [])] if member.words else []
    if isinstance(member, _Mapping):
        if any(field_of(key.words) in ("title", "text", "code") for key, _ in member.pairs):
            return [_described(member)]
        return [_titled(key, below) for key, below in member.pairs]
    raise Unreadable(Problem(member.line, "一覧の中に一覧が直接あります。見出しを付けてください。"))


def _described(node: _Mapping) -> tuple[Draft, list[Any]]:
    draft = Draft(
        family="=",
        label=node.words("level"),
        title=node.words("title"),
        text=node.words("text"),
        line=node.line,
        code=node.words("code"),
        summary=node.words("summary"),
        note=node.words("note"),
        written=node.words("number"),
    )
    if not draft.code:
        mark = mark_of(draft.title)
        draft.number = mark.number if mark else ()
    below = node.get("children")
    return draft, [below] if isinstance(below, (_List, _Mapping)) else []


def _titled(key: _Scalar, below: Any) -> tuple[Draft, list[Any]]:
    mark = mark_of(key.words)
    draft = Draft(
        family="=",
        label=mark.label if mark and mark.label else "",
        number=mark.number if mark else (),
        written=mark.written if mark and mark.title else "",
        title=mark.title if mark and mark.title else key.words,
        line=key.line,
        confidence=0.9,
    )
    if isinstance(below, _Scalar):
        draft.text = below.words
        return draft, []
    if isinstance(below, _Mapping) and any(
        field_of(each.words) in ("text", "code", "title") for each, _ in below.pairs
    ):
        described, deeper = _described(below)
        draft.code, draft.text, draft.summary = described.code, described.text, described.summary
        draft.title = described.title or draft.title
        draft.label = described.label or draft.label
        return draft, deeper
    return draft, [below]


def _plain(scalar: _Scalar) -> Draft:
    mark = mark_of(scalar.words)
    bulleted = mark is not None and mark.bulleted
    words = mark.title if mark is not None and bulleted else scalar.words
    return Draft(
        family="=",
        label="項目",
        text=words,
        line=scalar.line,
        confidence=0.9,
        written=mark.written if mark and bulleted else "",
    )


def _label_of(draft: Draft) -> str:
    mark = mark_of(draft.title)
    return mark.label if mark is not None and mark.label else ""


def _all(roots: list[Draft]) -> list[Draft]:
    found: list[Draft] = []
    waiting = list(roots)
    while waiting:
        draft = waiting.pop()
        found.append(draft)
        waiting.extend(draft.children)
    return found
