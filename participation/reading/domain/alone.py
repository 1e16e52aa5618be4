"""Reading in a process of its own: an order on standard input, the answer as JSON on standard output.

    {"what": "topics", "path": "…/texts.csv", "seed": 0, "only_words": false}

Ends with 1 and a sentence on standard output if the file holds no table of texts.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from participation.foundation.errors import Refused
from participation.opinion_map.domain.alone import peak_megabytes
from participation.reading.domain.bundles import bundles_of
from participation.reading.domain.meaning import by_meaning, by_words
from participation.reading.domain.texts import read_texts
from participation.reading.domain.topics import as_data, find_topics


def answer(order: dict[str, Any]) -> dict[str, Any]:
    """Read, sort, and return what was found with what it took."""
    began = time.process_time()
    read = read_texts(Path(order["path"]))
    if order["what"] == "bundle":
        found: dict[str, Any] = {"bundles": bundles_of(read.texts)}
    else:
        # What a file holds is not remembered: it may be of no concern to this site.
        reader = by_words if order.get("only_words") else by_meaning
        found = as_data(find_topics(read.texts, seed=order["seed"], reader=reader))
    return {
        **found,
        "texts": len(read.texts),
        "warnings": [*read.warnings, *found.get("warnings", ())],
        "seconds": round(time.process_time() - began, 3),
        "peak_mb": round(peak_megabytes(), 1),
    }


def main() -> int:
    """Answer one order."""
    try:
        found = answer(json.load(sys.stdin.buffer))
    except Refused as refusal:
        sys.stdout.buffer.write(refusal.reason.encode("utf-8"))
        return 1
    sys.stdout.buffer.write(json.dumps(found, ensure_ascii=False).encode("utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
