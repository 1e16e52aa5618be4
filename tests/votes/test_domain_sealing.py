"""Seals, the chain, and trees as in RFC 6962, beside their definition."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from participation.votes.domain.sealing import (
    BEGINNING,
    Link,
    Tree,
    plain_receipt,
    printed_receipt,
    receipt_hash,
    root_from,
    seal_of,
)


def entries(number):
    return [hashlib.sha256(str(each).encode()).hexdigest() for each in range(number)]


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def mth(found):
    """RFC 6962, 2.1: the Merkle Tree Hash, word for word."""
    if not found:
        return sha()
    if len(found) == 1:
        return sha(b"\x00", found[0])
    k = 1
    while k * 2 < len(found):
        k *= 2
    return sha(b"\x01", mth(found[:k]), mth(found[k:]))


def path(m, found):
    """RFC 6962, 2.1.1: the Merkle audit path."""
    if len(found) == 1:
        return []
    k = 1
    while k * 2 < len(found):
        k *= 2
    if m < k:
        return [*path(m, found[:k]), mth(found[k:])]
    return [*path(m - k, found[k:]), mth(found[:k])]


@settings(max_examples=40)
@given(st.integers(0, 70), st.data())
def test_root_and_proof_are_those_of_the_definition_and_prove_nothing_else(number, data):
    found = entries(number)
    tree, raw = Tree(found), [bytes.fromhex(each) for each in found]
    assert tree.root == mth(raw).hex()
    if not number:
        return
    index = data.draw(st.integers(0, number - 1))
    proof = tree.proof(index)
    assert proof == [each.hex() for each in path(index, raw)]
    assert root_from(found[index], index, number, proof) == tree.root
    assert root_from(hashlib.sha256(b"another").hexdigest(), index, number, proof) != tree.root
    assert root_from(found[index], index, number, [*proof, found[0]]) != tree.root
    if number > 1:
        assert root_from(found[index], (index + 1) % number, number, proof) != tree.root


def test_the_known_roots_of_the_certificate_transparency_test_vectors():
    """The empty tree and the eight leaves with which implementations of RFC 6962 are tested."""
    leaves = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    assert Tree([]).root == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert Tree(leaves[:1]).root == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert Tree(leaves[:3]).root == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"
    assert Tree(leaves).root == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_every_word_of_a_link_is_in_its_head():
    link = Link("v", 2, "2026-11-22", BEGINNING, ("a", "b"), ("c",))
    changes = [
        {"vote": "w"}, {"number": 3}, {"day": "2026-11-23"}, {"previous": "1" * 64},
        {"added": ("a",)}, {"removed": ()}, {"added": ("a", "b", "c"), "removed": ()},
    ]  # fmt: skip
    assert len({link.head, *(replace(link, **change).head for change in changes)}) == 1 + len(changes)
    assert replace(link, added=("b", "a")).head == link.head, "the order in which seals came is not in it"


def test_a_receipt_is_the_same_however_it_is_typed_and_a_seal_says_nothing_without_its_salt():
    code = "k7q2bcdfghjkmnpqrstvwxyz2345"
    assert plain_receipt(printed_receipt(code).upper() + " ") == code
    assert receipt_hash(printed_receipt(code)) == hashlib.sha256(code.encode()).hexdigest()
    assert seal_of("one", "o1") != seal_of("other", "o1")
