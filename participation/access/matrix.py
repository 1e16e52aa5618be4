"""The permission table (権限の一覧) for docs/permissions.md, made from the rules themselves."""

from __future__ import annotations

from participation.access.actors import ROLE_NAMES, Role
from participation.access.rules import all_rules

COLUMNS = [role for role in Role if role is not Role.SYSTEM]


def as_markdown() -> str:
    """Return the table of all actions and roles as Markdown."""
    lines = [
        "# 権限の一覧",
        "",
        "`flask access matrix` が作る表です。手で書き換えません（テストが一致を確かめます）。",
        "○は「この役割の人ができることがある」という意味で、どの相手・どの時期にできるかは右端の文と各スライスの `policies.py` にあります。",
        "",
        "| 操作 | " + " | ".join(ROLE_NAMES[role] for role in COLUMNS) + " | きまり |",
        "| --- |" + " :-: |" * len(COLUMNS) + " --- |",
    ]
    for rule in all_rules():
        marks = " | ".join("○" if role in rule.roles else "–" for role in COLUMNS)
        lines.append(f"| `{rule.action}` | {marks} | {rule.meaning} |")
    return "\n".join(lines) + "\n"
