"""Several papers in one ZIP, with a list that says what each is and names its bytes."""

from __future__ import annotations

import hashlib
import json
import zipfile
from datetime import UTC, datetime

import pytest

from participation.papers.files import CannotWrite, Form
from participation.papers.package import MANIFEST, Enclosed, write_package
from participation.papers.paper import Column, Grid, Paper, Row, Sheet

MADE = datetime(2026, 11, 22, 5, 5, tzinfo=UTC)


def a_paper(name="紙"):
    columns = (Column("番号", 4, is_number=True), Column("ことば", 20))

    def rows():
        yield Row((1, "一つ目"))

    return Paper(
        title="題",
        over="案件",
        issuer="さくら区",
        address="http://localhost/x",
        name=name,
        parts=lambda: iter((Grid("", columns, rows),)),
        sheets=(Sheet("表", columns, rows),),
    )


def enclosed():
    return [
        Enclosed(a_paper(), Form.DOCX, "01_起案文", "起案の本文"),
        Enclosed(a_paper(), Form.CSV, "02_一覧", "一覧"),
    ]


def test_the_list_names_every_file_with_its_size_and_hash(tmp_path):
    path = tmp_path / "一式.zip"
    write_package(enclosed(), path, title="一式", issuer="さくら区", made_at=MADE)
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        assert package.namelist() == ["01_起案文.docx", "02_一覧.csv", MANIFEST]
        manifest = json.loads(package.read(MANIFEST))
        for each in manifest["files"]:
            content = package.read(each["name"])
            assert (len(content), hashlib.sha256(content).hexdigest()) == (each["bytes"], each["sha256"])
    assert manifest["made_at"] == "2026-11-22T05:05:00+00:00"
    assert [each["about"] for each in manifest["files"]] == ["起案の本文", "一覧"]
    assert list(tmp_path.iterdir()) == [path], "nothing of the making stays behind"


def test_the_same_tables_at_the_same_moment_are_the_same_bytes(tmp_path):
    one, two = tmp_path / "1.zip", tmp_path / "2.zip"
    for path in (one, two):
        write_package(enclosed()[1:], path, title="一式", issuer="さくら区", made_at=MADE)
    assert one.read_bytes() == two.read_bytes()


def test_a_paper_that_cannot_be_written_is_said(tmp_path):
    broken = Enclosed(a_paper(), Form.CSV, "ない/一覧", "一覧")
    with pytest.raises(CannotWrite):
        write_package([broken], tmp_path / "x.zip", title="x", issuer="x", made_at=MADE)
