"""Computing with one thread: the same data give the same result on every machine of a kind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from participation.foundation.lazily import lazily

if TYPE_CHECKING:
    import threadpoolctl
else:  # No page needs it.
    threadpoolctl = lazily("threadpoolctl")

_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@contextmanager
def one_thread() -> Iterator[None]:
    """Compute with one thread inside the block, or in the function decorated with it, whatever is set around it."""
    with threadpoolctl.threadpool_limits(limits=1):
        yield


def with_one_thread(*command: str) -> list[str]:
    """Return a command changed so that one thread computes; it is set before numpy is read.

    With more, sums come out in another order, and with them the last digits; and two that wait for each
    other over small tables take four times the CPU.
    """
    set_to_one = ["env", *(f"{name}=1" for name in _VARIABLES)] if os.name == "posix" else []
    return [*set_to_one, *command]
