"""Asking a language model over real HTTP: one answer, or a sentence that staff can do something with."""

from __future__ import annotations

import threading

import pytest

from participation.reading.domain.asking import MOST_BYTES, NoAnswer, Server, ask
from tests.support.language_model import a_language_model, cut_short, says, whole

MESSAGES = [{"role": "user", "content": "区報の字を大きく"}]


@pytest.fixture(scope="module")
def model():
    with a_language_model() as running:
        yield running


def asked(model, *, key="", timeout=5.0, pauses=None):
    return ask(
        Server(model.url, "small", key, timeout),
        MESSAGES,
        100,
        pause=(pauses if pauses is not None else []).append,
    )


def test_the_question_goes_to_the_server_as_it_is_and_the_answer_comes_back_whole(model):
    model.will(says("はい。"))
    answer = asked(model, key="geheim")
    assert answer.text == "はい。"
    assert '"choices"' in answer.raw
    last = model.asked[-1]
    assert (last["path"], last["model"], last["messages"]) == ("/v1/chat/completions", "small", MESSAGES)
    assert (last["max_tokens"], last["temperature"], last["stream"]) == (100, 0, False)
    assert model.keys[-1] == "Bearer geheim"
    asked(model)
    assert model.keys[-1] == ""


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (whole({}, 500), "サーバーの側で誤り"),
        (whole({}, 503), "サーバーの側で誤り"),
        (whole({}, 400), "受け付けませんでした"),
        (whole({}, 401), "鍵が合いません"),
        (whole({}, 403), "許していません"),
        (whole({}, 404), "そのモデルか受け口がありません"),
        (whole({}, 418), "断りました（418）"),
        (whole({}, 302, Location="http://127.0.0.1:9/elsewhere"), "決めた場所のほかには送りません"),
        (whole(b"<html>"), "形が決まりと違います"),
        (whole({"choices": []}), "形が決まりと違います"),
        (whole([1, 2]), "形が決まりと違います"),
        (whole({"choices": [{"message": {"content": None}}]}), "文章がありません"),
        (whole({"choices": [{"message": {"content": "  "}}]}), "文章がありません"),
        (whole(b"\xff\xfe\xff"), "文字として読めません"),
        (whole(b"[" * 100_000), "形が決まりと違います"),
        (whole(b" " * (MOST_BYTES + 20_000)), "長すぎます"),
        (says("途中まで", finish="length"), "途中で切れました"),
        (cut_short, "途中で切れました"),
    ],
)
def test_whatever_comes_back_instead_is_told_in_words(model, reply, said):
    model.will(reply)
    with pytest.raises(NoAnswer, match=said):
        asked(model)


def test_a_busy_server_is_asked_again_a_little_later_and_not_for_ever(model):
    model.will(whole({}, 429, Retry_After="3"), says("空きました"))
    pauses = []
    assert asked(model, pauses=pauses).text == "空きました"
    assert pauses == [3.0]
    model.will(whole({}, 429, Retry_After="99999999"), whole({}, 429, Retry_After="900"), whole({}, 429))
    pauses.clear()
    with pytest.raises(NoAnswer, match="混み合っています"):
        asked(model, pauses=pauses)
    assert pauses == [2.0, 20.0]


def test_a_server_that_says_nothing_is_not_waited_for_longer_than_was_set(model):
    ended = threading.Event()
    model.will(lambda request: ended.wait(5))
    with pytest.raises(NoAnswer, match="決めた時間のうちに"):
        asked(model, timeout=0.1)
    ended.set()


def test_a_server_that_is_not_there_is_told_of():
    with pytest.raises(NoAnswer, match="つながりません"):
        ask(Server("http://127.0.0.1:1/v1", "small"), MESSAGES, 10)
