"""The command line in Japanese (命令の言葉): what Click says by itself of usage, options and mistakes.

Click asks the standard library's gettext, which would want a compiled catalogue and the environment of
whoever types. The words are few; they are given to Click here, once, for all commands. What a newer Click
says besides stays as it is.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

#: Modules of Click that speak to people.
_MODULES = ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types")

WORDS = {
    "Usage:": "使い方:",
    "Options": "オプション",
    "Commands": "命令",
    "Show this message and exit.": "この説明を表示して終わる",
    "Show the version and exit.": "版を表示して終わる",
    "Try '{command} {option}' for help.": "説明は '{command} {option}' で読めます。",
    "Error: {message}": "エラー: {message}",
    "Aborted!": "中止しました。",
    "Invalid value: {message}": "指定が正しくありません。{message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} の指定が正しくありません。{message}",
    "Missing argument": "足りない引数:",
    "Missing option": "足りないオプション:",
    "Missing parameter": "足りない指定:",
    "Missing parameter: {param_name}": "足りない指定: {param_name}",
    "Missing command.": "命令を書いてください。",
    "Missing {param_type}": "足りない指定（{param_type}）:",
    "Choose from:\n\t{choices}": "次から選びます:\n\t{choices}",
    "No such command {name!r}.": "{name!r} という命令はありません。",
    "No such option {name!r}.": "{name!r} というオプションはありません。",
    "Option {name!r} does not take a value.": "オプション {name!r} に値は付けられません。",
    "Could not open file {filename!r}: {message}": "ファイル {filename!r} を開けません。{message}",
    "unknown error": "理由は分かりません",
    "{name} {filename!r} does not exist.": "{name} {filename!r} がありません。",
    "{name} {filename!r} is a directory.": "{name} {filename!r} はフォルダです。",
    "{name} {filename!r} is a file.": "{name} {filename!r} はファイルです。",
    "{name} {filename!r} is not readable.": "{name} {filename!r} を読めません。",
    "{name} {filename!r} is not writable.": "{name} {filename!r} に書けません。",
    "file": "ファイル",
    "directory": "フォルダ",
    "path": "ファイルかフォルダ",
    "{value!r} is not a valid {number_type}.": "{value!r} は数（{number_type}）ではありません。",
    "{value} is not in the range {range}.": "{value} は範囲（{range}）の外です。",
    "{value!r} is not a valid boolean. Recognized values: {states}": "{value!r} は、はい・いいえではありません。書けるもの: {states}",
    "default: {default}": "指定しないとき: {default}",
    "required": "必ず書く",
    "Do you want to continue?": "続けますか。",
    "Repeat for confirmation": "確認のため、もう一度",
    "Error: The two entered values do not match.": "エラー: 2回の入力が違います。",
    "Error: invalid input": "エラー: 入力が正しくありません",
    "Got unexpected extra argument ({args})": "余分な引数があります（{args}）。",
    "Got unexpected extra arguments ({args})": "余分な引数があります（{args}）。",
    "Takes {nargs} values but 1 was given.": "値は{nargs}つですが、1つだけ書かれています。",
    "Takes {nargs} values but {len} were given.": "値は{nargs}つですが、{len}つ書かれています。",
    "Option {name!r} requires an argument.": "オプション {name!r} の後に値を書いてください。",
    "Option {name!r} requires {nargs} arguments.": "オプション {name!r} の後に値を{nargs}つ書いてください。",
    "{value!r} is not {choice}.": "{value!r} は選べません。選べるもの: {choice}",
    "{value!r} is not one of {choices}.": "{value!r} は選べません。選べるもの: {choices}",
    "{value!r} does not match the format {format}.": "{value!r} は {format} の形ではありません。",
    "{value!r} does not match the formats {formats}.": "{value!r} は、どの形でもありません: {formats}",
    "Did you mean {possibility}?": "{possibility} のことですか。",
    "(Did you mean one of: {possibilities}?)": "（{possibilities} のどれかですか。）",
}


def in_japanese(message: str) -> str:
    """Return what Click wants to say in Japanese; what is not known stays as it is."""
    return WORDS.get(message, message)


def _one_or_many(one: str, many: str, count: int) -> str:
    return in_japanese(one if count == 1 else many)


def speak_japanese() -> None:
    """Let Click speak Japanese in this process. Doing it again changes nothing."""
    for name in _MODULES:
        module: Any = import_module(f"click.{name}")
        if hasattr(module, "_"):
            module._ = in_japanese
        if hasattr(module, "ngettext"):
            module.ngettext = _one_or_many
