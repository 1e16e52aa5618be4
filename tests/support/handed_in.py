"""Files as people hand them in: a PDF with words, one that is locked, a photograph with its place."""

from __future__ import annotations

from io import BytesIO

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject


def a_pdf(words: str = "", *, pages: int = 1, author: str = "", password: str = "") -> bytes:
    """A PDF whose last page says these words (in ASCII)."""
    writer = PdfWriter()
    for _ in range(pages):
        page = writer.add_blank_page(width=200, height=200)
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
    )
    stream = DecodedStreamObject()
    stream.set_data(f"BT /F1 12 Tf 10 100 Td ({words}) Tj ET".encode())
    page[NameObject("/Contents")] = stream
    if author:
        writer.add_metadata({"/Author": author})
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def a_photograph(form: str = "JPEG") -> bytes:
    """A small photograph that says where it was taken, held on its side."""
    picture = Image.new("RGB", (40, 20), "green")
    notes = Image.Exif()
    notes[0x0112] = 6
    notes[0x010F] = "Telephone"
    notes.get_ifd(0x8825)[2] = (35.0, 38.0, 0.0)
    out = BytesIO()
    picture.save(out, form, exif=notes, comment=b"at home") if form == "JPEG" else picture.save(
        out, form, exif=notes
    )
    return out.getvalue()
