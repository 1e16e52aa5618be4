"""A program that is begun with one thread computes with one, whatever its surroundings say."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy  # noqa: F401 - what is limited is there once it is read.
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from participation.foundation.one_thread import one_thread, with_one_thread

TELL = "import os; print([os.environ[each] for each in ('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS')])"


@pytest.mark.skipif(os.name != "posix", reason="elsewhere the command is begun as it is")
def test_a_program_that_is_begun_so_has_one_thread_whatever_is_set_around_it():
    command = with_one_thread(sys.executable, "-c", TELL)
    done = subprocess.run(
        command, env={**os.environ, "OMP_NUM_THREADS": "4"}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "['1', '1', '1']"


def test_inside_of_the_block_one_thread_computes_and_afterwards_as_many_as_before():
    def threads():
        return [each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"]

    with threadpool_limits(limits=2):
        with one_thread():
            assert set(threads()) == {1}
        assert set(threads()) == {2}
