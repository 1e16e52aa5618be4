"""Files of Polis: what is written is read back; wrong files are refused in a sentence; few people are left out."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest

from participation.foundation.errors import Refused
from participation.opinion_map.domain import polis_files
from participation.opinion_map.domain.apart import as_file
from participation.opinion_map.domain.picture import Wording, draw
from tests.opinion_map.test_domain_picture import camps
from tests.support.builders.opinion_map import computed

AT = datetime(2026, 11, 22, tzinfo=UTC)
COMMENTS = b"comment-id,moderated,comment-body\n1,1,=cmd\n2,-1,two\n"


@pytest.fixture(scope="module")
def votes():
    return camps()


@pytest.fixture(scope="module")
def found(votes):
    return computed(as_file(votes))


@pytest.fixture(scope="module")
def picture(found):
    return draw(found, [Wording(n, "=SUM(1)" if n == 1 else f"文{n}") for n in range(1, 13)], {})


def test_what_is_written_is_read_back_from_either_form_of_votes(found, picture, votes):
    comments = polis_files.comments_csv(picture, AT).encode()
    for table in (polis_files.votes_csv(votes, AT), polis_files.participants_votes_csv(found, votes)):
        taken = polis_files.read_files(comments, table.encode("utf-8-sig"))
        assert [each.text for each in taken.statements][:2] == ["=SUM(1)", "文2"]
        assert len(taken.votes) == len(votes)
        assert sorted(value for _, _, value in taken.votes) == sorted(value for _, _, value in votes)


def test_neither_pseudonyms_nor_moments_of_votes_are_given_and_small_groups_stay_empty(found, picture, votes):
    small = {**found, "groups": [found["groups"][0], {"members": found["groups"][1]["members"][:3]}]}
    table = polis_files.participants_votes_csv(small, votes)
    rows = list(csv.DictReader(io.StringIO(table)))
    assert {row["group-id"] for row in rows} == {"0", ""}
    everything = table + polis_files.votes_csv(votes, AT) + polis_files.summary_csv("問い", "/x", picture)
    assert "p00" not in everything
    assert {row["timestamp"] for row in csv.DictReader(io.StringIO(polis_files.votes_csv(votes, AT)))} == {
        str(int(AT.timestamp() * 1000))
    }


def test_the_hierarchy_names_every_statement_once_and_its_counts_are_whole(found, picture):
    written = polis_files.hierarchical_result(found, picture, "問い")
    assert len(written["arguments"]) == written["comment_num"] == 12
    first, *others = written["clusters"]
    assert first["value"] == sum(each["value"] for each in others) == 12
    known = {each["id"] for each in written["clusters"]}
    assert all(set(each["cluster_ids"]) <= known for each in written["arguments"])


@pytest.mark.parametrize(
    ("comments", "votes"),
    [
        (b"a,b\n1,2\n", b"voter-id,comment-id,vote\n1,1,1\n"),
        (COMMENTS, b"voter-id,comment-id,vote\n1,1,maybe\n"),
        (COMMENTS, b"who,comment-id,vote\n1,1,1\n"),
        (COMMENTS, b"participant,group-id\n1,0\n"),
        (COMMENTS, b"participant,1\n1,5\n"),
        (COMMENTS + b"1,1,again\n", b"voter-id,comment-id,vote\n1,1,1\n"),
        (b"comment-id,comment-body\nx,y\n", b"voter-id,comment-id,vote\n1,1,1\n"),
        (b"", b""),
        (b"\xff\xfe\x00", b"\x00"),
        (COMMENTS, b"participant,1\n,1\n"),
        (COMMENTS, b"participant,1\n1," + b"x" * 1_000_000 + b"\n"),
        (b"comment-id,comment-body\n1," + b"x" * 1_000_000 + b"\n", b"voter-id,comment-id,vote\n1,1,1\n"),
    ],
)
def test_a_wrong_file_is_refused_in_a_sentence(comments, votes):
    with pytest.raises(Refused) as refused:
        polis_files.read_files(comments, votes)
    assert refused.value.reason.endswith("。")
    assert len(refused.value.reason) < 200


def test_votes_on_statements_that_are_not_in_the_table_are_counted_but_not_taken():
    taken = polis_files.read_files(COMMENTS, b"voter-id,comment-id,vote\n1,1,1\n1,7,1\n2,2,-1\n")
    assert (taken.unknown, taken.votes) == (1, (("1", 1, 1), ("2", 2, -1)))
    assert [each.is_removed for each in taken.statements] == [False, True]
