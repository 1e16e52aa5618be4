#!/usr/bin/env python3
"""参考投票の記録を、このサイトを使わずに確かめるプログラム（Python 3.11以上。ほかに何も要りません）。

使い方:
  python3 verify.py 記録.json                     数え直し、つながり、木の根を確かめる
  python3 verify.py 記録.json --receipt 番号      自分の控えが一覧に入っているかも確かめる
  python3 verify.py 記録.json --head 見出し       前に写しておいた見出しが、記録の中にあるかも確かめる
  python3 verify.py 結果.json --rule irv --seed 種   票のファイルを、数え方を選んで数える
                                                  （--seats 数、--completion 残った予算の使い方）
  票のファイルは、数え直しができる形（.json）、pabulib（.pb）、PrefLib（.soc .soi .cat）、
  同じ内容の票をまとめた表（.csv。予算を分ける数え方には、費用のある .json か .pb を使う）のどれでもよい。
  PrefLibでは選択肢の記号が「1」「2」…になるので、同点のくじの順番は、記録（.json）のものと変わることがある。

数え方は、公開の説明だけから書いてあり、サイトのプログラムとは何も共有していません。
どれか一つでも合わなければ、その理由を示して、終了コード1で終わります。
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import re
import sys
from fractions import Fraction
from pathlib import Path

RECORD = "participation-vote-record"
BALLOTS = "participation-ballots"
#: What can be compared option by option, and which rules count which ballots.
PAIRED = ("ranking", "score")
PAIRED_RULES = ("schulze", "condorcet")
_DIVIDING = ("greedy", "equal-shares")
FITS = {
    "choice": ("plurality", "approval", *_DIVIDING),
    "approval": ("approval", *_DIVIDING),
    "score": ("score", "points", *PAIRED_RULES, *_DIVIDING),
    "points": ("points", *_DIVIDING),
    "ranking": ("plurality", "borda", "irv", "stv", *PAIRED_RULES),
}


class Wrong(Exception):
    """Something does not fit."""


def sha256(text: str) -> str:
    """Return SHA-256 of a text in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


# ── Ballots ─────────────────────────────────────────────────────────────────────────────────


class Ballots:
    """The ballots of one vote: [how many, what stands on them], by what is written on the paper."""

    #: Whether only what was chosen is known, not everything that could be.
    is_table = False

    def __init__(self, written, options, rows, budget=None):
        self.written, self.budget = written, budget
        self.codes = [option["code"] for option in options]
        self.names = {option["code"]: option["name"] for option in options}
        self.costs = {option["code"]: option.get("cost") for option in options}
        self.rows = rows
        self.voters = sum(count for count, _ in rows)


def parse(written, content, codes):
    """Read one stored ballot: a list of codes, a dict of points, or a ranking."""
    if written in ("choice", "approval"):
        found = content.split(",") if content else []
    elif written in ("score", "points"):
        found = {}
        for part in content.split(",") if content else []:
            code, _, number = part.partition(":")
            if code in found:
                raise Wrong(f"票「{content}」に、同じ選択肢が2回あります。")
            found[code] = int(number)
    else:
        found = content.split(">") if content else []
    if len(set(found)) < len(found) or not set(found) <= set(codes):
        raise Wrong(f"票「{content}」に、同じ選択肢が2回あるか、知らない選択肢があります。")
    return found


def check_paper(written, found, limits, costs, content):
    """Check one ballot against what may be written."""
    if written == "choice" and len(found) > 1:
        raise Wrong(f"票「{content}」は、二つ以上選んでいます。")
    if len(found) < limits.get("least", 0) or len(found) > limits.get("most", len(costs)):
        raise Wrong(f"票「{content}」の選んだ数が、決まりに合いません。")
    if "cost_most" in limits and sum(costs[code] for code in found) > limits["cost_most"]:
        raise Wrong(f"票「{content}」の費用の合計が、予算をこえています。")
    if isinstance(found, dict):
        if min(found.values(), default=0) < 0 or max(found.values(), default=0) > limits.get(
            "highest", 10**9
        ):
            raise Wrong(f"票「{content}」の点が、決まりに合いません。")
        if "total" in limits and sum(found.values()) != limits["total"]:
            raise Wrong(f"票「{content}」の点の合計が、持ち点と合いません。")


# ── Rules ───────────────────────────────────────────────────────────────────────────────────


class Lot:
    """The order of ties: SHA-256 of seed, colon, code, smallest first."""

    def __init__(self, seed, codes):
        order = sorted(codes, key=lambda code: sha256(f"{seed}:{code}"))
        self.rank = {code: place for place, code in enumerate(order)}

    def first(self, codes):
        return min(codes, key=self.rank.get)

    def last(self, codes):
        return max(codes, key=self.rank.get)


def highest(totals, seats, lot):
    """Return the codes with most, ties by lot."""
    return sorted(totals, key=lambda code: (-totals[code], lot.rank[code]))[:seats]


def support(ballots):
    """Add up marks, points, or what places are worth."""
    totals = dict.fromkeys(ballots.codes, 0)
    for count, found in ballots.rows:
        for code in found:
            totals[code] += count * (found[code] if isinstance(found, dict) else 1)
    return totals


def borda(ballots):
    """Everybody ahead gets a point for each behind; those without a place share what is left."""
    last, totals = len(ballots.codes) - 1, dict.fromkeys(ballots.codes, Fraction(0))
    for count, found in ballots.rows:
        for place, code in enumerate(found):
            totals[code] += count * (last - place)
        rest = [code for code in ballots.codes if code not in found]
        for code in rest:
            totals[code] += count * Fraction(len(rest) - 1, 2)
    return totals


def irv(ballots, lot):
    """Take the last out until one has more than half."""
    left = set(ballots.codes)
    if not any(found for _, found in ballots.rows):
        return []
    while True:
        held = dict.fromkeys(left, 0)
        for count, found in ballots.rows:
            first = next((code for code in found if code in left), None)
            if first is not None:
                held[first] += count
        for code in left:
            if 2 * held[code] > sum(held.values()):
                return [code]
        fewest = min(held.values())
        left.remove(lot.last([code for code in left if held[code] == fewest]))


def stv(ballots, seats, lot):
    """Weighted inclusive Gregory with a whole quota; ties by the latest round with a difference, then by lot."""
    papers = [[Fraction(count), found] for count, found in ballots.rows if found]
    valid = int(sum(weight for weight, _ in papers))
    if not valid:
        return []
    quota, left, elected, waiting = valid // (seats + 1) + 1, set(ballots.codes), [], set()
    seats = min(seats, len(left))

    def first(found):
        return next((code for code in found if code in left), None)

    holder = [first(found) for _, found in papers]
    held, history = {}, []

    def move(source, factor):
        for at, paper in enumerate(papers):
            if holder[at] == source:
                paper[0] *= factor
                holder[at] = first(paper[1])

    def settle(tied, choose, by_lot):
        for earlier in reversed(history[:-1]):
            edge = choose(earlier[code] for code in tied)
            alone = [code for code in tied if earlier[code] == edge]
            if len(alone) == 1:
                return alone[0]
        return by_lot(tied)

    while True:
        for code in left:
            held[code] = sum(
                (w for (w, _), at in zip(papers, holder, strict=True) if at == code), Fraction(0)
            )
        history.append(dict(held))
        for code in sorted(left, key=lambda each: (-held[each], lot.rank[each])):
            if held[code] >= quota and len(elected) < seats:
                left.remove(code)
                elected.append(code)
                if held[code] > quota:
                    waiting.add(code)
        if len(elected) == seats:
            return elected
        if len(left) <= seats - len(elected):
            return elected + sorted(left, key=lambda each: (-held[each], lot.rank[each]))
        if waiting:
            most = max(held[code] for code in waiting)
            code = settle([each for each in waiting if held[each] == most], max, lot.first)
            waiting.remove(code)
            factor = (held[code] - quota) / held[code]
            held[code] = Fraction(quota)
            move(code, factor)
        else:
            fewest = min(held[code] for code in left)
            code = settle([each for each in left if held[each] == fewest], min, lot.last)
            left.remove(code)
            move(code, Fraction(1))


def compared(ballots):
    """Return how many ballots prefer each option to each other one."""
    codes = ballots.codes
    beats = {a: dict.fromkeys(codes, 0) for a in codes}
    for count, found in ballots.rows:
        if isinstance(found, dict):
            place = {code: -found.get(code, 0) for code in codes}
        else:
            place = {code: found.index(code) if code in found else len(codes) for code in codes}
        for a in codes:
            for b in codes:
                if place[a] < place[b]:
                    beats[a][b] += count
    return beats


def condorcet(ballots):
    """Return who beats every other one, as a list of one; of nobody, an empty one."""
    beats = compared(ballots)
    return [a for a in ballots.codes if all(beats[a][b] > beats[b][a] for b in ballots.codes if b != a)]


def schulze(ballots, seats, lot):
    """Compare all pairs; the strength of a path is its weakest victory."""
    codes, beats = ballots.codes, compared(ballots)
    path = {a: {b: beats[a][b] if beats[a][b] > beats[b][a] else 0 for b in codes} for a in codes}
    for via in codes:
        for a in codes:
            for b in codes:
                if len({a, b, via}) == 3:
                    path[a][b] = max(path[a][b], min(path[a][via], path[via][b]))
    if not any(found for _, found in ballots.rows):
        return []
    rest, order = set(codes), []
    while rest and len(order) < seats:
        chosen = lot.first([a for a in rest if all(path[b][a] <= path[a][b] for b in rest)])
        rest.remove(chosen)
        order.append(chosen)
    return order


def greedy(ballots, budget, lot, candidates=None):
    """Take what fits, the most supported first."""
    totals, funded = support(ballots), []
    for code in sorted(totals, key=lambda each: (-totals[each], lot.rank[each])):
        if totals[code] > 0 and (candidates is None or code in candidates) and ballots.costs[code] <= budget:
            funded.append(code)
            budget -= ballots.costs[code]
    return funded


def buy(ballots, share, lot):
    """Let supporters pay together, the lightest for them first."""
    worths = [
        (count, {code: (found[code] if isinstance(found, dict) else 1) for code in found})
        for count, found in ballots.rows
    ]
    worths = [(count, {code: worth for code, worth in each.items() if worth > 0}) for count, each in worths]
    money, bought = [Fraction(share)] * len(worths), []
    while True:
        offers = {}
        for code in ballots.codes:
            if code in bought or ballots.costs[code] > ballots.budget:
                continue
            backers = [(money[at] / each[code], at) for at, (_, each) in enumerate(worths) if code in each]
            cost = Fraction(ballots.costs[code])
            if not backers or sum(money[at] * worths[at][0] for _, at in backers) < cost:
                continue
            together = sum(worths[at][0] * worths[at][1][code] for _, at in backers)
            for most, at in sorted(backers):
                if cost <= most * together:
                    offers[code] = cost / together
                    break
                cost -= money[at] * worths[at][0]
                together -= worths[at][0] * worths[at][1][code]
        if not offers:
            return bought
        least = min(offers.values())
        code = lot.first([each for each in offers if offers[each] == least])
        bought.append(code)
        for at, (_, each) in enumerate(worths):
            if code in each:
                money[at] -= min(money[at], least * each[code])


def equal_shares(ballots, completion, lot):
    """Everybody holds an equal part; then what is left is spent as declared."""
    budget = ballots.budget
    share = Fraction(budget, ballots.voters)
    step = max(1, budget // (ballots.voters * 100))

    def cost(codes):
        return sum(ballots.costs[code] for code in codes)

    bought = buy(ballots, share, lot)
    if completion in ("add1", "add1-greedy"):
        wanted = {code for code, number in support(ballots).items() if number > 0}
        while any(ballots.costs[code] <= budget - cost(bought) for code in wanted if code not in bought):
            share += step
            more = buy(ballots, share, lot)
            if cost(more) > budget:
                break
            bought = more
    if completion in ("greedy", "add1-greedy"):
        rest = [code for code in ballots.codes if code not in bought]
        bought = bought + greedy(ballots, budget - cost(bought), lot, rest)
    return bought


def winners(ballots, rule, seats, seed, completion):
    """Return who is chosen, by the declared rule."""
    lot = Lot(seed, ballots.codes)
    if not ballots.voters:
        return []
    if rule == "plurality" and ballots.written == "ranking":
        ballots = Ballots(
            "choice",
            [{"code": code, "name": ballots.names[code]} for code in ballots.codes],
            [(count, found[:1]) for count, found in ballots.rows],
        )
    if rule in ("plurality", "approval", "score", "points"):
        return highest(support(ballots), seats, lot)
    if rule == "borda":
        return highest(borda(ballots), seats, lot)
    if rule == "irv":
        return irv(ballots, lot)
    if rule == "stv":
        return stv(ballots, seats, lot)
    if rule == "schulze":
        return schulze(ballots, seats, lot)
    if rule == "condorcet":
        return condorcet(ballots)
    if rule in ("greedy", "equal-shares") and (ballots.budget is None or None in ballots.costs.values()):
        raise Wrong("予算か費用が書かれていないファイルでは、予算を分けられません。")
    if rule == "greedy":
        return greedy(ballots, ballots.budget, lot)
    if rule == "equal-shares":
        return equal_shares(ballots, completion, lot)
    raise Wrong(f"「{rule}」という数え方は知りません。")


# ── Seals, chain, trees ─────────────────────────────────────────────────────────────────────


def root_of(entries):
    """Return the root of the tree of RFC 6962 over entries in hexadecimal."""
    nodes = [hashlib.sha256(b"\x00" + bytes.fromhex(entry)).digest() for entry in entries]

    def node(start, end):
        if end - start == 1:
            return nodes[start]
        half = 1
        while half * 2 < end - start:
            half *= 2
        return hashlib.sha256(b"\x01" + node(start, start + half) + node(start + half, end)).digest()

    return node(0, len(nodes)).hex() if nodes else hashlib.sha256(b"").hexdigest()


def check_chain(record, seals):
    """Walk the chain: every head from the one before; what is in and not out again are the ballots."""
    previous, inside = "0" * 64, set()
    for number, link in enumerate(record["chain"], start=1):
        said = {
            "vote": record["vote"]["id"],
            "number": link["number"],
            "day": link["day"],
            "previous": link["previous"],
            "added": sorted(link["added"]),
            "removed": sorted(link["removed"]),
        }
        head = sha256(json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")))
        if link["number"] != number or link["previous"] != previous or link["head"] != head:
            raise Wrong(f"記録の{number}番目（{link['day']}）が、前とつながっていません。")
        inside |= set(link["added"])
        if not set(link["removed"]) <= inside:
            raise Wrong(f"記録の{number}番目で、入っていない票が取り除かれています。")
        inside -= set(link["removed"])
        previous = head
    if inside != set(seals):
        raise Wrong("公開された票と、毎日の記録に加えられた票が、同じではありません。")


def check_record(record, receipt, head):
    """Check everything in a record; return what can be said, line by line."""
    vote, lines = record["vote"], []
    rows, seals = {}, []
    costs = {option["code"]: option.get("cost", 0) for option in vote["options"]}
    for each in record["ballots"]:
        found = parse(vote["written"], each["ballot"], list(costs))
        check_paper(vote["written"], found, vote["limits"], costs, each["ballot"])
        rows[each["ballot"]] = rows.get(each["ballot"], 0) + 1
        seals.append(sha256(f"{each['salt']}:{each['ballot']}"))
    if len(set(seals)) < len(seals):
        raise Wrong("同じ封印の票が2枚あります。")
    lines.append(f"票：{len(seals):,}枚。どれも投票の決まりに合っています。")
    if len(record["receipts"]) > len(seals) or len(set(record["receipts"])) < len(record["receipts"]):
        raise Wrong("控えの数が、票の数と合いません。")
    check_chain(record, seals)
    lines.append(f"記録の鎖：{len(record['chain']):,}日分、すべてつながっています。")
    if record["roots"]["ballots"] != root_of(sorted(seals)):
        raise Wrong("票の封印の根が合いません。")
    if record["roots"]["receipts"] != root_of(sorted(record["receipts"])):
        raise Wrong("控えの根が合いません。")
    lines.append("木の根：票も控えも合っています。")
    if record["seed_hash"] and sha256(record["seed"]) != record["seed_hash"]:
        raise Wrong("くじの種が、前もって公表した封印と合いません。")
    if head is not None:
        if head not in [link["head"] for link in record["chain"]]:
            raise Wrong("写しておいた見出しが、記録の中にありません。")
        lines.append("写しておいた見出しは、記録の中にあります。")
    if receipt is not None:
        plain = "".join(character for character in receipt.lower() if character.isalnum())
        if sha256(plain) not in record["receipts"]:
            raise Wrong("その控えの番号は、一覧にありません。番号の打ちまちがいがないか、確かめてください。")
        lines.append("あなたの控えは、一覧に入っています。")
    if vote["kind"] == "stance":
        for option in vote["options"]:
            lines.append(f"{option['name']}：{rows.get(option['code'], 0):,}票")
        return lines
    if record["seed"] is None:
        lines.append("くじの種がまだ公表されていないので、結果はまだ数えません。")
        return lines
    counted = [
        (count, parse(vote["written"], content, list(costs))) for content, count in sorted(rows.items())
    ]
    ballots = Ballots(vote["written"], vote["options"], counted, vote["budget"])
    chosen = winners(ballots, vote["rule"], vote["seats"], record["seed"], vote["completion"])
    published = record.get("winners")
    if published is not None and published != chosen:
        raise Wrong(f"数え直すと{named(ballots, chosen)}ですが、公表は{named(ballots, published)}です。")
    lines.append(f"数え直した結果（{vote['rule']}）：{named(ballots, chosen)}。公表と同じです。")
    if vote["written"] in PAIRED:
        lines.append(all_pairs(ballots))
    return lines


def all_pairs(ballots):
    """Say who beats all others one by one, if somebody does."""
    found = condorcet(ballots)
    if found:
        return f"総当たりの確認：{named(ballots, found)}は、ほかのすべてに一対一で勝っています。"
    return "総当たりの確認：ほかのすべてに一対一で勝つものはありません。"


# ── Files of ballots ────────────────────────────────────────────────────────────────────────


def own_file(text):
    """Read the site's own file of ballots."""
    data, key = json.loads(text), {"approval": "approved", "score": "scores"}
    if data.get("format") != BALLOTS:
        raise Wrong("票のファイルではありません。")
    written = data["kind"]
    if written not in ("choice", "approval", "score", "points", "ranking"):
        raise Wrong(f"「{written}」の票は、このプログラムでは数えられません。")
    rows = []
    for each in data["ballots"]:
        found = each[key.get(written, written)]
        if written == "choice":
            found = [found] if found else []
        if written == "ranking":
            found = alone(found)
        if isinstance(found, dict):
            found = {code: Fraction(number) for code, number in found.items()}
        rows.append((each["count"], found))
    options = [{**option, "code": option["id"]} for option in data["options"]]
    return Ballots(written, options, rows, data.get("budget"))


def preflib_file(text):
    """Read .soc, .soi or a .cat of two categories: "how many: ballot", options as numbers from 1."""
    names, rows, categories, size = {}, [], 0, 0
    for line in text.splitlines():
        head = re.fullmatch(r"#\s*([A-Z ]+?)\s*([0-9]*)\s*:\s*(.*)", line.strip())
        if head and head[1] == "ALTERNATIVE NAME":
            names[head[2]] = head[3]
        elif head and head[1] == "NUMBER ALTERNATIVES":
            size = int(head[3])
        elif head and head[1] == "NUMBER CATEGORIES":
            categories = int(head[3])
        elif line.strip() and not line.startswith("#"):
            count, _, ballot = line.partition(":")
            groups = re.findall(r"\{([^{}]*)\}|([^{},\s]+)", ballot)
            rows.append(
                (int(count), [[c.strip() for c in (a or b).split(",") if c.strip()] for a, b in groups])
            )
    if categories not in (0, 2):
        raise Wrong("2段階でない .cat は、このプログラムでは数えられません。")
    options = [{"code": str(at), "name": names.get(str(at), str(at))} for at in range(1, size + 1)]
    if categories:
        marked = [(count, found[0]) for count, found in rows]
        is_choice = all(len(codes) <= 1 for _, codes in marked)
        return Ballots("choice" if is_choice else "approval", options, marked)
    return Ballots("ranking", options, [(count, alone(found)) for count, found in rows])


def pabulib_file(text):
    """Read a .pb: the parts META, PROJECTS and VOTES, each a table with semicolons."""
    parts, part = {}, None
    for row in csv.reader(io.StringIO(text), delimiter=";"):
        if len(row) == 1 and row[0].strip() in ("META", "PROJECTS", "VOTES"):
            part = parts.setdefault(row[0].strip(), [])
        elif row and part is not None:
            part.append(row)
    meta = dict(row[:2] for row in parts["META"][1:])
    written = {
        "approval": "approval",
        "choose-1": "choice",
        "ordinal": "ranking",
        "cumulative": "points",
        "scoring": "score",
    }[meta["vote_type"]]
    options = [
        {
            "code": each["project_id"],
            "name": each.get("name") or each["project_id"],
            "cost": exact(each["cost"]),
        }
        for each in table(parts["PROJECTS"])
    ]
    rows = []
    for each in table(parts["VOTES"]):
        found = [code.strip() for code in each["vote"].split(",") if code.strip()]
        if written in ("points", "score"):
            found = dict(zip(found, map(exact, each["points"].split(",")), strict=True)) if found else {}
        rows.append((1, found))
    return Ballots(written, options, rows, exact(meta["budget"]))


def ballot_table(text):
    """Read the table of equal ballots: how many, and what stands on them, in the codes of the options."""
    rows = [(int(row[0]), row[1]) for row in list(csv.reader(io.StringIO(text)))[1:] if row]
    signs = "".join(content for _, content in rows)
    marks = "approval" if any("," in content for _, content in rows) else "choice"
    written = "ranking" if ">" in signs else "score" if ":" in signs else marks
    codes = {code for _, content in rows for code in re.split(r"[,>]|:[0-9]+", content) if code}
    listed = sorted(codes, key=lambda code: (len(code), code))
    options = [{"code": code, "name": code} for code in listed]
    ballots = Ballots(written, options, [(count, parse(written, content, listed)) for count, content in rows])
    ballots.is_table = True
    return ballots


def table(rows):
    """Return the rows under a line of names."""
    return [dict(zip(rows[0], row, strict=False)) for row in rows[1:]]


def exact(text):
    """Return a number as it is written, whole where it is whole."""
    number = Fraction(text)
    return int(number) if number.denominator == 1 else number


def alone(groups):
    """Return a ranking in which no two share a rank."""
    if any(len(group) > 1 for group in groups):
        raise Wrong("同じ順位のある票は、このプログラムでは数えられません。")
    return [group[0] for group in groups if group]


def file_of_ballots(text):
    """Read a file of ballots of any of the published forms, by how it begins."""
    begins = text.lstrip("\ufeff \n")
    if begins.startswith("{"):
        return own_file(text)
    if begins.startswith("META"):
        return pabulib_file(begins)
    if begins.startswith("#"):
        return preflib_file(begins)
    if begins.startswith(("票の数", '"票の数')):
        return ballot_table(begins)
    raise Wrong("投票の記録でも、票のファイルでもありません。")


def check_ballots(ballots, rule, seats, seed, completion):
    """Count a file of ballots."""
    if rule == "borda" and ballots.is_table:
        raise Wrong(
            "表には選ばれなかった選択肢がないので、ボルダ方式は .json か PrefLib のファイルで数えます。"
        )
    if rule not in FITS[ballots.written]:
        raise Wrong(f"この票（{ballots.written}）を数えられるのは {'、'.join(FITS[ballots.written])} です。")
    lines = [
        f"票：{ballots.voters:,}枚",
        f"結果（{rule}）：{named(ballots, winners(ballots, rule, seats, seed, completion))}",
    ]
    if ballots.written in PAIRED and ballots.voters:
        lines.append(all_pairs(ballots))
    return lines


def named(ballots, codes):
    """Return names in Japanese brackets."""
    return "".join(f"「{ballots.names[code]}」" for code in codes) or "選ばれたものなし"


def main(arguments=None):
    """Read the command line, check, print; return the exit code."""
    parser = argparse.ArgumentParser(description="参考投票の記録を確かめます。")
    parser.add_argument(
        "file", type=Path, help="記録（record.json）か、票のファイル（.json .pb .soc .soi .cat .csv）"
    )
    parser.add_argument("--receipt", help="控えの番号")
    parser.add_argument("--head", help="前に写しておいた見出し")
    parser.add_argument("--rule", help="票のファイルの数え方")
    parser.add_argument("--seats", type=int, default=1)
    parser.add_argument("--seed", default="0")
    parser.add_argument("--completion", default="none")
    options = parser.parse_args(arguments)
    try:
        text = options.file.read_text(encoding="utf-8-sig")
        data = json.loads(text) if text.lstrip().startswith(("{", "[")) else {}
        if data.get("format") == RECORD:
            lines = check_record(data, options.receipt, options.head)
        elif options.rule:
            ballots = file_of_ballots(text)
            lines = check_ballots(ballots, options.rule, options.seats, options.seed, options.completion)
        else:
            raise Wrong("投票の記録ではありません（票のファイルには --rule が要ります）。")
    except Wrong as wrong:
        print(f"合いません：{wrong}")
        return 1
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        print(f"読めません：{type(error).__name__} {error}")
        return 1
    print("\n".join(lines))
    print("すべて合っています。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
