"""Facts announced about contributions."""

from __future__ import annotations

from dataclasses import dataclass

from participation.contributions.domain import Visibility


@dataclass(frozen=True)
class ContributionSaid:
    """Somebody said something."""

    contribution_id: int


@dataclass(frozen=True)
class VisibilityChanged:
    """A contribution may be shown, or no longer."""

    contribution_id: int
    before: Visibility
    after: Visibility


@dataclass(frozen=True)
class ContributionRevised:
    """The author changed the words."""

    contribution_id: int


@dataclass(frozen=True)
class WordsCovered:
    """Words were covered with ■, or stand again: whoever keeps the same texts elsewhere changes them too.

    `texts` are pairs of a whole text before and after, of the same length: the present one, and older ones.
    """

    contribution_id: int
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ContributionAnswered:
    """The ward published its view on what somebody said; `path` is where it stands on this site."""

    contribution_id: int
    path: str
    #: Which point, the reply and what it changes, in the ward's words: what a letter quotes.
    text: str = ""
    #: A reply that stood before was corrected (訂正).
    is_correction: bool = False
    #: The reply in やさしい日本語 and for children, where there is one; readings stand as ｜漢字《かんじ》.
    easy: str = ""
    child: str = ""


@dataclass(frozen=True)
class ContributionFollowedUp:
    """Something moved on that somebody's answered words brought about: a plan's version, a withdrawn reply."""

    contribution_id: int
    title: str
    text: str
    path: str
    #: The answer that stood there was taken back (取下げ).
    ends_answer: bool = False


@dataclass(frozen=True)
class AuthorTold:
    """The ward has something to say to the author about a contribution: what was decided and why."""

    contribution_id: int
    title: str
    text: str
    path: str
