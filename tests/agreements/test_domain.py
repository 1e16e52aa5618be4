"""What is agreed to is marked by its very words."""

from participation.agreements.domain import words_key


def test_the_mark_is_of_the_words_and_not_of_their_order():
    assert words_key({"a": "一", "b": [1, None]}) == words_key({"b": [1, None], "a": "一"})
    assert words_key({"a": "一"}) != words_key({"a": "一 "})
    assert words_key({"accept": True}) != words_key({"accept": "True"})
