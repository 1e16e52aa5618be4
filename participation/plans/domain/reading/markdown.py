"""Markdown: headings (# and underlined), lists and paragraphs; the words stay as written."""

from __future__ import annotations

from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from participation.plans.domain.reading import naming
from participation.plans.domain.reading.marks import mark_of
from participation.plans.domain.reading.naming import Draft
from participation.plans.domain.reading.rows import named_levels
from participation.plans.domain.tree import DocumentForm, LeftOut, PlanTree, is_code

# Only blocks are needed: words inside a paragraph are taken as they are.
_BLOCKS = MarkdownIt("commonmark").disable(["inline"])


@dataclass
class _Place:
    depth: int
    draft: Draft


def read_markdown(text: str, *, title: str = "", prefix: str = "", encoding: str = "UTF-8") -> PlanTree:
    """Read headings as levels, list items as nodes below them, paragraphs as the text of what stands above."""
    body, offset, title = _without_front_matter(text, title)
    reader = _Reader(offset)
    reader.read(_BLOCKS.parse(body))
    roots, introduction = reader.roots, "\n".join(reader.opening)
    if len(roots) == 1 and roots[0].family == "#1" and roots[0].children and not roots[0].code:
        # A single first heading above everything is the title of the document.
        title = title or roots[0].title
        introduction = "\n".join(filter(None, (introduction, roots[0].text)))
        roots = roots[0].children
    naming.give_codes(roots, prefix)
    _label(roots)
    return PlanTree(
        title=title,
        levels=named_levels(roots),
        roots=naming.frozen(roots),
        introduction=introduction,
        code_prefix=prefix,
        form=DocumentForm.MARKDOWN,
        encoding=encoding,
        left_out=tuple(reader.left_out),
    )


def _without_front_matter(text: str, title: str) -> tuple[str, int, str]:
    """A block of settings between --- lines at the top gives only the title."""
    lines = text.split("\n")
    if lines[0].strip() != "---":
        return text, 0, title
    for place, line in enumerate(lines[1:60], 1):
        name, colon, value = line.partition(":")
        if colon and name.strip().casefold() in ("title", "題名", "タイトル"):
            title = title or value.strip().strip("\"'")
        if line.strip() in ("---", "..."):
            return "\n".join(lines[place + 1 :]), place + 1, title
    return text, 0, title


class _Reader:
    def __init__(self, offset: int) -> None:
        self.offset = offset
        self.roots: list[Draft] = []
        self.opening: list[str] = []
        self.left_out: list[LeftOut] = []
        self.stack: list[_Place] = []
        self.lists = 0
        self.fresh_item = False
        self.heading: int | None = None

    def read(self, tokens: list[Token]) -> None:
        for token in tokens:
            line = (token.map[0] + 1 if token.map else 0) + self.offset
            if token.type == "heading_open":
                self.heading = int(token.tag[1])
            elif token.type == "heading_close":
                self.heading = None
            elif token.type in ("bullet_list_open", "ordered_list_open"):
                self.lists += 1
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                self.lists -= 1
                self._leave_items(self.lists)
            elif token.type == "list_item_open":
                self.fresh_item = True
            elif token.type == "inline":
                self._words(_plain(token.content), line)
            elif token.type in ("code_block", "fence", "html_block"):
                self._words(token.content.strip(), line)
            elif token.type == "hr":
                self.left_out.append(LeftOut(line, "---", "区切り線"))

    def _words(self, words: str, line: int) -> None:
        if not words:
            return
        if self.heading is not None and not self.lists:
            self._open(self.heading, words, line, heading=True)
        elif self.lists and self.fresh_item:
            self._open(10 + self.lists, words, line, heading=False)
        elif self.stack:
            draft = self.stack[-1].draft
            draft.text = "\n".join(filter(None, (draft.text, words)))
        else:
            self.opening.append(words)
        self.fresh_item = False

    def _leave_items(self, lists: int) -> None:
        while self.stack and self.stack[-1].depth > 10 + lists:
            self.stack.pop()

    def _open(self, depth: int, words: str, line: int, *, heading: bool) -> None:
        while self.stack and self.stack[-1].depth >= depth:
            self.stack.pop()
        code, words = _own_code(words)
        mark = mark_of(words)
        draft = Draft(
            family=f"#{depth}",
            label=mark.label if mark is not None and mark.label else "",
            number=mark.number if mark is not None and heading else (),
            line=line,
            written=mark.written if mark is not None and mark.title else "",
            code=code,
            confidence=1.0 if code else 0.95,
        )
        bare = mark.title if mark is not None and mark.title and (mark.bulleted or mark.number) else words
        if heading:
            draft.title = bare
        elif "\n" in bare or bare.endswith("。") or len(bare) > 60:
            draft.text = bare
        else:
            draft.title = bare
        (self.stack[-1].draft.children if self.stack else self.roots).append(draft)
        self.stack.append(_Place(depth, draft))


def _plain(words: str) -> str:
    """Words without the signs of emphasis; the line ends inside a Japanese paragraph vanish."""
    words = words.replace("**", "").replace("__", "")
    lines = [line.strip() for line in words.split("\n")]
    joined = lines[0]
    for line in lines[1:]:
        space = " " if joined[-1:].isascii() and line[:1].isascii() and joined and line else ""
        joined += space + line
    return joined


def _own_code(words: str) -> tuple[str, str]:
    """`MP-2-1 題名` or `題名 {#MP-2-1}`: a code the author gave."""
    if words.endswith("}"):
        before, mark, inside = words.rpartition("{#")
        if mark and is_code(inside[:-1]):
            return inside[:-1], before.strip()
    first, _, rest = words.partition(" ")
    first = first.strip("[]`:：")
    if (
        rest
        and "-" in first
        and first[0].isalpha()
        and any(sign.isdigit() for sign in first)
        and is_code(first)
    ):
        return first, rest.strip()
    return "", words


def _label(roots: list[Draft]) -> None:
    """Headings without a word of their own take the word their depth has elsewhere, else their depth's name."""
    words: dict[str, str] = {}
    drafts: list[Draft] = []
    waiting = list(reversed(roots))
    while waiting:
        draft = waiting.pop()
        drafts.append(draft)
        if draft.label:
            words.setdefault(draft.family, draft.label)
        waiting.extend(reversed(draft.children))
    heights = sorted({int(draft.family[1:]) for draft in drafts if int(draft.family[1:]) < 10})
    for draft in drafts:
        depth = int(draft.family[1:])
        if not draft.label:
            named = "項目" if depth == 11 else "小項目" if depth > 11 else f"見出し{heights.index(depth) + 1}"
            draft.label = words.get(draft.family, named)
