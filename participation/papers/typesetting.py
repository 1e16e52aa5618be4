"""Sets a paper in type, in a process of its own: what it needs of memory goes with it.

Run as a file, with the folder of the paper and the folder of the typefaces; it knows nothing of
the program.
"""

from __future__ import annotations

import sys

import typst


def main(folder: str, typefaces: str) -> int:
    """Make paper.pdf of paper.typ and data.json; say on standard error why not."""
    try:
        typst.compile(
            f"{folder}/paper.typ",
            output=f"{folder}/paper.pdf",
            root=folder,
            font_paths=[typefaces],
            ignore_system_fonts=True,
            pdf_standards=["ua-1"],
        )
    except typst.TypstError as error:
        sys.stderr.write(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
