"""What contributions does at start-up: it reads what the ward looks out for, and the windows it names."""

from __future__ import annotations

from flask import Flask

from participation.contributions.domain import (
    ConcernKind,
    Topic,
    known_topics,
    read_topics,
    topics_of,
    use_topics,
)


def register(app: Flask) -> None:
    """Read the ward's words and windows, and let pages offer help."""
    use_topics(read_topics(app.config["WARD"]))
    app.jinja_env.globals["help_for"] = help_for
    app.jinja_env.globals["help_named"] = help_named


def help_for(text: str) -> list[Topic]:
    """Return what is offered at once to somebody whose words sound like a cry for help; empty: nothing."""
    return topics_of(text, ConcernKind.CRY_FOR_HELP)


def help_named(codes: str) -> list[Topic]:
    """Return the topics whose codes a message carries from one page to the next."""
    return [topic for topic in known_topics() if topic.code in codes.split()]
