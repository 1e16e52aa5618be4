"""Who may vote by a list (投票できる人の名簿): reading it, and the numbers of invitations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from participation.foundation.errors import Refused
from participation.foundation.table_files import BadTable, read_table

CODE_LENGTH = 12
MOST_LISTED_AT_ONCE = 300_000
MOST_INVITED_AT_ONCE = 5_000
#: What the columns of a list are called.
NUMBER, AREA = "番号", "地区"
FEWEST_CHARACTERS = 6
#: Numbers that stand on no list, tried from one network within this time: more, and one has to wait.
MOST_GUESSES, GUESSES_WITHIN = 10, timedelta(minutes=10)


@dataclass(frozen=True)
class Listed:
    """One line of the list: what the voter will type, and where they count."""

    identifier: str
    area_id: int | None = None


def printed_code(code: str) -> str:
    """Return an invitation's number in groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def read_list(content: bytes, areas: Mapping[str, int]) -> list[Listed]:
    """Return the lines of a CSV or Excel file with the columns 番号 and, if wanted, 地区; raises Refused."""
    try:
        rows = iter(read_table(content).rows)
        head = [cell.strip() for cell in next(rows).cells]
        if NUMBER not in head:
            raise Refused("1行目に「番号」という見出しの列がありません。", field="document")
        found: dict[str, Listed] = {}
        for row in rows:
            if row.is_empty:
                continue
            if row.wrong:
                raise Refused(f"{row.line}行目：{row.wrong}", field="document")
            cells = dict(zip(head, (cell.strip() for cell in row.cells), strict=False))
            found[_number(cells.get(NUMBER, ""), row.line, found)] = Listed(
                cells.get(NUMBER, ""), _area(cells.get(AREA, ""), areas, row.line)
            )
            if len(found) > MOST_LISTED_AT_ONCE:
                raise Refused(f"一度に読めるのは{MOST_LISTED_AT_ONCE:,}人までです。", field="document")
    except BadTable as bad:
        raise Refused(bad.message, field="document") from bad
    except StopIteration:
        raise Refused("ファイルに何も書かれていません。", field="document") from None
    if not found:
        raise Refused("名簿に1人ものっていません。", field="document")
    return list(found.values())


def _number(number: str, line: int, found: Mapping[str, Listed]) -> str:
    if len(number) < FEWEST_CHARACTERS:
        raise Refused(f"{line}行目：番号は{FEWEST_CHARACTERS}文字以上にしてください。", field="document")
    if number in found:
        raise Refused(f"{line}行目：同じ番号が2回あります。", field="document")
    return number


def _area(name: str, areas: Mapping[str, int], line: int) -> int | None:
    if not name:
        return None
    if name not in areas:
        raise Refused(f"{line}行目：「{name[:40]}」という地区はありません。", field="document")
    return areas[name]
