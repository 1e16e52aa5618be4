"""`python -m bench.reading`: sorting texts, in seconds of CPU and megabytes, beside what was asked for.

    .venv/bin/python -m bench.reading [--site] [--comments bunka-ai-2024.csv]

Bundles: 200,000 texts, of which three in ten were sent by campaigns, two in five of those with a slip. How many of the
planted repeats are found, and of a hundred pairs that were bundled, how many have less than 80% of their runs in common
(0 is wanted). Topics: 10,000 comments, from raw text to labels, with the sentence encoder and by words alone. With
--comments both are also made of real texts.
Every reading is done in a process of its own with one thread, as the command does it.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import reading_site
from participation.opinions.domain import letters_of
from participation.opinions.domain.wording import grams, in_common
from participation.reading.domain.apart import Order, read_apart

TEXTS, COMMENTS, CAMPAIGNS = 200_000, 10_000, 200
THINGS = [
    "駅前の駐輪場",
    "防災訓練",
    "避難所の備蓄",
    "図書館の読書室",
    "児童館",
    "保育園の一時保育",
    "公園の遊具",
    "ごみ集積所",
    "資源回収",
    "街路樹",
    "歩道の段差",
    "コミュニティバス",
    "掲示板",
    "区報",
    "ホームページ",
    "窓口の待ち時間",
    "学童クラブ",
    "介護予防教室",
    "認知症カフェ",
    "区民ホール",
    "自転車道",
    "横断歩道",
    "ハザードマップ",
    "郷土資料",
    "電子申請",
    "防犯カメラ",
    "空き家",
    "商店街の街灯",
    "桜並木",
    "プールの開放",
]
PLACES = [
    "緑が丘",
    "自由が丘",
    "中目黒",
    "八雲",
    "碑文谷",
    "祐天寺",
    "学芸大学",
    "都立大学",
    "大橋",
    "駒場",
    "五本木",
    "柿の木坂",
]
SAYINGS = (
    "{place}の{one}を、{two}より先に進めてください。",
    "{place}では{one}が足りず、{two}に頼る人が増えています。",
    "{one}と{two}を一緒に考えると、{place}の費用も減ると思います。",
    "先月{place}で{one}を使いましたが、{two}のほうが分かりやすかったです。",
    "{one}の予算は{place}に回し、{two}は見直すべきです。",
    "{place}に住んで{years}年になりますが、{one}がこれほど遠いとは思いませんでした。",
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--comments", type=Path, help="a table of real texts with the columns id and comment")
    parser.add_argument(
        "--site", action="store_true", help="on the desk's own database instead (see bench/reading_site.py)"
    )
    options = parser.parse_args()
    print(f"{'':46}{'CPU s':>8}{'MB':>7}  wanted")
    if options.site:
        from_file = list(texts_of(options.comments).values()) if options.comments else []
        dice = random.Random(1)
        comments = (text for text, _ in synthetic(COMMENTS, 0))
        reading_site.measure(
            (text for text, _ in synthetic(TEXTS, CAMPAIGNS)),
            (dice.choice(from_file) for _ in range(COMMENTS)) if from_file else comments,
        )
        return
    with tempfile.TemporaryDirectory(prefix="bench-reading-") as folder:
        path = Path(folder) / "texts.csv"
        planted = write(path, synthetic(TEXTS, CAMPAIGNS))
        bundles(f"bundles of {TEXTS:,} texts", path, planted)
        write(path, synthetic(COMMENTS, 0))
        topics(f"topics of {COMMENTS:,} comments", path)
        if options.comments:
            bundles("bundles of real texts", options.comments, None)
            real = list(texts_of(options.comments).values())
            dice = random.Random(1)
            write(path, ((dice.choice(real), None) for _ in range(COMMENTS)))
            topics(f"topics of {COMMENTS:,} real texts, drawn again", path)
            topics("topics of real texts", options.comments)


def synthetic(count: int, campaigns: int) -> Iterator[tuple[str, int | None]]:
    """Yield texts, and which campaign each belongs to."""
    dice = random.Random(7)

    def text() -> str:
        return "".join(
            dice.choice(SAYINGS).format(
                place=dice.choice(PLACES), one=one, two=two, years=dice.randint(2, 60)
            )
            for one, two in (dice.sample(THINGS, 2) for _ in range(dice.randint(2, 6)))
        )

    sent = [text() for _ in range(campaigns)]
    for _ in range(count):
        if sent and dice.random() < 0.3:
            number = dice.randrange(campaigns)
            words = sent[number]
            if dice.random() < 0.4:
                at = dice.randrange(len(words))
                words = words[:at] + dice.choice("よね々、") + words[at + 1 :]
            yield words, number
        else:
            yield text(), None


def write(path: Path, texts: Iterator[tuple[str, int | None]]) -> dict[str, int]:
    """Write a table; return which text belongs to which campaign."""
    planted = {}
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["id", "comment"])
        for number, (words, campaign) in enumerate(texts):
            table.writerow([number, words])
            if campaign is not None:
                planted[str(number)] = campaign
    return planted


def texts_of(path: Path) -> dict[str, str]:
    """Return the texts of a table by their ids."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return {row["id"]: row["comment"] for row in csv.DictReader(stream)}


def bundles(name: str, path: Path, planted: dict[str, int] | None) -> None:
    """Bundle, and look whether what was planted is found and nothing else."""
    found = read(path, "bundle")
    print(
        f"{name:46}{found['seconds']:>8.1f}{found['peak_mb']:>7.0f}  "
        f"≤ 60 s: {yes(found['seconds'] <= 60)}, ≤ 1 GB: {yes(found['peak_mb'] <= 1024)}"
    )
    words = texts_of(path)
    if planted:
        leading: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for at, bundle in enumerate(found["bundles"]):
            for each in bundle:
                if each in planted:
                    leading[planted[each]][at] += 1
        together = sum(max(counts.values()) for counts in leading.values())
        print(f"{'  planted repeats in one bundle':46}{together / len(planted):>8.1%}")
    else:
        first: dict[str, str] = {}
        repeats = [(first.setdefault(text, each), each) for each, text in words.items()]
        where = {each: at for at, bundle in enumerate(found["bundles"]) for each in bundle}
        exact = [pair for pair in repeats if pair[0] != pair[1]]
        met = sum(where.get(one) is not None and where.get(one) == where.get(other) for one, other in exact)
        print(f"{'  exact repeats found':46}{met:>8} of {len(exact)}")
    dice = random.Random(3)
    pairs = [
        (bundle[0], each)
        for bundle in found["bundles"]
        for each in bundle[1:]
        if words[each] != words[bundle[0]]
    ]
    some = dice.sample(pairs, min(100, len(pairs)))
    wrong = sum(
        in_common(grams(letters_of(words[one])), grams(letters_of(words[other]))) < 0.8 for one, other in some
    )
    print(f"{f'  false among {len(some)} pairs that are nearly the same':46}{wrong:>8}")


def topics(name: str, path: Path) -> None:
    """Sort into topics, with the encoder and as where none is installed."""
    for only_words in (False, True):
        found = read(path, "topics", only_words=only_words)
        print(
            f"{name:46}{found['seconds']:>8.1f}{found['peak_mb']:>7.0f}  "
            f"≤ 60 s: {yes(found['seconds'] <= 60)}, ≤ 1 GB: {yes(found['peak_mb'] <= 1024)}"
        )
        stability = "―" if found["stability"] is None else f"{found['stability']:.2f}"
        print(f"  {len(found['topics'])} topics, stability {stability}, coverage {found['coverage']:.1%}")
        print(f"  {found['method']['name']}")


def read(path: Path, what: str, *, only_words: bool = False) -> dict[str, Any]:
    """Return what the command would write."""
    order: Order = {"what": what, "path": path, "seed": 0, "only_words": only_words}
    answer: dict[str, Any] = json.loads(read_apart(order))
    return answer


def yes(is_met: bool) -> str:
    """Return whether a target was met."""
    return "yes" if is_met else "NO"


if __name__ == "__main__":
    main()
