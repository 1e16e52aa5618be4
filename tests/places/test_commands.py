"""Loading places adds and renames; it never deletes."""

from __future__ import annotations

import pytest

from participation.access.actors import Role, system
from participation.foundation.db import db, transaction
from participation.foundation.errors import Denied
from participation.places import commands, queries
from participation.places.models import ResidentialDistrict
from tests.support.people import a_member_of_staff, actor_of


def test_loading_twice_changes_nothing(app):
    before = [(d.id, d.name, d.area_id) for d in queries.list_districts()]
    with transaction():
        commands.load_places("meguro", by=system("tests"))
    assert [(d.id, d.name, d.area_id) for d in queries.list_districts()] == before


def test_loading_mends_a_name(app):
    with transaction():
        db.session.get_one(ResidentialDistrict, queries.list_districts()[0].id).name = "まちがい"
    with transaction():
        commands.load_places("meguro", by=system("tests"))
    assert "まちがい" not in {d.name for d in queries.list_districts()}


def test_only_administrators_load_places(app):
    actor = actor_of(a_member_of_staff(Role.EDITOR))
    with pytest.raises(Denied), transaction():
        commands.load_places("meguro", by=actor)


def a_folder(folder, **files):
    """A folder of tables that a ward brought itself."""
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return str(folder)


OWN = {
    "areas": "code,name\nnorth,北部地区\nsakura,さくら坂地域\n",
    "residential_districts": "code,name,area_code,area_is_confirmed\nsakamachi,坂町地区,sakura,yes\n",
    "town_rules": "town,chome,blocks,district_code,area_codes,is_confirmed,source\n坂町,1,1-9 12,sakamachi,,yes,区の条例\n",
}


def test_a_ward_brings_its_own_places_and_they_are_found_and_have_spaces(app, client, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "DATA_DIR", str(tmp_path / "data"))
    shell = app.test_cli_runner()
    folder = a_folder(tmp_path, **OWN)
    checked = shell.invoke(args=["ward", "places", folder, "--check"])
    assert "このまま読み込めます" in checked.output
    assert "坂町地区" not in {each.name for each in queries.list_districts()}
    assert shell.invoke(args=["ward", "places", folder]).exit_code == 0
    assert "坂町地区" in {each.name for each in queries.list_districts()}
    page = client.get("/spaces/find?town=坂町一丁目&block=12").get_data(as_text=True)
    assert "坂町地区です" in page
    assert client.get("/spaces/sakamachi").status_code == 200


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("areas", "code\nnorth\n", "列「name」がありません"),
        ("areas", "code,name\nNorth,北\n", "areas.csv 2行目：コード「North」"),
        ("areas", "code,name\nsakura,\n", "名前がありません"),
        (
            "residential_districts",
            "code,name,area_code,area_is_confirmed\na,い,nowhere,yes\n",
            "「nowhere」は areas.csv にありません",
        ),
        ("town_rules", OWN["town_rules"].replace("1-9", "一"), "街区は「1-12 20」のように"),
        ("town_rules", OWN["town_rules"].replace(",1,", ",一,"), "丁目は数字で"),
        (
            "town_rules",
            OWN["town_rules"].replace("sakamachi", "other"),
            "「other」は residential_districts.csv",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_nothing_is_loaded(app, tmp_path, name, text, words):
    before = len(queries.list_areas())
    answer = app.test_cli_runner().invoke(args=["ward", "places", a_folder(tmp_path, **(OWN | {name: text}))])
    assert answer.exit_code == 1
    assert words in answer.output
    assert len(queries.list_areas()) == before
