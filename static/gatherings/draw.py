"""Draw again who was invited to a gathering (抽選のやり直し): needs Python 3.9 and nothing else.

    python3 draw.py 一覧.csv --seed 38412 --count 60

The list is a CSV file with a first line of titles, one of them 整理番号; every other column divides it into
strata. Prints the SHA-256 of the list and how many of each stratum, as the page of the gathering tells them,
then the numbers that are drawn, in their order. Whoever has the list and the seed gets the same.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import sys

NUMBER_TITLES = ("整理番号", "番号")


def lot(seed: str, code: str) -> str:
    """Return where a number stands in the lot: the smaller, the earlier."""
    return hashlib.sha256(f"{seed}:{code}".encode()).hexdigest()


def read(path: str) -> dict[str, str]:
    """Return number → the name of its stratum."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file) if any(cell.strip() for cell in row)]
    head = [cell.strip() for cell in rows[0]]
    place = next((n for n, title in enumerate(head) if title in NUMBER_TITLES), None)
    if place is None:
        sys.exit("1行目に「整理番号」の列がありません。")
    listed = {}
    for row in rows[1:]:
        cells = [cell.strip() for cell in row] + [""] * len(head)
        number = cells[place]
        if number in listed:
            sys.exit(f"整理番号「{number}」が2回あります。")
        others = [cells[n] for n in range(len(head)) if n != place]
        listed[number] = "・".join(cell for cell in others if cell)
    return listed


def shares(sizes: dict[str, int], count: int, seed: str) -> dict[str, int]:
    """Divide the places among the strata by largest remainder; the lot decides between equal ones."""
    total = sum(sizes.values())
    places = {name: size * count // total for name, size in sizes.items()}
    by_remainder = sorted(sizes, key=lambda name: (-(sizes[name] * count % total), lot(seed, name)))
    for name in by_remainder[: count - sum(places.values())]:
        places[name] += 1
    return places


def draw(listed: dict[str, str], count: int, seed: str) -> tuple[list[str], dict[str, int]]:
    """Return the numbers that are drawn, in their order, and how many of each stratum."""
    parts: dict[str, list[str]] = {}
    for number, stratum in listed.items():
        parts.setdefault(stratum, []).append(number)
    places = shares({name: len(part) for name, part in parts.items()}, count, seed)
    chosen = [
        number
        for name, part in parts.items()
        for number in sorted(part, key=lambda each: lot(seed, each))[: places[name]]
    ]
    return sorted(chosen, key=lambda each: lot(seed, each)), places


def list_hash(listed: dict[str, str]) -> str:
    """Return the SHA-256 of the list as the page of the gathering tells it."""
    lines = sorted(f"{number},{stratum}" for number, stratum in listed.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def main() -> None:
    """Draw, and print what was drawn."""
    parser = argparse.ArgumentParser(description="集まりに招待する人の抽選を、もう一度計算します。")
    parser.add_argument("list", help="番号の一覧（CSV、UTF-8）")
    parser.add_argument("--seed", required=True, help="くじの種")
    parser.add_argument("--count", required=True, type=int, help="選ぶ人数")
    given = parser.parse_args()
    listed = read(given.list)
    if not 0 < given.count <= len(listed):
        sys.exit(f"選ぶ人数は1人から{len(listed)}人までにしてください。")
    numbers, places = draw(listed, given.count, given.seed)
    print(f"一覧のSHA-256：{list_hash(listed)}")
    for name in sorted(places):
        print(f"層「{name or '全体'}」：{list(listed.values()).count(name)}人から{places[name]}人")
    print("選ばれた番号（くじの順）：")
    for number in numbers:
        print(number)


if __name__ == "__main__":
    main()
