"""Writing papers into files."""

from __future__ import annotations

import csv
import io

import pytest

from participation.papers.files import FORM_NAMES, CannotWrite, Form, lost_in_table, write
from participation.papers.paper import Row
from tests.support.papers import a_paper


@pytest.mark.parametrize("form", list(Form))
def test_each_form_is_written_and_named(form, tmp_path):
    path = tmp_path / f"結果.{form}"
    done = write(a_paper(), form, path)
    assert done.size == path.stat().st_size > 100
    assert not done.lost
    assert form in FORM_NAMES
    assert list(tmp_path.iterdir()) == [path]


def test_a_csv_file_opens_in_a_spreadsheet_and_no_cell_is_run(tmp_path):
    write(a_paper(), Form.CSV, tmp_path / "a.csv")
    raw = (tmp_path / "a.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert rows[0] == ["No.", "意見", "件数"]
    assert rows[1][1].startswith("'=HYPERLINK")
    assert rows[1][2] == "0"


def test_in_cp932_what_has_no_sign_becomes_a_geta_and_is_counted(tmp_path):
    done = write(a_paper([(1, "𠮷と〜🙂🙂", 1)]), Form.CSV, tmp_path / "a.csv", in_cp932=True)
    assert done.lost == {"𠮷": 1, "🙂": 2}
    assert "〓と～〓〓" in (tmp_path / "a.csv").read_bytes().decode("cp932")
    assert lost_in_table(a_paper([(1, "𠮷", 1)])) == {"𠮷": 1}


def test_only_csv_and_text_have_an_encoding_to_choose(tmp_path):
    assert write(a_paper(), Form.TXT, tmp_path / "a.txt", in_cp932=True).lost
    with pytest.raises(CannotWrite, match="CSVとテキストだけ"):
        write(a_paper(), Form.PDF, tmp_path / "a.pdf", in_cp932=True)


def test_a_file_that_cannot_be_finished_leaves_the_old_one_as_it_was(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("前のファイル", "utf-8")

    def broken():
        yield Row((1, "あ", 1))
        raise OSError(28, "No space left on device")

    with pytest.raises(CannotWrite, match="書けませんでした"):
        write(a_paper(rows=broken), Form.CSV, path)
    assert path.read_text("utf-8") == "前のファイル"
    assert list(tmp_path.iterdir()) == [path]
    write(a_paper(), Form.CSV, path)
    assert "前のファイル" not in path.read_text("utf-8")


def test_a_missing_folder_and_a_folder_in_place_of_a_file_are_named(tmp_path):
    with pytest.raises(CannotWrite, match=r"フォルダ「.*ない場所」がありません"):
        write(a_paper(), Form.CSV, tmp_path / "ない場所" / "a.csv")
    with pytest.raises(CannotWrite, match="はフォルダです"):
        write(a_paper(), Form.CSV, tmp_path)


def test_a_long_paper_is_written_row_by_row(tmp_path):
    """The rows are asked for while the file grows: no list of them is ever made."""
    path, seen = tmp_path / "a.txt", []

    def rows():
        for number in range(3000):
            files = [each.stat().st_size for each in tmp_path.rglob("unfinished")]
            seen.append(files[0] if files else 0)
            yield Row((number, "い" * 100, 1))

    write(a_paper(rows=rows), Form.TXT, path)
    assert seen[-1] > seen[0] + 100_000
