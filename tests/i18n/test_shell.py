"""Mistakes on the command line are answered in Japanese, on standard error, with Click's own exit codes."""

from __future__ import annotations

import re

import click
import pytest
from flask import Flask

from participation.i18n import shell


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["opinions", "nope"], "'nope' という命令はありません。"),
        (["opinions", "counts"], "足りない引数: 'CODE'"),
        (["opinions", "counts", "a", "b"], "余分な引数があります（b）。"),
        (
            ["opinions", "counts", "a", "--jsom"],
            "'--jsom' というオプションはありません。 '--json' のことですか。",
        ),
        (["opinions", "import", "nope.csv", "--consultation", "a"], "ファイル 'nope.csv' がありません。"),
        (["opinions", "import", ".", "--consultation", "a"], "ファイル '.' はフォルダです。"),
        (["opinions", "import", __file__], "足りないオプション: '--consultation'"),
        (
            ["opinions", "import", __file__, "--consultation"],
            "オプション '--consultation' の後に値を書いてください。",
        ),
        (["replies", "export", "a", "--format", "odt", "--output", "x"], "'odt' は選べません。選べるもの:"),
        (["audit", "verify", "--anchor", "nope"], "ファイル 'nope' がありません。"),
    ],
)
def test_a_mistake_is_named_in_japanese(app: Flask, args: list[str], says: str) -> None:
    told = app.test_cli_runner().invoke(args=args)
    assert told.exit_code == 2
    assert told.stdout == ""
    assert says in told.stderr
    said = re.sub("'[^']*'", "", told.stderr.partition("エラー:")[2])
    assert not re.search("[A-Za-z]{2,}", said), said


def test_help_is_in_japanese(app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["opinions", "counts", "--help"]).stdout
    for words in ("使い方:", "オプション:", "この説明を表示して終わる"):
        assert words in told
    assert "Usage" not in told


def test_what_is_not_known_stays_as_it_is() -> None:
    assert shell.in_japanese("Something new.") == "Something new."


def test_every_placeholder_of_a_message_is_one_that_click_fills() -> None:
    for english, japanese in shell.WORDS.items():
        assert set(re.findall(r"\{\w+", japanese)) <= set(re.findall(r"\{\w+", english)), english


def test_a_command_made_later_speaks_japanese_too() -> None:
    shell.speak_japanese()
    shell.speak_japanese()
    with pytest.raises(click.UsageError) as raised:
        click.Command("main", params=[click.Argument(["file"])]).main([], standalone_mode=False)
    assert "足りない引数" in raised.value.format_message()
