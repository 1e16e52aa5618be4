"""A program that is begun with one thread computes with one, whatever its surroundings say."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from participation.foundation.one_thread import compute_with_one_thread, with_one_thread

TELL = "import os; print([os.environ[each] for each in ('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS')])"


@pytest.mark.skipif(os.name != "posix", reason="elsewhere the command is begun as it is")
def test_a_program_that_is_begun_so_has_one_thread_whatever_is_set_around_it():
    command = with_one_thread(sys.executable, "-c", TELL)
    done = subprocess.run(
        command, env={**os.environ, "OMP_NUM_THREADS": "4"}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "['1', '1', '1']"


def test_a_process_of_the_site_computes_with_one_thread_unless_told_otherwise(app):
    assert os.environ["OPENBLAS_NUM_THREADS"]
    surroundings = {"OPENBLAS_NUM_THREADS": "4"}
    compute_with_one_thread(surroundings)
    assert surroundings == {"OPENBLAS_NUM_THREADS": "4", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
