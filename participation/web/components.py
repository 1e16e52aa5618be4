"""What templates may use besides the components: filters for text, dates and numbers, and `can`."""

from __future__ import annotations

import re

from flask import Flask, current_app
from jinja2 import StrictUndefined
from markupsafe import Markup, escape

from participation.foundation import clock
from participation.foundation.text import excerpt
from participation.i18n import furigana
from participation.i18n.dates import (
    date_ja,
    date_short,
    datetime_ja,
    datetime_short,
    deadline_ja,
    deadline_short,
    last_day_ja,
    with_western_years,
)
from participation.web.access import can, current_actor
from participation.web.addresses import full_url

#: An address on the web that a person wrote, up to a character that ends it in Japanese text.
_ADDRESS = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]{2,500}")
_TRAILING = ".,;:!?)]'\""


def init_app(app: Flask) -> None:
    """Register filters and globals; a name that does not exist is an error, not an empty string."""
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(
        date_ja=date_ja,
        date_short=date_short,
        deadline_ja=deadline_ja,
        deadline_short=deadline_short,
        datetime_ja=datetime_ja,
        datetime_short=datetime_short,
        excerpt=excerpt,
        last_day_ja=last_day_ja,
        number=number,
        paragraphs=paragraphs,
        readings=readings,
        with_readings=with_readings,
        with_western_years=with_western_years,
        without_readings=furigana.without_readings,
    )
    environment.globals.update(
        can=can,
        current_actor=current_actor,
        full_url=full_url,
        has_page=has_page,
        now=clock.now,
        site=app.config["SITE"],
        today=clock.today,
    )


def number(value: int) -> str:
    """Return 1,284."""
    return f"{value:,}"


def has_page(endpoint: str) -> bool:
    """Return whether this deployment has the page (a surface may lack it)."""
    return endpoint in current_app.view_functions


def paragraphs(text: str) -> Markup:
    """Return what a person wrote as paragraphs: escaped, line breaks kept, web addresses as links."""
    blocks = re.split(r"\n\s*\n", text.strip("\n"))
    return Markup("").join(Markup("<p>") + _with_links(block) + Markup("</p>") for block in blocks if block)


def with_readings(text: str) -> Markup:
    """Return paragraphs in which ｜漢字《かんじ》 is ruby; all else as :func:`paragraphs` does it."""
    blocks = re.split(r"\n\s*\n", text.strip("\n"))
    return Markup("").join(
        Markup("<p>")
        + Markup("").join(
            furigana.ruby(words, reading) if reading else _with_links(words)
            for words, reading in furigana.pieces(block)
        )
        + Markup("</p>")
        for block in blocks
        if block
    )


def readings(text: str) -> Markup:
    """Return a few words (a label, a heading) in which ｜漢字《かんじ》 is ruby, escaped."""
    return Markup("").join(
        furigana.ruby(words, reading) if reading else escape(words)
        for words, reading in furigana.pieces(text)
    )


def _with_links(block: str) -> Markup:
    parts: list[Markup] = []
    position = 0
    for found in _ADDRESS.finditer(block):
        address = found.group().rstrip(_TRAILING)
        parts.append(escape(block[position : found.start()]))
        parts.append(Markup('<a href="{0}" rel="nofollow ugc noopener">{0}</a>').format(address))
        position = found.start() + len(address)
    parts.append(escape(block[position:]))
    return Markup("").join(parts).replace("\n", Markup("<br>"))
