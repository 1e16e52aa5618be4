"""Computing with one thread: the same data give the same result on every machine of a kind."""

from __future__ import annotations

import os
from collections.abc import MutableMapping

_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def compute_with_one_thread(environ: MutableMapping[str, str]) -> None:
    """Let this process compute with one thread, unless its surroundings say otherwise; before numpy is read."""
    for name in _VARIABLES:
        environ.setdefault(name, "1")


def with_one_thread(*command: str) -> list[str]:
    """Return a command changed so that one thread computes; it is set before numpy is read.

    With more, sums come out in another order, and with them the last digits; and two that wait for each
    other over small tables take four times the CPU.
    """
    set_to_one = ["env", *(f"{name}=1" for name in _VARIABLES)] if os.name == "posix" else []
    return [*set_to_one, *command]
