"""Field names (欄の名前): what a table or a YAML document may call the parts of a node, in Japanese or English."""

from __future__ import annotations

from participation.plans.domain.folding import fold

_NAMES = {
    "code": ("code", "コード", "番号", "id", "項目番号", "項目コード", "no", "no.", "識別子", "管理番号"),
    "number": ("number", "記号", "見出し番号", "表示番号", "見出しの番号"),
    "parent": (
        "parent",
        "親",
        "親コード",
        "親番号",
        "上位",
        "上位コード",
        "parentcode",
        "parent_code",
        "上位項目",
        "親id",
        "parent_id",
        "parentid",
        "親項目",
        "親項目コード",
        "上位項目コード",
    ),
    "level": (
        "level",
        "階層",
        "レベル",
        "区分",
        "種類",
        "階層コード",
        "kind",
        "段階",
        "階層名",
        "種別",
        "分類",
    ),
    "title": (
        "title",
        "題名",
        "見出し",
        "名称",
        "タイトル",
        "項目名",
        "件名",
        "name",
        "題",
        "名前",
        "標題",
        "表題",
        "題目",
    ),
    "text": (
        "text",
        "本文",
        "内容",
        "文章",
        "説明",
        "body",
        "本文(内容)",
        "記載内容",
        "文",
        "説明文",
        "原文",
        "文言",
        "詳細",
    ),
    "line": ("line", "行", "行番号", "原文の行"),
    "order": ("order", "順", "順番", "並び順", "表示順", "並び"),
    "summary": ("summary", "要約", "要点", "概要", "3行要約"),
    "note": ("note", "備考", "注", "注記", "メモ"),
    "source": ("source", "出典", "出所", "資料"),
    "children": (
        "children",
        "子",
        "項目",
        "nodes",
        "items",
        "下位",
        "内訳",
        "tree",
        "子項目",
        "計画の木",
        "構成",
    ),
    "slug": ("slug", "識別名", "アドレス名"),
    "kind": ("plan_kind", "計画の種類"),
    "introduction": ("introduction", "前文", "はじめに", "導入"),
}
_BY_NAME = {fold(name): field for field, names in _NAMES.items() for name in names}


def field_of(name: str) -> str | None:
    """The part of a node that a heading of a column or a key means, or None."""
    return _BY_NAME.get(fold(name).strip("：:*（）()"))
