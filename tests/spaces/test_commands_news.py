"""Local news: composed of what happened in the space, published once, voices shown only while they are public."""

from __future__ import annotations

from datetime import timedelta

import pytest

from participation.contributions import commands as contributions
from participation.contributions.domain import Visibility
from participation.contributions.models import Contribution
from participation.foundation.db import db, transaction
from participation.foundation.errors import Denied, NotFound, Refused
from participation.spaces import commands, queries
from participation.spaces.domain import Consent, NewsSource
from participation.spaces.models import NewsPiece
from tests.support.builders.spaces import OFFICER, a_check, an_issue, an_office_actor, say, the_space
from tests.support.people import a_resident


def a_number(title="夜道のこと"):
    with transaction():
        return commands.begin_news(the_space(), commands.NewsDraft(title, "", ""), by=OFFICER)


def add(news, offered):
    with transaction():
        return commands.add_piece(the_space(), news, offered.source, offered.source_id, by=OFFICER)


def test_agenda_issues_decisions_and_voices_of_the_space_alone_are_offered(app, clock):
    an_issue(code="komaba", title="よその課題")
    check = a_check(an_issue())
    say(check, a_resident(), Consent.CONCERN, "まぶしい")
    with transaction():
        commands.add_agenda_item(the_space(), "夜道について", "話します", by=OFFICER)
    clock.advance(timedelta(days=15))
    with transaction():
        commands.close_check(check, the_space(), "向きを変えて進める", by=OFFICER)
    offered = queries.list_offered_pieces(the_space())
    assert [(each.source, each.heading) for each in offered] == [
        (NewsSource.AGENDA, "夜道について"),
        (NewsSource.ISSUE, "通学路の夜道が暗い"),
        (NewsSource.DECISION, "夜道に明かりを増やす"),
        (NewsSource.VOICE, "夜道に明かりを増やす：「心配」の理由"),
    ]
    assert "同意0人、条件付き0人、心配1人、保留0人" in offered[2].text


def test_numbers_count_up_and_pieces_are_ordered_taken_out_and_limited_to_the_space(app):
    an_issue(title="一つめ")
    an_issue(title="二つめ")
    elsewhere = an_issue(code="komaba")
    assert a_number().number == 1
    news = a_number()
    assert news.number == 2
    for each in queries.list_offered_pieces(the_space()):
        add(news, each)
    with pytest.raises(Refused, match="この空間のもの"), transaction():
        commands.add_piece(the_space(), news, NewsSource.ISSUE, elsewhere.id, by=OFFICER)
    with pytest.raises(Refused, match="見出し"), transaction():
        commands.add_piece(the_space(), news, NewsSource.OWN, None, by=OFFICER)
    pieces = queries.get_news_page(news.public_id, drafts=True).pieces
    with transaction():
        last = db.session.get_one(NewsPiece, pieces[1].id)
        commands.raise_piece(the_space(), news, last, by=OFFICER)
    assert [each.id for each in queries.get_news_page(news.public_id, drafts=True).pieces] == [
        pieces[1].id,
        pieces[0].id,
    ]
    with transaction():
        piece = queries.get_piece(news, pieces[0].id)
        commands.remove_piece(the_space(), news, piece, by=OFFICER)
    assert len(queries.get_news_page(news.public_id, drafts=True).pieces) == 1


def test_a_draft_is_nobody_s_to_read_and_what_is_published_nobody_s_to_change(app):
    an_issue()
    news = a_number()
    with pytest.raises(NotFound):
        queries.get_news_page(news.public_id)
    with pytest.raises(Refused, match="1つ以上"), transaction():
        commands.publish_news(the_space(), news, by=OFFICER)
    add(news, queries.list_offered_pieces(the_space())[0])
    with pytest.raises(Denied, match="ほかの地区"), transaction():
        commands.publish_news(the_space(), news, by=an_office_actor("north"))
    with transaction():
        commands.publish_news(the_space(), news, by=an_office_actor("central"))
    with pytest.raises(Denied, match="次の号"), transaction():
        commands.change_news(the_space(), news, commands.NewsDraft("別の題"), news.version, by=OFFICER)
    with pytest.raises(Denied), transaction():
        commands.publish_news(the_space(), news, by=OFFICER)
    assert len(queries.list_published_news(the_space())) == 1


def test_a_voice_that_was_hidden_is_no_longer_in_the_news(app):
    answer = say(a_check(), a_resident(), Consent.CONCERN, "ひどい言葉")
    news = a_number()
    voice = next(each for each in queries.list_offered_pieces(the_space()) if each.source is NewsSource.VOICE)
    piece = add(news, voice)
    assert piece.text == ""
    with transaction():
        commands.publish_news(the_space(), news, by=OFFICER)
    assert queries.get_news_page(news.public_id).pieces[0].text == "ひどい言葉"
    with transaction():
        said = db.session.get_one(Contribution, answer.contribution_id)
        contributions.change_visibility(said, Visibility.HIDDEN, reason="ルール")
    assert "ひどい言葉" not in queries.get_news_page(news.public_id).pieces[0].text
