"""Who is who in the demo: residents, associations and staff, registered as they would register themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select

from participation.access import passwords
from participation.access.actors import Actor, Role, system, visitor
from participation.demo import reading
from participation.demo.timeline import Timeline
from participation.foundation import clock
from participation.foundation.db import db
from participation.foundation.ids import new_token
from participation.jobs.models import OutboxRow
from participation.organisations import commands as organisations
from participation.organisations.commands import OrganisationDraft
from participation.organisations.models import CommunityOrganisation
from participation.organisations.queries import find_section
from participation.people import commands as people
from participation.people import queries as people_queries
from participation.people.commands import ProfileDraft
from participation.people.domain import AgeBand, Standing
from participation.people.models import Person
from participation.places.queries import list_districts

#: The password of every account that is printed; written in the open, so never for a real ward.
PASSWORD = "sakurazaka-de-aimashou"  # noqa: S105 (the demo's own, printed for everybody)
#: Residents and associations register during the weeks before the first consultation.
REGISTRATION_BEGINS = -200
REGISTRATION_DAYS = 50
AGE_BANDS = {
    "10代": AgeBand.UNDER_18,
    "20代": AgeBand.FROM_18,
    "30代": AgeBand.FROM_30,
    "40代": AgeBand.FROM_40,
    "50代": AgeBand.FROM_50,
    "60代": AgeBand.FROM_60,
    "70代": AgeBand.FROM_70,
    "80代以上": AgeBand.FROM_80,
}
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
ADMINISTRATOR = "s01"
REGISTRARS = ("s08", "s09")


class Cast:
    """Knows every account and organisation of the demo by its key in content/."""

    def __init__(self) -> None:
        self._persons: dict[str, int] = {}
        self._organisations: dict[str, int] = {}
        self._actors: dict[str, Actor] = {}
        self._emails = {row["who"]: row["email"] for row in reading.table("accounts")}
        self._known_hash = passwords.hash_of(PASSWORD)
        #: Nobody knows the password behind it: these accounts cannot be used to log in.
        self._unknown_hash = passwords.hash_of(new_token())
        self._districts: dict[str, int] = {}

    def schedule(self, timeline: Timeline) -> None:
        """Let staff be invited, then residents and associations register, each on a day of their own."""
        staff = reading.table("staff")
        for number, row in enumerate(staff):
            moment = timeline.moment(REGISTRATION_BEGINS - 10, "09:00") + timedelta(minutes=10 * number)
            timeline.add(moment, self._invite, row)
        residents = reading.table("people")
        for number, row in enumerate(residents):
            day = REGISTRATION_BEGINS + number * REGISTRATION_DAYS // len(residents)
            timeline.add(timeline.some_time(day, f"registers-{row['id']}"), self._register, row)
        for number, row in enumerate(reading.table("organisations")):
            day = REGISTRATION_BEGINS + REGISTRATION_DAYS + 1 + number // 4
            moment = timeline.some_time(day, f"registers-{row['id']}", office_hours=True)
            timeline.add(moment, self._register_organisation, row)

    def actor(self, key: str) -> Actor:
        """Return the account as an actor, with the roles and organisations it has by now."""
        if key not in self._actors:
            person = db.session.get_one(Person, self._persons[key])
            self._actors[key] = people_queries.account_of(person, clock.now()).as_actor()
        return self._actors[key]

    def actors(self, keys: Iterable[str]) -> list[Actor]:
        """Return several accounts as actors."""
        return [self.actor(key) for key in keys]

    def organisation_id(self, key: str) -> int:
        """Return the id of an organisation."""
        return self._organisations[key]

    def organisation(self, key: str) -> CommunityOrganisation:
        """Return an organisation."""
        return db.session.get_one(CommunityOrganisation, self._organisations[key])

    def _invite(self, row: dict[str, str]) -> None:
        key = row["id"]
        email = self._emails.get(key, f"{key}@staff.example.jp")
        section = find_section(row["section"])
        by = system("demo") if key == ADMINISTRATOR else self.actor(ADMINISTRATOR)
        roles = {Role(role) for role in row["roles"].split()}
        people.invite_staff(email, row["name"], roles, section.id if section else None, by=by)
        person = people.choose_new_password(_mailed_secret(email), self._hash_for(key), by=visitor())
        self._persons[key] = person.id

    def _register(self, row: dict[str, str]) -> None:
        key = row["id"]
        email = self._emails.get(key, f"{key}@kumin.example.jp")
        people.register_person(email, row["nickname"], self._hash_for(key), by=visitor())
        person = people.confirm_email(_mailed_secret(email), by=visitor())
        self._persons[key] = person.id
        profile = ProfileDraft(
            nickname=row["nickname"],
            age_band=AGE_BANDS[row["age_band"]],
            district_id=self._district_id(row["residential_district"]),
            standings=frozenset(Standing(each) for each in row["standings"].split()),
            language=row["language"],
            wants_mail=key in self._emails or int(key[1:]) % 3 != 0,
        )
        people.change_own_profile(
            person, profile, by=people_queries.account_of(person, clock.now()).as_actor()
        )

    def _register_organisation(self, row: dict[str, str]) -> None:
        first, second = self.actors(REGISTRARS)
        organisation = organisations.register_organisation(
            OrganisationDraft(
                name=row["name"],
                kind=row["kind"],
                district_id=self._district_id(row["residential_district"]),
                introduction=row["introduction"],
                represented_count=int(row["members"]),
            ),
            by=first,
        )
        organisations.confirm_organisation(organisation, by=second)
        self._organisations[row["id"]] = organisation.id
        if row["delegate"]:
            delegate = db.session.get_one(Person, self._persons[row["delegate"]])
            assert delegate.email is not None
            today = clock.today()
            people.appoint_delegate(
                organisation, delegate.email, today, today + timedelta(days=730), by=second
            )
            self._actors.pop(row["delegate"], None)

    def _hash_for(self, key: str) -> str:
        return self._known_hash if key in self._emails else self._unknown_hash

    def _district_id(self, name: str) -> int | None:
        if not self._districts:
            self._districts = {each.name.removesuffix("住区"): each.id for each in list_districts()}
        return self._districts.get(name)


def _mailed_secret(email: str) -> str:
    """Return the secret in the letter that was just written to an address: its owner would follow the link."""
    db.session.flush()
    payloads = db.session.scalars(
        select(OutboxRow.payload).where(OutboxRow.kind == "mail.send").order_by(OutboxRow.id.desc()).limit(1)
    )
    letter = payloads.one()
    assert letter["to"] == email
    found = _TOKEN.search(letter["body"])
    assert found is not None
    return found.group()
