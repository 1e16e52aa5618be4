"""What the figures should be, and how they turned out: the short table at the end of a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """What one page is made of: queries knowing nothing, queries after a change, bytes of HTML."""

    first: int
    again: int
    size: int


@dataclass(frozen=True)
class Run:
    """One row of the measurements."""

    name: str
    connections: int
    cpu_ms: float
    of_bare: float | None = None


@dataclass(frozen=True)
class Target:
    """One thing that was asked for, with its worst figure."""

    words: str
    measured: float
    limit: float
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        """Whether the worst figure keeps to it."""
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit


def targets(pages: dict[str, Page], runs: Iterable[Run]) -> Iterator[Target]:
    """Give every target with the worst of the figures that it is about."""
    rows = list(runs)

    def cpu(*parts: str) -> float:
        return max(run.cpu_ms for run in rows if all(part in run.name for part in parts))

    for name in ("viewpoint", "thread"):
        guest = [run for run in rows if run.name.startswith(name) and run.name.endswith("guest")]
        ratio = min(run.of_bare or 0 for run in guest)
        yield Target(f"{name} page, guest: share of a bare route", ratio, 0.5, at_least=True)
        yield Target(f"{name} page, guest: CPU ms", max(run.cpu_ms for run in guest), 2)
        yield Target(f"{name} page, member: CPU ms", cpu(name, "member"), 10)
    beginning, middle = cpu("thread, member"), cpu("thread in the middle, member")
    yield Target("middle of the thread beside its beginning, CPU", middle / beginning, 1.25)
    yield Target("post a reply: CPU ms", cpu("post a reply"), 8)
    yield Target("cast a vote: CPU ms", cpu("cast a vote"), 5)
    yield Target("queries of a page after a change", max(page.again for page in pages.values()), 10)
    yield Target("HTML of a page, kB", max(page.size for page in pages.values()) / 1000, 60)


def print_targets(pages: dict[str, Page], runs: Iterable[Run]) -> None:
    """Print target, figure and whether it was met."""
    print(f"\n{'target (worst of all rows)':52}{'wanted':>9}{'measured':>10}  met")
    for target in targets(pages, runs):
        wanted = f"{'≥' if target.at_least else '≤'} {target.limit:g}"
        print(f"{target.words:52}{wanted:>9}{target.measured:>10.2f}  {'yes' if target.is_met else 'NO'}")
