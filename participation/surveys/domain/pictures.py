"""Pictures beside questions and options (設問の画像): which files may be one, and where one stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from participation.foundation.errors import Refused
from participation.foundation.pictures import bare
from participation.surveys.domain.answers import Questionnaire
from participation.surveys.domain.kinds import AnySpec, read_spec

MOST_BYTES = 2 * 1024 * 1024
#: Neither side may have more pixels: no screen shows them, and a telephone would wait for them.
MOST_SIDE = 5000
#: The room in which they are kept.
PICTURE_ROOM = "survey-pictures"
NAMES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WebP"}
_FIELDS = ("options", "rows", "columns")


@dataclass(frozen=True)
class Picture:
    """What a picture is, by its content: its name is not asked."""

    media_type: str
    width: int
    height: int


def check_picture(content: bytes) -> Picture:
    """Return what a picture is; raises Refused with what to do."""
    if not content:
        raise Refused("ファイルが空です。ほかのファイルを選んでください。", field="picture")
    if len(content) > MOST_BYTES:
        raise Refused(
            f"画像は1枚{MOST_BYTES // 1024 // 1024}MBまでです。小さくしてから選んでください。",
            field="picture",
        )
    picture = _read(content)
    if picture is None:
        raise Refused("画像は、PNG・JPEG・WebPのファイルを選んでください。", field="picture")
    if min(picture.width, picture.height) < 1 or not _is_whole(content):
        raise Refused("画像を読み取れませんでした。こわれていないか確かめてください。", field="picture")
    if max(picture.width, picture.height) > MOST_SIDE:
        raise Refused(
            f"画像が大きすぎます（{picture.width}×{picture.height}画素）。"
            f"縦と横を{MOST_SIDE}画素までに縮めてから選んでください。",
            field="picture",
        )
    return picture


def take_picture(content: bytes) -> bytes:
    """Return a picture as it is kept: without what the camera wrote beside it; raises Refused with what to do."""
    check_picture(content)
    try:
        return bare(content)
    except Refused as refusal:
        raise Refused(refusal.reason, field="picture") from refusal


def _read(content: bytes) -> Picture | None:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Picture("image/png", _big(content[16:20]), _big(content[20:24]))
    if content.startswith(b"\xff\xd8\xff"):
        return Picture("image/jpeg", *_size_of_jpeg(content))
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return Picture("image/webp", *_size_of_webp(content))
    return None


def _is_whole(content: bytes) -> bool:
    """Whether a picture ends as its form says: what broke off on the way is shown and printed by nobody."""
    if content.startswith(b"RIFF"):
        return len(content) >= _little(content[4:8]) + 8
    if content.startswith(b"\xff\xd8"):
        return b"\xff\xd9" in content[-1024:]
    return b"IEND" in content[-1024:]


def _size_of_jpeg(content: bytes) -> tuple[int, int]:
    place = 2
    while place + 9 <= len(content) and content[place] == 0xFF:
        mark = content[place + 1]
        if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC):
            return _big(content[place + 7 : place + 9]), _big(content[place + 5 : place + 7])
        place += 2 + max(_big(content[place + 2 : place + 4]), 2)
    return 0, 0


def _size_of_webp(content: bytes) -> tuple[int, int]:
    """Return the size of a WebP of any of its three forms; raises Refused for one that moves."""
    form = content[12:16]
    if form == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        return _little(content[26:28]) & 0x3FFF, _little(content[28:30]) & 0x3FFF
    if form == b"VP8L" and content[20:21] == b"\x2f":
        sizes = _little(content[21:25])
        return 1 + (sizes & 0x3FFF), 1 + (sizes >> 14 & 0x3FFF)
    if form == b"VP8X" and len(content) >= 30:
        if content[20] & 0x02:
            raise Refused("動く画像は使えません。止まった画像を選んでください。", field="picture")
        return 1 + _little(content[24:27]), 1 + _little(content[27:30])
    return 0, 0


def _big(number: bytes) -> int:
    return int.from_bytes(number, "big")


def _little(number: bytes) -> int:
    return int.from_bytes(number, "little")


def pictures_in(questionnaire: Questionnaire) -> dict[str, list[str]]:
    """Return public id of a picture → where it stands, as people read it (「問3」「問3の選択肢」)."""
    found: dict[str, list[str]] = {}
    numbers = questionnaire.numbers()
    for question in questionnaire.questions:
        name = numbers.get(question.code, "説明")
        if question.image:
            found.setdefault(question.image, []).append(name)
        for image, label in _in_settings(question.spec):
            found.setdefault(image, []).append(f"{name}「{label}」")
    return found


def _in_settings(spec: AnySpec) -> Iterator[tuple[str, str]]:
    for field in _FIELDS:
        for each in getattr(spec, field, ()):
            if each.image:
                yield each.image, each.label


def with_other_picture(spec: AnySpec, before: str, after: str, words: str) -> AnySpec:
    """Return the settings with another picture wherever one stands; "" takes it away."""
    stored: dict[str, Any] = spec.model_dump(mode="json")
    for field in _FIELDS:
        for each in stored.get(field, ()):
            if isinstance(each, Mapping) and each.get("image") == before:
                each["image"], each["image_text"] = after, words if after else ""  # type: ignore[index]
    return read_spec(stored)
