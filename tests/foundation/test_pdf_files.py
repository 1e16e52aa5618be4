"""PDF files are read elsewhere, with little time and memory; what cannot be read is said."""

from __future__ import annotations

import subprocess

import pytest

from participation.foundation import pdf_files
from tests.support.handed_in import a_pdf


def test_pages_words_and_who_made_it_are_read_in_another_process() -> None:
    facts = pdf_files.look_into(a_pdf("Tel 03-1234-5678", pages=3, author="Yamada"))
    assert (facts.pages, facts.is_locked, facts.author) == (3, False, "Yamada")
    assert "03-1234-5678" in facts.texts[2]


def test_two_hundred_pages_are_counted() -> None:
    assert pdf_files.read(a_pdf(pages=200)).pages == 200


def test_a_file_with_a_password_is_known_and_not_read() -> None:
    assert pdf_files.read(a_pdf(password="himitsu")) == pdf_files.PdfFacts(None, is_locked=True)


def test_what_only_begins_as_a_pdf_is_said_to_be_unreadable() -> None:
    assert pdf_files.look_into(b"%PDF-1.7\n...") == pdf_files.UNREADABLE


def test_a_file_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_args: object, **_kwargs: object) -> None:
        raise subprocess.TimeoutExpired("pdf", 1)

    monkeypatch.setattr(subprocess, "run", never)
    assert pdf_files.look_into(b"%PDF-1.7") == pdf_files.UNREADABLE
