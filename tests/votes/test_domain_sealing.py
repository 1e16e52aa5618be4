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


#: The vectors that logs of certificates are tested with everywhere (the reference Merkle tree of Certificate
#: Transparency): leaves, the root of the first n of them, and (leaf, n) with its path.
LEAVES = (
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
PATHS = {
    (0, 1): (),
    (0, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (5, 8): (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 3): ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",),
    (1, 5): (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}


def test_trees_and_proofs_are_those_of_the_published_vectors():
    assert tuple(Tree(LEAVES[:size]).root for size in range(9)) == ROOTS
    for (index, size), told in PATHS.items():
        assert tuple(Tree(LEAVES[:size]).proof(index)) == told
        assert root_from(LEAVES[index], index, size, told) == ROOTS[size]
