"""Options as staff type them: one on a line, each with its code in brackets (選択肢の書き方).

    [a1] 区報
    [a2] 掲示板｜画像 k7m2x9q4w1 町の掲示板
    その他｜記述
    あてはまるものはない｜単独

The code stays with its option when the words are mended or the line is moved. A line without a code is a new
option; its code is one that nobody ever had. Whoever deletes a bracket by mistake loses nothing: the option
is known by its words, too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from participation.foundation.text import clean_line
from participation.surveys.domain.choosing import Spot
from participation.surveys.domain.questions import Option

OWN_WORDS, ALONE, PICTURE = "記述", "単独", "画像"
BAR = "｜"
MOST_LABEL = 200

_LINE = re.compile(r"[\[［]\s*([^\]］]*?)\s*[\]］]\s*(.*)", re.DOTALL)
_CODE = re.compile(r"[a-z0-9_]{1,20}")
_NUMBERED = re.compile(r"([a-z_]+)([0-9]{1,9})")
_PICTURE = re.compile(rf"{PICTURE}\s+([A-Za-z0-9]{{1,40}})\s*(.*)")
_POSITION = re.compile(r"(-?[0-9]{1,3}(?:\.[0-9]{1,12})?)\s*[,、，]\s*(-?[0-9]{1,3}(?:\.[0-9]{1,12})?)")


class LineFault(ValueError):
    """Why a line is no option, in words for staff; `line` counts from 1, 0: it concerns all of them."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(f"{line}行目：{reason}" if line else reason)
        self.line = line


def read_options(
    text: str,
    *,
    prefix: str = "a",
    known: Sequence[Option] = (),
    taken: Collection[str] = (),
    least: int = 2,
    most: int = 30,
    pictures: Mapping[str, str] | None = None,
) -> tuple[Option, ...]:
    """Return the options that stand in a text; raises LineFault.

    `known` are those that the question had before; `taken` the codes that a new option may not get, because
    they meant, or may still mean, something else. `pictures` are those that there are, with what each shows;
    None: whichever is named.
    """
    lines = list(_lines(text))
    _refuse_number(len(lines), least, most)
    codes = _codes(lines, prefix, {option.label: option.code for option in known}, taken)
    if pictures is not None:
        pictures = {**{each.image: each.image_text for each in known if each.image}, **pictures}
    options = [
        _option(number, code, parts, pictures) for (number, _, parts), code in zip(lines, codes, strict=True)
    ]
    _refuse_twins([(number, option.label) for (number, _, _), option in zip(lines, options, strict=True)])
    return tuple(options)


def write_options(options: Iterable[Option]) -> str:
    """Return options as lines: the opposite of `read_options`."""
    return "\n".join(_written(option) for option in options)


def read_spots(
    text: str, *, known: Sequence[Spot] = (), taken: Collection[str] = (), most: int = 300
) -> tuple[Spot, ...]:
    """Return the places that stand in a text: 「[p1] 駅前広場｜35.6412, 139.6981｜中央地区」; raises LineFault."""
    lines = list(_lines(text))
    _refuse_number(len(lines), 2, most, "場所")
    codes = _codes(lines, "p", {spot.label: spot.code for spot in known}, taken)
    spots = [_spot(number, code, parts) for (number, _, parts), code in zip(lines, codes, strict=True)]
    _refuse_twins([(number, spot.label) for (number, _, _), spot in zip(lines, spots, strict=True)])
    return tuple(spots)


def write_spots(spots: Iterable[Spot]) -> str:
    """Return places as lines: the opposite of `read_spots`."""
    lines = []
    for spot in spots:
        parts = [f"[{spot.code}] {spot.label}"]
        if spot.latitude is not None and spot.longitude is not None:
            parts.append(f"{spot.latitude}, {spot.longitude}")
        if spot.group:
            parts.append(spot.group)
        lines.append(BAR.join(parts))
    return "\n".join(lines)


def read_easy_labels(text: str, codes: Sequence[str]) -> dict[str, str]:
    """Return {code: やさしい日本語}; a line without a code belongs to the option in the same place."""
    labels: dict[str, str] = {}
    for place, (number, code, parts) in enumerate(_lines(text)):
        if not code and place >= len(codes):
            raise LineFault("この行にあたる選択肢がありません。", number)
        which = code or codes[place]
        if which not in codes:
            raise LineFault(f"「{which}」という選択肢はありません。", number)
        if which in labels:
            raise LineFault(f"「{which}」が2つあります。", number)
        labels[which] = _label(number, BAR.join(parts))
    return labels


def write_easy_labels(labels: Iterable[tuple[str, str]]) -> str:
    """Return (code, words) as lines."""
    return "\n".join(f"[{code}] {words}" for code, words in labels)


def _lines(text: str) -> Iterator[tuple[int, str, list[str]]]:
    """Yield (line number, code or "", the parts between bars) of each line that is not empty."""
    for number, raw in enumerate((text or "").split("\n"), start=1):
        line = clean_line(raw)
        if not line:
            continue
        found = _LINE.fullmatch(line)
        code, rest = (found[1].lower(), found[2]) if found else ("", line)
        if found and not _CODE.fullmatch(code):
            raise LineFault(f"[ ] の中は、英小文字と数字で20字までです（今は「{found[1]}」）。", number)
        yield number, code, [part.strip() for part in rest.replace("|", BAR).split(BAR)]


def _codes(
    lines: Sequence[tuple[int, str, list[str]]],
    prefix: str,
    by_label: dict[str, str],
    taken: Collection[str],
) -> list[str]:
    typed: dict[str, int] = {}
    for number, code, _ in lines:
        if code in typed:
            raise LineFault(f"[{code}] が2つあります（{typed[code]}行目と同じ）。", number)
        if code:
            typed[code] = number
    used = set(typed)
    following = 1 + max(
        (
            int(found[2])
            for each in {*typed, *taken, *by_label.values()}
            if (found := _NUMBERED.fullmatch(each)) and found[1] == prefix
        ),
        default=0,
    )
    codes = []
    for _, code, parts in lines:
        chosen = code or by_label.get(parts[0], "")
        if not code and (not chosen or chosen in used):
            chosen, following = f"{prefix}{following}", following + 1
        used.add(chosen)
        codes.append(chosen)
    return codes


def _option(number: int, code: str, parts: list[str], pictures: Mapping[str, str] | None) -> Option:
    settings: dict[str, object] = {}
    for mark in parts[1:]:
        picture = _PICTURE.fullmatch(mark)
        if mark == OWN_WORDS:
            settings["takes_text"] = True
        elif mark == ALONE:
            settings["is_exclusive"] = True
        elif picture:
            if pictures is not None and picture[1] not in pictures:
                raise LineFault(
                    f"「{picture[1]}」という番号の画像はありません。「画像」の画面で番号を確かめてください。",
                    number,
                )
            words = picture[2] or (pictures or {}).get(picture[1], "")
            if not words:
                raise LineFault(
                    "画像の番号のあとに、何の画像かを書いてください（画像を見られない人に読み上げます）。",
                    number,
                )
            settings |= {"image": picture[1], "image_text": words[:MOST_LABEL]}
        else:
            raise LineFault(
                f"「{BAR}」のあとに書けるのは「{OWN_WORDS}」「{ALONE}」「{PICTURE} 番号 説明」です（今は「{mark[:20]}」）。",
                number,
            )
    return Option(code=code, label=_label(number, parts[0]), **settings)  # type: ignore[arg-type]


def _spot(number: int, code: str, parts: list[str]) -> Spot:
    latitude = longitude = None
    group = ""
    for part in parts[1:]:
        found = _POSITION.fullmatch(part)
        if found:
            latitude, longitude = float(found[1]), float(found[2])
            if not (20 <= latitude <= 46 and 122 <= longitude <= 154):
                raise LineFault(
                    "緯度は20から46、経度は122から154までの数を「緯度, 経度」の順に書きます。", number
                )
        elif group:
            raise LineFault(
                f"「{part[:20]}」を読み取れません。「名前{BAR}緯度, 経度{BAR}地区」の形で書きます。", number
            )
        else:
            group = part[:80]
    return Spot(
        code=code, label=_label(number, parts[0]), latitude=latitude, longitude=longitude, group=group
    )


def _written(option: Option) -> str:
    parts = [f"[{option.code}] {option.label}"]
    if option.takes_text:
        parts.append(OWN_WORDS)
    if option.is_exclusive:
        parts.append(ALONE)
    if option.image:
        parts.append(f"{PICTURE} {option.image} {option.image_text}")
    return BAR.join(parts)


def _label(number: int, label: str) -> str:
    if not label:
        raise LineFault("選択肢の文がありません。", number)
    if len(label) > MOST_LABEL:
        raise LineFault(f"選択肢は1つ{MOST_LABEL}文字までです（今は{len(label)}文字）。", number)
    return label


def _refuse_number(count: int, least: int, most: int, what: str = "選択肢") -> None:
    if count < least:
        raise LineFault(f"{what}を{least}つ以上、1行に1つずつ書いてください。")
    if count > most:
        raise LineFault(f"{what}は{most}までです（今は{count}）。")


def _refuse_twins(labels: Sequence[tuple[int, str]]) -> None:
    seen: dict[str, int] = {}
    for number, label in labels:
        if label in seen:
            raise LineFault(f"同じ選択肢が2つあります（{seen[label]}行目と同じ「{label[:20]}」）。", number)
        seen[label] = number
