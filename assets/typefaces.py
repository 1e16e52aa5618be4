"""Makes static/fonts of the typefaces' own files: what a PDF does not need is left out.

    npm pack @expo-google-fonts/biz-udpgothic@0.4.2 @expo-google-fonts/noto-sans-jp@0.4.3 \\
        @expo-google-fonts/noto-sans-sc@0.4.3 @expo-google-fonts/noto-sans-kr@0.4.3 @expo-google-fonts/noto-emoji@0.4.7
    python assets/typefaces.py FOLDER_WITH_THE_UNPACKED_TTF_FILES static/fonts

Needs fonttools, which the site does not: run by hand, once for each new version of a typeface. Then
write the sums into static/fonts/README.md.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

#: Letters of Vietnamese and of other languages in Latin script; parts of Korean letters.
_LATIN = {*range(0x0100, 0x0250), *range(0x1E00, 0x1F00)}
_JAMO = {*range(0x1100, 0x1200), *range(0x3130, 0x3190)}
_DROPPED = ["vhea", "vmtx", "VORG", "BASE", "meta"]


def main(source: Path, target: Path) -> None:
    """Write the four files."""
    found = {path.name: path for path in source.rglob("*.ttf")}
    regular, bold = found["BIZUDPGothic_400Regular.ttf"], found["BIZUDPGothic_700Bold.ttf"]
    more, emoji = found["NotoSansJP_400Regular.ttf"], found["NotoEmoji_400Regular.ttf"]
    chinese, korean = found["NotoSansSC_400Regular.ttf"], found["NotoSansKR_400Regular.ttf"]
    first, second = characters(regular), characters(more)
    third = {c for c in characters(chinese) - first - second if has(c, "gb2312") or c in _LATIN}
    fourth = {c for c in characters(korean) - first - second - third if has(c, "euc_kr") or c in _JAMO}
    known = first | second | third | fourth
    shrink(regular, target / "BIZUDPGothic-Regular.ttf", first, ["kern", "mark", "mkmk", "ccmp"])
    shrink(bold, target / "BIZUDPGothic-Bold.ttf", first, ["kern", "ccmp"])
    shrink(more, target / "NotoSansJP-Rest.ttf", second - first, ["ccmp"])
    shrink(chinese, target / "NotoSansSC-Rest.ttf", third, ["ccmp"])
    shrink(korean, target / "NotoSansKR-Rest.ttf", fourth, ["ccmp"])
    shrink(emoji, target / "NotoEmoji.ttf", {c for c in characters(emoji) - known if c > 0x7F}, ["ccmp"])


def characters(path: Path) -> set[int]:
    """Return the characters of a typeface."""
    return set(TTFont(path, lazy=True).getBestCmap())


def has(character: int, encoding: str) -> bool:
    """Return whether an encoding, and with it everyday writing, has a character."""
    try:
        # Four bytes and more build a character of its parts, which nobody writes every day.
        return len(chr(character).encode(encoding)) <= 2
    except UnicodeEncodeError:
        return False


def shrink(source: Path, target: Path, wanted: set[int], features: list[str]) -> None:
    """Write a typeface with only some characters, without hinting and vertical forms."""
    options = subset.Options()
    options.hinting, options.notdef_outline, options.name_IDs = False, True, ["*"]
    options.layout_features = features
    options.drop_tables += _DROPPED
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    subset.save_font(font, str(target), options)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
