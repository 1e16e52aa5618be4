"""The pages of who is missing: the board, the places where nobody spoke, the population."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from participation.access.actors import Actor, Role
from participation.foundation.db import db, transaction
from participation.opinions.domain import Channel
from participation.opinions.models import Submission
from participation.people.domain import AGE_BAND_NAMES, AgeBand, Standing
from participation.places.models import Area, ResidentialDistrict
from participation.plans.models import PlanNode
from participation.reading import commands
from participation.reading.models import PopulationTable
from participation.reading.queries import coverage as queries
from participation.subjects.models import Subject
from tests.support.builders.consultations import an_open_consultation
from tests.support.builders.gatherings import a_gathering
from tests.support.builders.opinions import a_paper_submission, an_opinion
from tests.support.page import PageClient
from tests.support.people import a_member_of_staff, log_in

ANALYST = Actor(roles=frozenset({Role.ANALYST}))


@pytest.fixture
def page(app, client):
    log_in(client, a_member_of_staff(Role.EDITOR))
    return PageClient(app, client)


def chosen(page, name):
    return page.form("保存する" if name != "table" else "表を入れる").values[name][0]


def areas():
    return list(db.session.scalars(select(Area).order_by(Area.position)))


def a_population():
    rows = [
        f"地区×年代,{area.name}×{age},1000,架空の統計,2026-01-01"
        for area in areas()
        for age in AGE_BAND_NAMES.values()
    ]
    return "variable,category,population,source,as_of\n" + "\n".join(rows)


def some_spoke(consultation, people_by_place):
    """Groups handed in together: so many people of each 地区, in their forties."""
    for area, people in zip(areas(), people_by_place, strict=True):
        if not people:
            continue
        sent = a_paper_submission(
            to=consultation,
            channel=Channel.SCHOOL,
            people_count=people,
            standings=frozenset({Standing.LIVES}),
            age_band=AgeBand.FROM_40,
        )
        with transaction():
            district = db.session.scalars(
                select(ResidentialDistrict).where(ResidentialDistrict.area_id == area.id).limit(1)
            ).one()
            db.session.get_one(Submission, sent.id).district_id = district.id


def test_the_board_names_where_to_hold_a_gathering_and_leads_there_with_the_place_chosen(page):
    consultation = an_open_consultation()
    with transaction():
        commands.set_population(a_population(), by=ANALYST)
    some_spoke(consultation, [40, 40, 40, 40, 3])
    last = areas()[-1]
    planned = a_gathering(area_id=last.id, title="西の懇談会")
    board = page.get("/desk/coverage")
    assert f"{last.name} 人口どおりなら、あと約29人" in board.text
    assert "5人未満" in board.text
    assert "架空の統計" in board.text
    assert f"/desk/gatherings/{planned.public_id}" in board.html
    form = page.get(f"/desk/gatherings/new?part=area:{last.id}&consultation={consultation.id}")
    assert chosen(form, "part") == f"area:{last.id}"
    assert chosen(form, "consultation_id") == str(consultation.id)
    wrong = page.get("/desk/gatherings/new?part=area:999&topic=x&consultation=99")
    assert (chosen(wrong, "part"), chosen(wrong, "consultation_id")) == ("", "0")


def test_a_board_takes_ten_queries_at_most_however_many_spoke(app, queries_of):
    consultation = an_open_consultation()
    counted = []
    for _ in range(2):
        some_spoke(consultation, [5, 6, 7, 8, 9])
        counted.append(queries_of(lambda: queries.get_coverage(consultation).board()))
    assert counted[0] == counted[1] <= 4


def test_without_opinions_and_without_a_population_the_board_says_what_to_do(page):
    assert "まだ意見が届いていません" in page.get("/desk/coverage").text
    some_spoke(an_open_consultation(), [20, 20, 20, 20, 20])
    shown = page.get("/desk/coverage?way=no-such-way")
    assert "くらべる人口の表がありません" in shown.text
    page.get("/desk/coverage?consultation=no-such", expect=404)


def test_a_population_is_put_in_from_a_file_and_given_out_as_it_came(page, client):
    empty = page.get("/desk/coverage/population")
    assert "まだ人口の表はありません" in empty.text
    wrong = empty.submit(
        "表を入れる",
        expect=422,
        table="variable,category,population,source,as_of\n地区,海,1,x,2026-01-01\n地区,山,1,x,2026-01-01",
    )
    assert "「海」という地区はありません" in wrong.text
    assert "地区,海,1" in chosen(wrong, "table")
    nothing = page.get("/desk/coverage/population").submit("表を入れる", expect=422)
    assert "表をはり付けてください" in nothing.text
    document = (io.BytesIO(a_population().encode("cp932")), "人口.csv")
    done = page.get("/desk/coverage/population").submit("表を入れる", document=document)
    assert "人口の表を入れました" in done.text
    table = db.session.scalars(select(PopulationTable)).one()
    assert table.total == 1000 * 8 * len(areas())
    file = client.get(f"/desk/coverage/population/{table.public_id}.csv").get_data(as_text=True)
    assert f"{areas()[0].name}×30代" in file
    template = client.get("/desk/coverage/population/template.csv").get_data(as_text=True)
    assert template.count("地区×年代") == 8 * len(areas())


def test_places_in_a_plan_without_a_voice_are_listed_until_somebody_speaks(page):
    node = db.session.scalars(select(PlanNode).where(PlanNode.code == "MP-2-2-2-1", PlanNode.standing)).one()
    subject = db.session.get_one(Subject, node.subject_id)
    before = queries.list_quiet("meguro-basic-plan")
    assert node.code in [place.code for place in before.places]
    an_opinion(about=subject)
    after = queries.list_quiet("meguro-basic-plan")
    assert node.code not in [place.code for place in after.places]
    # What stands above it has a voice too, and is not listed either.
    assert before.silent - after.silent == len(
        [c for c in node.path.split("/") if c in {p.code for p in before.places}]
    )
    assert node.code in [place.code for place in queries.list_quiet("meguro-basic-plan", few=True).places]
    shown = page.get("/desk/coverage/silence?plan=meguro-basic-plan&level=viewpoint")
    assert "集まりを用意する" in shown.text
    page.get("/desk/coverage/silence?plan=no-such-plan", expect=404)
