"""Files of ballots (票のファイル): what can be read, by the ending of the name, and what can be written."""

from __future__ import annotations

from participation.votes.domain.ballots import Election
from participation.votes.domain.files.lines import BadFile, Problem
from participation.votes.domain.files.own import read_own, write_own
from participation.votes.domain.files.pabulib import PABULIB, read_pabulib, write_pabulib
from participation.votes.domain.files.preflib import PREFLIB, read_preflib, write_preflib

__all__ = [
    "ENDINGS",
    "BadFile",
    "Problem",
    "read_ballots",
    "write_own",
    "write_pabulib",
    "write_preflib",
]

ENDINGS = (*PREFLIB, *PABULIB, "json")


def read_ballots(content: bytes, name: str) -> Election:
    """Return the ballots of a file, whose format is told by the ending of its name; raises BadFile."""
    ending = name.rpartition(".")[2].lower()
    if ending in PREFLIB:
        return read_preflib(content, ending)
    if ending in PABULIB:
        return read_pabulib(content)
    if ending == "json":
        return read_own(content)
    endings = "、".join(f".{known}" for known in ENDINGS)
    raise BadFile([Problem(0, f"読めるファイルは {endings} です。ファイル名の終わりを確かめてください。")])
