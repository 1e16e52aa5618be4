"""`python -m bench.rehearsal FILE.csv`: a file of real texts goes the whole way, and nothing may be lost.

The file (a number and a text a row) is taken in, its letters are divided where cuts are proposed, the same words
are bundled, everything is gathered, answered and published; then each text is looked for: it has to be accounted for
exactly once. The ward is made in a folder that is thrown away afterwards; the file is only read.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
from pathlib import Path

from flask_migrate import upgrade

from participation import ward_pack
from participation.access.actors import system
from participation.app import create_app
from participation.foundation.db import transaction
from tests.support.builders.consultations import an_open_consultation, close
from tests.support.builders.replies import an_approver, an_editor
from tests.support.rehearsal import rehearse


def main() -> None:
    """Rehearse, and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.rehearsal", description=__doc__)
    parser.add_argument("file", type=Path, help="CSV with a number and a text a row")
    parser.add_argument("--number", default="id", help="the column with the number")
    parser.add_argument("--body", default="comment", help="the column with the text")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        app = create_app(
            {
                "APP_ENV": "production",
                "DATA_DIR": folder,
                "DATABASE_URL": f"sqlite:///{folder}/participation.sqlite3",
                "MAIL_TRANSPORT": "memory",
                "PUBLIC_URL": "http://127.0.0.1",
                "SECRET_KEY": "bench-only-bench-only-bench-only-bench",
                "JOBS_INSIDE": "0",
            }
        )
        with app.app_context():
            upgrade()
            with transaction():
                ward_pack.load(app.config["WARD"], by=system("bench"))
            figures = rehearse(
                app,
                an_open_consultation(),
                options.file,
                close=close,
                writer=an_editor(),
                approver=an_approver(),
                number=options.number,
                body=options.body,
            )
    for name, count in figures.counts.items():
        print(f"{name:28}{count:>12,}")
    for name, seconds in figures.seconds.items():
        print(f"{name:28}{seconds:>10.1f} s")
    print(f"{'memory at its highest':28}{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:>9} MB")


if __name__ == "__main__":
    main()
