"""Whatever is covered stands nowhere any more: no page, feed, file, table or letter has it."""

from __future__ import annotations

import random
from io import BytesIO
from itertools import groupby
from operator import itemgetter
from zipfile import ZipFile

import pytest
from sqlalchemy import Table, literal, select

from participation.access.actors import Role
from participation.consultations.domain import ModerationMode
from participation.contributions.domain import RedactionReason, Visibility, places_of
from participation.contributions.models import Contribution
from participation.contributions.queries import list_versions
from participation.discussion import commands as discussion
from participation.foundation.db import db, transaction
from participation.jobs.worker import drain
from participation.moderation import commands
from participation.opinions import commands as opinions
from participation.proposals import commands as proposals
from participation.proposals.domain import ProposalText
from participation.proposals.models import Proposal
from participation.surveys.domain import TextSpec
from tests.support.builders.consultations import a_subject, an_open_consultation
from tests.support.builders.discussion import a_post, a_thread, place_of
from tests.support.builders.moderation import the_rules
from tests.support.builders.opinions import an_opinion
from tests.support.builders.proposals import TEXT, a_proposal, a_team
from tests.support.builders.replies import a_point, published, the_schemes
from tests.support.builders.surveys import a_question, a_survey, answer
from tests.support.builders.votes import a_vote, cast
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, a_resident, actor_of, log_in

#: Words that stand nowhere else; all must be gone.
SECRETS = ("鬼灯ヶ原むぎ", "瑠璃色三丁目九番", "080-5555-0199")

#: What stands behind the public id in an address, and the slices whose pages show what people said.
SHOWN = (
    "contributions", "opinions", "submissions", "threads", "points", "proposals", "surveys", "votes", "subjects",
    "moderation_decisions",
)  # fmt: skip
SPEAKING = (
    "opinions", "discussion", "replies", "proposals", "surveys", "votes", "moderation", "notices", "desk", "front",
)  # fmt: skip


def hiding(chance: random.Random) -> str:
    """A text with the words at places that differ each time."""
    parts = ["朝の道が", "とても暗く、", "\n", "困っています。", "🚲と人が多いです。"] * 2
    for secret in SECRETS:
        parts.insert(chance.randrange(len(parts)), secret)
    return "".join(parts)


def everything_said(chance: random.Random) -> None:
    """Say the words in every way there is, and change some of them, so that older wordings have them too."""
    subject, author = a_subject(), a_resident()
    writer, editor = actor_of(author), actor_of(a_member_of_staff(Role.EDITOR))
    consultation = an_open_consultation(about=[subject], moderation=ModerationMode.PUBLISH_FIRST)
    opinion = an_opinion(about=subject, said=hiding(chance), to=consultation, by=author)
    the_schemes()
    published(a_point([opinion], to=consultation))
    thread = a_thread("夜の道", hiding(chance), about=subject)
    said = a_post(thread, hiding(chance), by=author)
    organisation, delegate = a_team()
    proposal = a_proposal(organisation, delegate, title=f"{SECRETS[0]}の道", about=subject.id)
    words = ProposalText(**{**TEXT.as_dict(), "purpose": hiding(chance), "request": hiding(chance)})
    survey = a_survey([a_question(TextSpec(limit=500), "ご自由に")], subject_id=subject.id)
    answer(survey, actor_of(author), shares=True, q1=hiding(chance))
    cast(a_vote(subject_id=subject.id), by=actor_of(author), reason=hiding(chance))
    delegate_actor = actor_of(delegate)
    with transaction():
        discussion.edit(said, place_of(said), hiding(chance), by=writer)
        here = db.session.get_one(Proposal, proposal.id)
        proposals.revise_proposal(here, words, here.version, by=delegate_actor)
        opinions.screen_opinions([opinion], by=editor)
        for held in db.session.scalars(
            select(Contribution).where(Contribution.visibility == Visibility.HELD)
        ).all():
            commands.restore(held, by=editor)


def cover_all() -> None:
    """Propose and confirm the covering of the words wherever they stand."""
    first, second = (actor_of(a_member_of_staff(Role.SCREENER)) for _ in range(2))
    with transaction():
        for said in db.session.scalars(select(Contribution)).all():
            texts = {said.revision: said.body} | {v.revision: v.body for v in list_versions(said)}
            coverings = {
                revision: [
                    place for word in SECRETS for place in places_of(word, text, RedactionReason.THIRD_PARTY)
                ]
                for revision, text in texts.items()
            }
            if any(coverings.values()):
                commands.propose_redaction(said, coverings, said.revision, by=first)
                commands.confirm_redaction(said, by=second)


def has_secret(text: str) -> bool:
    return any(secret in text for secret in SECRETS)


def words_of(content: bytes) -> str:
    """Return all the words of a page or a file; of a packed one (DOCX, XLSX, ZIP), those of everything in it."""
    if not content.startswith(b"PK"):
        return content.decode(errors="replace")
    with ZipFile(BytesIO(content)) as packed:
        return "\n".join(words_of(packed.read(name)) for name in packed.namelist())


def alike_in(table: Table) -> list[list[str]]:
    """Return the public ids of a table, those of one kind together: a post opens other pages than an opinion."""
    kind = table.c.kind if "kind" in table.c else literal("")
    rows = db.session.execute(select(kind, table.c.public_id).order_by(kind, table.c.id)).all()
    return [[row.public_id for row in of_kind] for _, of_kind in groupby(rows, key=itemgetter(0))]


def addresses(app, reader) -> list[str]:
    """Return every address of what people say that this reader can open, with whatever public ids it shows."""
    tables = [alike_in(db.metadata.tables[name]) for name in SHOWN]
    code = db.session.scalars(select(db.metadata.tables["consultations"].c.code)).first()
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            known = {name: value for name, value in (("code", code), ("number", 1)) if name in rule.arguments}
            slice_name = rule.endpoint.partition(".")[0].removesuffix("_desk")
            if "GET" not in (rule.methods or ()) or slice_name not in SPEAKING:
                continue
            if rule.arguments == set(known):
                found.append(app.url_for(rule.endpoint, **known))
            elif rule.arguments == {"public_id", *known}:
                for alike in tables:
                    kinds = [
                        [app.url_for(rule.endpoint, public_id=each, **known) for each in some]
                        for some in alike
                    ]
                    # What one of a kind does not open, the others do not open either.
                    opened = [kind for kind in kinds if reader.get(kind[0]).status_code == 200]
                    found += [each for kind in opened for each in kind]
                    if opened:  # An address takes the ids of one table.
                        break
    return sorted(set(found))


@pytest.mark.parametrize("who", ["guest", "staff"])
def test_covered_words_stand_on_no_page_in_no_feed_and_in_no_file(app, who: str) -> None:
    the_rules()
    everything_said(random.Random(who))
    staff = a_member_of_staff(Role.SCREENER, Role.EDITOR, Role.ADMINISTRATOR)
    reader = app.test_client() if who == "guest" else log_in(app.test_client(), staff)
    everywhere = addresses(app, reader)
    assert sum(has_secret(words_of(reader.get(address).get_data())) for address in everywhere) > 8
    cover_all()
    for address in everywhere:
        assert not has_secret(words_of(reader.get(address).get_data())), address
    for table in db.metadata.sorted_tables:
        # What was handed in (原本) is a record by law: it is kept, and shown covered. Letters went out before.
        if table.name not in ("original_texts", "outbox"):
            for row in db.session.execute(table.select()):
                assert not has_secret(str(row)), table.name


def test_letters_written_after_the_covering_have_no_covered_words(app, letters) -> None:
    the_rules()
    thread = a_thread(by=a_resident())
    said = a_post(thread, f"{SECRETS[0]}さんへ", by=a_resident())
    assert said.visibility is Visibility.PUBLISHED
    cover_all()
    drain()
    assert letters
    assert not any(has_secret(str(letter)) for letter in letters)


def test_readers_see_where_and_why_words_are_covered(app, client) -> None:
    the_rules()
    thread = a_thread("夜の道", f"{SECRETS[0]}さんの家の前")
    cover_all()
    shown = PageClient(app, client).get(f"/talk/{thread.public_id}")
    assert "■■■■■■さんの家の前" in shown.text
    assert "■は、区が伏せたところです（理由：第三者の権利利益）。" in shown.text
