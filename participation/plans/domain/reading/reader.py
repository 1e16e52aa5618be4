"""Reader (読み取り): from the bytes of any document to a checked plan tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from participation.foundation.lazily import lazily
from participation.plans.domain.encoding import decode
from participation.plans.domain.reading.fields import field_of
from participation.plans.domain.reading.raw import read_raw
from participation.plans.domain.reading.table import read_table
from participation.plans.domain.reading.yaml_text import read_yaml
from participation.plans.domain.tree import DocumentForm, PlanTree, Problem, Unreadable, check

if TYPE_CHECKING:
    from participation.plans.domain.reading import markdown
else:
    markdown = lazily("participation.plans.domain.reading.markdown")

_ENDINGS = {
    ".csv": DocumentForm.CSV,
    ".tsv": DocumentForm.CSV,
    ".md": DocumentForm.MARKDOWN,
    ".markdown": DocumentForm.MARKDOWN,
    ".yaml": DocumentForm.YAML,
    ".yml": DocumentForm.YAML,
}
_READERS = {
    DocumentForm.RAW: read_raw,
    DocumentForm.CSV: read_table,
    DocumentForm.MARKDOWN: lambda text, **options: markdown.read_markdown(text, **options),
    DocumentForm.YAML: read_yaml,
}
FORMS_TO_CHOOSE = (DocumentForm.RAW, DocumentForm.CSV, DocumentForm.MARKDOWN, DocumentForm.YAML)


def read_document(
    content: bytes, filename: str = "", *, title: str = "", prefix: str = "", form: DocumentForm | None = None
) -> PlanTree:
    """Read a document in any form and refuse it, with lines, when it is no plan."""
    decoded = decode(content)
    form = form or form_of(decoded.text, filename)
    reader = _READERS.get(form)
    if reader is None:
        raise Unreadable(Problem(None, "この形のファイルは1つだけでは読めません。"))
    return check(reader(decoded.text, title=title.strip(), prefix=prefix, encoding=decoded.encoding))


def form_of(text: str, filename: str) -> DocumentForm:
    """The form by the file's ending; text files are looked into."""
    dot = filename.rfind(".")
    ending = filename[dot:].casefold() if dot >= 0 else ""
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    head = text[:20_000].split("\n")
    first = head[0]
    for sign in (",", "\t"):
        names = [name.strip().strip('"') for name in first.split(sign)]
        if len(names) >= 3 and sum(1 for name in names if field_of(name)) >= 2:
            return DocumentForm.CSV
    if sum(1 for line in head if line.startswith(("# ", "## ", "### "))) >= 2:
        return DocumentForm.MARKDOWN
    return DocumentForm.RAW
