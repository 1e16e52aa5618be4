"""Surveys on paper and by invitation, votes of every kind, opinion maps, organisations with terms and rights.

Revision: 0004; follows: 0003.
"""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opinion_maps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=True),
        sa.Column("question", sa.String(length=200), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "open",
                "closed",
                name="mapstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "audience",
            sa.Enum(
                "anyone", "account", name="audience", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "results_shown",
            sa.Enum(
                "live",
                "after_closing",
                name="resultsshown",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("takes_statements", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_opinion_maps_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations.id"],
            name=op.f("fk_opinion_maps_consultation_id_consultations"),
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subjects.id"], name=op.f("fk_opinion_maps_subject_id_subjects")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_maps")),
        sa.UniqueConstraint("public_id", name=op.f("uq_opinion_maps_public_id")),
        info={"freshness": "opinion_map"},
    )
    with op.batch_alter_table("opinion_maps", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_opinion_maps_consultation_id"), ["consultation_id"], unique=False
        )
        batch_op.create_index("ix_opinion_maps_subject", ["subject_id", "status"], unique=False)

    op.create_table(
        "ballot_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["vote_id"], ["votes.id"], name=op.f("fk_ballot_links_vote_id_votes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_links")),
        sa.UniqueConstraint("vote_id", "number", name=op.f("uq_ballot_links_vote_id_number")),
        info={"freshness": "votes"},
    )
    op.create_table(
        "elector_guesses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("network_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["vote_id"], ["votes.id"], name=op.f("fk_elector_guesses_vote_id_votes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_elector_guesses")),
        info={"quiet": True, "freshness": "votes"},
    )
    with op.batch_alter_table("elector_guesses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_elector_guesses_at"), ["at"], unique=False)
        batch_op.create_index("ix_elector_guesses_vote", ["vote_id", "network_hash"], unique=False)

    op.create_table(
        "electors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("identifier_hash", sa.String(length=64), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_electors_area_id_areas")),
        sa.ForeignKeyConstraint(["vote_id"], ["votes.id"], name=op.f("fk_electors_vote_id_votes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_electors")),
        sa.UniqueConstraint("vote_id", "identifier_hash", name=op.f("uq_electors_vote_id_identifier_hash")),
        info={"quiet": True, "freshness": "votes"},
    )
    op.create_table(
        "gather_acts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("consultation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("told", sa.String(length=300), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_number", sa.Integer(), nullable=True),
        sa.Column("details", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations.id"],
            name=op.f("fk_gather_acts_consultation_id_consultations"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_gather_acts_person_id_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gather_acts")),
        sa.UniqueConstraint("public_id", name=op.f("uq_gather_acts_public_id")),
        info={"quiet": True, "freshness": "replies"},
    )
    with op.batch_alter_table("gather_acts", schema=None) as batch_op:
        batch_op.create_index("ix_gather_acts_person", ["person_id", "consultation_id", "id"], unique=False)

    op.create_table(
        "handovers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by_id", sa.Integer(), nullable=True),
        sa.Column("leaving", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["community_organisations.id"],
            name=op.f("fk_handovers_organisation_id_community_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["started_by_id"], ["persons.id"], name=op.f("fk_handovers_started_by_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
        sa.UniqueConstraint("public_id", name=op.f("uq_handovers_public_id")),
        info={"freshness": "people"},
    )
    with op.batch_alter_table("handovers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handovers_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "map_counts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("map_id", sa.Integer(), nullable=False),
        sa.Column("voters", sa.Integer(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("changes_at_run", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["map_id"], ["opinion_maps.id"], name=op.f("fk_map_counts_map_id_opinion_maps")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_map_counts")),
        sa.UniqueConstraint("map_id", name=op.f("uq_map_counts_map_id")),
        info={"quiet": True, "freshness": "opinion_map"},
    )
    op.create_table(
        "map_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("map_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("parameters", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("votes_sha256", sa.String(length=64), nullable=False),
        sa.Column("result_sha256", sa.String(length=64), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("peak_mb", sa.Double(), nullable=False),
        sa.Column("voters", sa.Integer(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("group_count", sa.Integer(), nullable=False),
        sa.Column("is_stable", sa.Boolean(), nullable=False),
        sa.Column("votes_file", sa.LargeBinary(), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["persons.id"], name=op.f("fk_map_runs_asked_by_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["map_id"], ["opinion_maps.id"], name=op.f("fk_map_runs_map_id_opinion_maps")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_map_runs")),
        sa.UniqueConstraint("map_id", "number", name=op.f("uq_map_runs_map_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_map_runs_public_id")),
        info={"quiet": True, "freshness": "opinion_map"},
    )
    op.create_table(
        "map_voters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("map_id", sa.Integer(), nullable=False),
        sa.Column("voter_key", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["map_id"], ["opinion_maps.id"], name=op.f("fk_map_voters_map_id_opinion_maps")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_map_voters")),
        sa.UniqueConstraint("map_id", "voter_key", name=op.f("uq_map_voters_map_id_voter_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_map_voters_public_id")),
        info={"quiet": True, "freshness": "opinion_map"},
    )
    op.create_table(
        "organisation_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "registered",
                "changed",
                "returned",
                "confirmed",
                "renewed",
                "withdrawn",
                name="stepkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["community_organisations.id"],
            name=op.f("fk_organisation_steps_organisation_id_community_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_steps")),
        info={"freshness": "organisations"},
    )
    with op.batch_alter_table("organisation_steps", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_organisation_steps_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "participations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("voter_key", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column(
            "age_band",
            sa.Enum(
                "under_18",
                "from_18",
                "from_30",
                "from_40",
                "from_50",
                "from_60",
                "from_70",
                "from_80",
                name="ageband",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_participations_area_id_areas")),
        sa.ForeignKeyConstraint(["vote_id"], ["votes.id"], name=op.f("fk_participations_vote_id_votes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participations")),
        sa.UniqueConstraint("vote_id", "voter_key", name=op.f("uq_participations_vote_id_voter_key")),
        info={"freshness": "votes"},
    )
    op.create_table(
        "room_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column(
            "origin",
            sa.Enum(
                "web", "paper", "hands", name="origin", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "empty",
                "entered",
                "differing",
                "accepted",
                "cancelled",
                name="batchstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("first", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("second", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("first_by_id", sa.Integer(), nullable=True),
        sa.Column("second_by_id", sa.Integer(), nullable=True),
        sa.Column("gap_reason", sa.String(length=300), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["first_by_id"], ["persons.id"], name=op.f("fk_room_batches_first_by_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["second_by_id"], ["persons.id"], name=op.f("fk_room_batches_second_by_id_persons")
        ),
        sa.ForeignKeyConstraint(["vote_id"], ["votes.id"], name=op.f("fk_room_batches_vote_id_votes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_batches")),
        sa.UniqueConstraint("public_id", name=op.f("uq_room_batches_public_id")),
        info={"freshness": "votes"},
    )
    with op.batch_alter_table("room_batches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_batches_vote_id"), ["vote_id"], unique=False)

    op.create_table(
        "survey_code_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("network_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_survey_code_attempts_survey_id_surveys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_code_attempts")),
        info={"quiet": True, "freshness": "surveys"},
    )
    with op.batch_alter_table("survey_code_attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_code_attempts_at"), ["at"], unique=False)
        batch_op.create_index(
            "ix_survey_code_attempts_network", ["survey_id", "network_hash", "at"], unique=False
        )

    op.create_table(
        "survey_images",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["persons.id"], name=op.f("fk_survey_images_added_by_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_survey_images_survey_id_surveys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_images")),
        sa.UniqueConstraint("public_id", name=op.f("uq_survey_images_public_id")),
        info={"freshness": "surveys"},
    )
    with op.batch_alter_table("survey_images", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_images_survey_id"), ["survey_id"], unique=False)

    op.create_table(
        "survey_imported_figures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["imported_by_id"], ["persons.id"], name=op.f("fk_survey_imported_figures_imported_by_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_imported_figures")),
        sa.UniqueConstraint("public_id", name=op.f("uq_survey_imported_figures_public_id")),
        sa.UniqueConstraint("sha256", name=op.f("uq_survey_imported_figures_sha256")),
        info={"freshness": "surveys"},
    )
    op.create_table(
        "survey_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=220), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "discarded",
                name="answerimportstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("preview", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("problem_count", sa.Integer(), nullable=False),
        sa.Column("problems", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_survey_imports_survey_id_surveys")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["persons.id"], name=op.f("fk_survey_imports_uploaded_by_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_imports")),
        sa.UniqueConstraint("public_id", name=op.f("uq_survey_imports_public_id")),
        info={"freshness": "surveys"},
    )
    with op.batch_alter_table("survey_imports", schema=None) as batch_op:
        batch_op.create_index("ix_survey_imports_survey", ["survey_id", "id"], unique=False)

    op.create_table(
        "survey_invitation_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "person",
                "household",
                name="invitationkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=120), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("is_reissue", sa.Boolean(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["persons.id"], name=op.f("fk_survey_invitation_batches_issued_by_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_survey_invitation_batches_survey_id_surveys")
        ),
        sa.ForeignKeyConstraint(
            ["taken_by_id"], ["persons.id"], name=op.f("fk_survey_invitation_batches_taken_by_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_invitation_batches")),
        sa.UniqueConstraint("public_id", name=op.f("uq_survey_invitation_batches_public_id")),
        sa.UniqueConstraint(
            "survey_id", "number", name=op.f("uq_survey_invitation_batches_survey_id_number")
        ),
        info={"freshness": "surveys"},
    )
    op.create_table(
        "survey_paper_settings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("return_to", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("use_of_answers", sa.Text(), nullable=False),
        sa.Column(
            "entry_check",
            sa.Enum(
                "none",
                "sample",
                "all",
                name="entrycheck",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("sample_percent", sa.Integer(), nullable=False),
        sa.Column("counts_late", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "sample_percent BETWEEN 1 AND 100", name=op.f("ck_survey_paper_settings_sample_is_a_share")
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_survey_paper_settings_survey_id_surveys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_paper_settings")),
        sa.UniqueConstraint("survey_id", name=op.f("uq_survey_paper_settings_survey_id")),
        info={"freshness": "surveys"},
    )
    op.create_table(
        "survey_releases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "prepared",
                "published",
                "refused",
                "withdrawn",
                name="releasestatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("columns", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("hidden_count", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prepared_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["persons.id"], name=op.f("fk_survey_releases_decided_by_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["prepared_by_id"], ["persons.id"], name=op.f("fk_survey_releases_prepared_by_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_survey_releases_survey_id_surveys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_releases")),
        sa.UniqueConstraint("public_id", name=op.f("uq_survey_releases_public_id")),
        info={"freshness": "surveys"},
    )
    with op.batch_alter_table("survey_releases", schema=None) as batch_op:
        batch_op.create_index("ix_survey_releases_survey", ["survey_id", "status"], unique=False)

    op.create_table(
        "survey_sheet_uploads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("survey_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_survey_sheet_uploads_survey_id_surveys")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["persons.id"], name=op.f("fk_survey_sheet_uploads_uploaded_by_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_sheet_uploads")),
        sa.UniqueConstraint("public_id", name=op.f("uq_survey_sheet_uploads_public_id")),
        info={"quiet": True, "freshness": "surveys"},
    )
    op.create_table(
        "survey_templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column(
            "layout",
            sa.Enum("whole", "pages", name="layout", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("made_from_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["persons.id"], name=op.f("fk_survey_templates_made_by_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["made_from_id"], ["surveys.id"], name=op.f("fk_survey_templates_made_from_id_surveys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_templates")),
        sa.UniqueConstraint("public_id", name=op.f("uq_survey_templates_public_id")),
        info={"freshness": "surveys"},
    )
    op.create_table(
        "survey_weighting_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("margins", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("matches", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("parameters", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("data_hash", sa.String(length=64), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("worst", sa.Double(), nullable=False),
        sa.Column("weighted", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("effective", sa.Double(), nullable=False),
        sa.Column("trimmed", sa.Integer(), nullable=False),
        sa.Column("smallest", sa.Double(), nullable=False),
        sa.Column("largest", sa.Double(), nullable=False),
        sa.Column("fits", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["persons.id"], name=op.f("fk_survey_weighting_runs_made_by_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_survey_weighting_runs_survey_id_surveys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_weighting_runs")),
        sa.UniqueConstraint("public_id", name=op.f("uq_survey_weighting_runs_public_id")),
        info={"freshness": "surveys"},
    )
    with op.batch_alter_table("survey_weighting_runs", schema=None) as batch_op:
        batch_op.create_index("ix_survey_weighting_runs_survey", ["survey_id", "is_current"], unique=False)

    op.create_table(
        "delegate_invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("handover_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("rights", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invited_by_id", sa.Integer(), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by_id", sa.Integer(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["accepted_by_id"], ["persons.id"], name=op.f("fk_delegate_invitations_accepted_by_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["handover_id"], ["handovers.id"], name=op.f("fk_delegate_invitations_handover_id_handovers")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["persons.id"], name=op.f("fk_delegate_invitations_invited_by_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["community_organisations.id"],
            name=op.f("fk_delegate_invitations_organisation_id_community_organisations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegate_invitations")),
        sa.UniqueConstraint("public_id", name=op.f("uq_delegate_invitations_public_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_delegate_invitations_token_hash")),
        info={"quiet": True, "freshness": "people"},
    )
    with op.batch_alter_table("delegate_invitations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_delegate_invitations_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "map_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["map_runs.id"], name=op.f("fk_map_groups_run_id_map_runs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_map_groups")),
        sa.UniqueConstraint("run_id", "number", name=op.f("uq_map_groups_run_id_number")),
        info={"freshness": "opinion_map"},
    )
    op.create_table(
        "map_publications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("map_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("picture", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["map_id"], ["opinion_maps.id"], name=op.f("fk_map_publications_map_id_opinion_maps")
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["persons.id"], name=op.f("fk_map_publications_published_by_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["map_runs.id"], name=op.f("fk_map_publications_run_id_map_runs")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_map_publications")),
        sa.UniqueConstraint("map_id", "number", name=op.f("uq_map_publications_map_id_number")),
        info={"freshness": "opinion_map"},
    )
    with op.batch_alter_table("map_publications", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_map_publications_run_id"), ["run_id"], unique=False)

    op.create_table(
        "map_statements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("map_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "waiting",
                "shown",
                "removed",
                "merged",
                name="statementstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("contribution_id", sa.Integer(), nullable=True),
        sa.Column("voter_key", sa.String(length=80), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_map_statements_contribution_id_contributions"),
        ),
        sa.ForeignKeyConstraint(
            ["map_id"], ["opinion_maps.id"], name=op.f("fk_map_statements_map_id_opinion_maps")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"],
            ["map_statements.id"],
            name=op.f("fk_map_statements_merged_into_id_map_statements"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_map_statements")),
        sa.UniqueConstraint("contribution_id", name=op.f("uq_map_statements_contribution_id")),
        sa.UniqueConstraint("map_id", "number", name=op.f("uq_map_statements_map_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_map_statements_public_id")),
        info={"freshness": "opinion_map"},
    )
    with op.batch_alter_table("map_statements", schema=None) as batch_op:
        batch_op.create_index("ix_map_statements_status", ["map_id", "status"], unique=False)
        batch_op.create_index(batch_op.f("ix_map_statements_voter_key"), ["voter_key"], unique=False)

    op.create_table(
        "replaced_seals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("added_id", sa.Integer(), nullable=False),
        sa.Column("removed_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["added_id"], ["ballot_links.id"], name=op.f("fk_replaced_seals_added_id_ballot_links")
        ),
        sa.ForeignKeyConstraint(
            ["removed_id"], ["ballot_links.id"], name=op.f("fk_replaced_seals_removed_id_ballot_links")
        ),
        sa.ForeignKeyConstraint(["vote_id"], ["votes.id"], name=op.f("fk_replaced_seals_vote_id_votes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replaced_seals")),
        info={"freshness": "votes"},
    )
    with op.batch_alter_table("replaced_seals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_replaced_seals_vote_id"), ["vote_id"], unique=False)

    op.create_table(
        "survey_invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("strata", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "issued",
                "returned",
                "withdrawn",
                name="invitationstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_answered", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["survey_invitation_batches.id"],
            name=op.f("fk_survey_invitations_batch_id_survey_invitation_batches"),
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_survey_invitations_survey_id_surveys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_invitations")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_survey_invitations_code_hash")),
        sa.UniqueConstraint("survey_id", "number", name=op.f("uq_survey_invitations_survey_id_number")),
        info={"freshness": "surveys"},
    )
    with op.batch_alter_table("survey_invitations", schema=None) as batch_op:
        batch_op.create_index("ix_survey_invitations_batch", ["batch_id"], unique=False)

    op.create_table(
        "survey_paper_forms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column(
            "origin",
            sa.Enum(
                "web",
                "paper",
                "telephone",
                "counter",
                "file",
                name="origin",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("form_version", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "waiting",
                "differing",
                "asking",
                "counted",
                "late",
                "duplicate",
                "withdrawn",
                name="paperstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("respondent_key", sa.String(length=80), nullable=False),
        sa.Column("strata", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("is_duplicate", sa.Boolean(), nullable=False),
        sa.Column("shares_texts", sa.Boolean(), nullable=False),
        sa.Column("first", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("first_by_id", sa.Integer(), nullable=True),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("second_by_id", sa.Integer(), nullable=True),
        sa.Column("second_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("response_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["first_by_id"], ["persons.id"], name=op.f("fk_survey_paper_forms_first_by_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["survey_responses.id"],
            name=op.f("fk_survey_paper_forms_response_id_survey_responses"),
        ),
        sa.ForeignKeyConstraint(
            ["second_by_id"], ["persons.id"], name=op.f("fk_survey_paper_forms_second_by_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["persons.id"], name=op.f("fk_survey_paper_forms_settled_by_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_survey_paper_forms_survey_id_surveys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_paper_forms")),
        sa.UniqueConstraint("public_id", name=op.f("uq_survey_paper_forms_public_id")),
        sa.UniqueConstraint("response_id", name=op.f("uq_survey_paper_forms_response_id")),
        sa.UniqueConstraint("survey_id", "number", name=op.f("uq_survey_paper_forms_survey_id_number")),
        info={"freshness": "surveys"},
    )
    with op.batch_alter_table("survey_paper_forms", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_survey_paper_forms_respondent_key"), ["respondent_key"], unique=False
        )
        batch_op.create_index("ix_survey_paper_forms_status", ["survey_id", "status", "id"], unique=False)

    op.create_table(
        "survey_release_parts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["survey_releases.id"],
            name=op.f("fk_survey_release_parts_release_id_survey_releases"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_release_parts")),
        sa.UniqueConstraint("release_id", "number", name=op.f("uq_survey_release_parts_release_id_number")),
        info={"freshness": "surveys"},
    )
    op.create_table(
        "survey_weights",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["survey_responses.id"],
            name=op.f("fk_survey_weights_response_id_survey_responses"),
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["survey_weighting_runs.id"],
            name=op.f("fk_survey_weights_run_id_survey_weighting_runs"),
        ),
        sa.PrimaryKeyConstraint("run_id", "response_id", name=op.f("pk_survey_weights")),
        info={"quiet": True, "freshness": "surveys"},
    )
    with op.batch_alter_table("survey_weights", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_weights_response_id"), ["response_id"], unique=False)

    op.create_table(
        "criterion_reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.String(length=40), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "met",
                "partly",
                "not_met",
                "not_applicable",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_criterion_reviews_proposal_id_proposals")
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["sections.id"], name=op.f("fk_criterion_reviews_section_id_sections")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion_reviews")),
        sa.UniqueConstraint(
            "proposal_id", "criterion", name=op.f("uq_criterion_reviews_proposal_id_criterion")
        ),
        info={"freshness": "proposals"},
    )
    op.create_table(
        "endorsement_flags",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_endorsement_flags_proposal_id_proposals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endorsement_flags")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_endorsement_flags_proposal_id")),
        info={"freshness": "proposals"},
    )
    op.create_table(
        "map_statement_counts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("map_id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("agree", sa.Integer(), nullable=False),
        sa.Column("disagree", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["map_id"], ["opinion_maps.id"], name=op.f("fk_map_statement_counts_map_id_opinion_maps")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["map_statements.id"],
            name=op.f("fk_map_statement_counts_statement_id_map_statements"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_map_statement_counts")),
        sa.UniqueConstraint("statement_id", name=op.f("uq_map_statement_counts_statement_id")),
        info={"quiet": True, "freshness": "opinion_map"},
    )
    with op.batch_alter_table("map_statement_counts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_map_statement_counts_map_id"), ["map_id"], unique=False)

    op.create_table(
        "map_votes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("map_id", sa.Integer(), nullable=False),
        sa.Column("voter_id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("cast_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("value IN (-1, 0, 1)", name=op.f("ck_map_votes_is_an_answer")),
        sa.ForeignKeyConstraint(
            ["map_id"], ["opinion_maps.id"], name=op.f("fk_map_votes_map_id_opinion_maps")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["map_statements.id"], name=op.f("fk_map_votes_statement_id_map_statements")
        ),
        sa.ForeignKeyConstraint(
            ["voter_id"], ["map_voters.id"], name=op.f("fk_map_votes_voter_id_map_voters")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_map_votes")),
        sa.UniqueConstraint("voter_id", "statement_id", name=op.f("uq_map_votes_voter_id_statement_id")),
        info={"quiet": True, "freshness": "opinion_map"},
    )
    with op.batch_alter_table("map_votes", schema=None) as batch_op:
        batch_op.create_index("ix_map_votes_map", ["map_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_map_votes_statement_id"), ["statement_id"], unique=False)

    op.create_table(
        "merge_offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("offered_by_id", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "offered",
                "agreed",
                "declined",
                name="mergestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["into_id"], ["proposals.id"], name=op.f("fk_merge_offers_into_id_proposals")
        ),
        sa.ForeignKeyConstraint(
            ["offered_by_id"],
            ["community_organisations.id"],
            name=op.f("fk_merge_offers_offered_by_id_community_organisations"),
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_merge_offers_proposal_id_proposals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_offers")),
        sa.UniqueConstraint("public_id", name=op.f("uq_merge_offers_public_id")),
        info={"freshness": "proposals"},
    )
    with op.batch_alter_table("merge_offers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_merge_offers_into_id"), ["into_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_merge_offers_proposal_id"), ["proposal_id"], unique=False)

    op.create_table(
        "proposal_amendments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("contribution_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "offered",
                "accepted",
                "declined",
                name="amendmentstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["contribution_id"],
            ["contributions.id"],
            name=op.f("fk_proposal_amendments_contribution_id_contributions"),
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_proposal_amendments_proposal_id_proposals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_amendments")),
        sa.UniqueConstraint("contribution_id", name=op.f("uq_proposal_amendments_contribution_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_proposal_amendments_public_id")),
        info={"freshness": "proposals"},
    )
    with op.batch_alter_table("proposal_amendments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_amendments_proposal_id"), ["proposal_id"], unique=False)

    op.create_table(
        "proposal_approvals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "stance",
            sa.Enum(
                "agrees", "disagrees", name="stance", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("text_key", sa.String(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("is_note_public", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_proposal_approvals_person_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_proposal_approvals_proposal_id_proposals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_approvals")),
        sa.UniqueConstraint(
            "proposal_id", "person_id", name=op.f("uq_proposal_approvals_proposal_id_person_id")
        ),
        info={"freshness": "proposals"},
    )
    op.create_table(
        "proposal_attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "pdf",
                "jpeg",
                "png",
                "tiff",
                "heic",
                name="scankind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("description", sa.String(length=300), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["persons.id"], name=op.f("fk_proposal_attachments_added_by_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_proposal_attachments_proposal_id_proposals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_attachments")),
        sa.UniqueConstraint("public_id", name=op.f("uq_proposal_attachments_public_id")),
        info={"freshness": "proposals"},
    )
    with op.batch_alter_table("proposal_attachments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_proposal_attachments_proposal_id"), ["proposal_id"], unique=False
        )

    op.create_table(
        "proposal_revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("text", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("typed", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_proposal_revisions_proposal_id_proposals")
        ),
        sa.ForeignKeyConstraint(
            ["saved_by_id"], ["persons.id"], name=op.f("fk_proposal_revisions_saved_by_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_revisions")),
        sa.UniqueConstraint(
            "proposal_id", "row_version", name=op.f("uq_proposal_revisions_proposal_id_row_version")
        ),
        info={"quiet": True, "freshness": "proposals"},
    )
    op.create_table(
        "proposal_ties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_proposal_ties_proposal_id_proposals")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subjects.id"], name=op.f("fk_proposal_ties_subject_id_subjects")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_ties")),
        sa.UniqueConstraint(
            "proposal_id", "subject_id", name=op.f("uq_proposal_ties_proposal_id_subject_id")
        ),
        info={"freshness": "proposals"},
    )
    with op.batch_alter_table("proposal_ties", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_ties_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "survey_corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "words",
                "retired",
                "replaced",
                name="correctionkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("form_version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("before", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("after", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrected_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["corrected_by_id"], ["persons.id"], name=op.f("fk_survey_corrections_corrected_by_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["survey_questions.id"],
            name=op.f("fk_survey_corrections_question_id_survey_questions"),
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_survey_corrections_survey_id_surveys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_corrections")),
        info={"freshness": "surveys"},
    )
    with op.batch_alter_table("survey_corrections", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_corrections_survey_id"), ["survey_id"], unique=False)

    op.create_table(
        "survey_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("respondent_key", sa.String(length=80), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "pdf",
                "jpeg",
                "png",
                "tiff",
                "heic",
                name="scankind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["survey_questions.id"],
            name=op.f("fk_survey_files_question_id_survey_questions"),
        ),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["survey_responses.id"],
            name=op.f("fk_survey_files_response_id_survey_responses"),
        ),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_survey_files_survey_id_surveys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_files")),
        sa.UniqueConstraint("public_id", name=op.f("uq_survey_files_public_id")),
        info={"quiet": True, "freshness": "surveys"},
    )
    with op.batch_alter_table("survey_files", schema=None) as batch_op:
        batch_op.create_index("ix_survey_files_respondent", ["survey_id", "respondent_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_survey_files_response_id"), ["response_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_survey_files_sha256"), ["sha256"], unique=False)

    op.create_table(
        "survey_paper_scans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=220), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "pdf",
                "jpeg",
                "png",
                "tiff",
                "heic",
                name="scankind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["persons.id"], name=op.f("fk_survey_paper_scans_added_by_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["form_id"],
            ["survey_paper_forms.id"],
            name=op.f("fk_survey_paper_scans_form_id_survey_paper_forms"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_paper_scans")),
        sa.UniqueConstraint("form_id", "sha256", name=op.f("uq_survey_paper_scans_form_id_sha256")),
        sa.UniqueConstraint("public_id", name=op.f("uq_survey_paper_scans_public_id")),
        info={"freshness": "surveys"},
    )
    with op.batch_alter_table("survey_paper_scans", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_paper_scans_sha256"), ["sha256"], unique=False)

    with op.batch_alter_table("ballots", schema=None) as batch_op:
        batch_op.add_column(sa.Column("content", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("salt", sa.String(length=32), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("receipt_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(
            sa.Column(
                "origin",
                sa.Enum(
                    "web",
                    "paper",
                    "hands",
                    name="origin",
                    native_enum=False,
                    create_constraint=True,
                    length=32,
                ),
                nullable=False,
                server_default="web",
            )
        )
        batch_op.add_column(sa.Column("link_id", sa.Integer(), nullable=True))
        batch_op.alter_column("voter_key", existing_type=sa.VARCHAR(length=80), nullable=True)
        batch_op.alter_column("cast_at", existing_type=sa.DATETIME(), nullable=True)
    _write_ballots_anew()
    with op.batch_alter_table("ballots", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ballots_option_id"))
        batch_op.create_index(batch_op.f("ix_ballots_link_id"), ["link_id"], unique=False)
        batch_op.create_unique_constraint(
            batch_op.f("uq_ballots_vote_id_receipt_hash"), ["vote_id", "receipt_hash"]
        )
        batch_op.drop_constraint(batch_op.f("fk_ballots_option_id_vote_options"), type_="foreignkey")
        batch_op.create_foreign_key(
            batch_op.f("fk_ballots_link_id_ballot_links"), "ballot_links", ["link_id"], ["id"]
        )
        batch_op.drop_column("option_id")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE ballots ALTER COLUMN id DROP DEFAULT")
        op.execute("ALTER TABLE ballots ALTER COLUMN id TYPE BIGINT")
        op.execute("DROP SEQUENCE IF EXISTS ballots_id_seq")

    with op.batch_alter_table("community_organisations", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_community_organisations_organisationkind"), type_="check")
    with op.batch_alter_table("community_organisations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("area_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("website", sa.String(length=300), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("represented_unit", sa.String(length=20), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("represented_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("approvals_needed", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("sealed_contact", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("rules_sha256", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("rules_name", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("confirmed_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.alter_column(
            "kind", existing_type=sa.VARCHAR(length=32), type_=sa.String(length=40), existing_nullable=False
        )
        batch_op.create_index(batch_op.f("ix_community_organisations_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_community_organisations_kind"), ["kind"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_community_organisations_area_id_areas"), "areas", ["area_id"], ["id"]
        )

    with op.batch_alter_table("concerns_noted", schema=None) as batch_op:
        batch_op.add_column(sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.add_column(sa.Column("begins_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("may_draft", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("may_approve", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("may_submit", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("may_withdraw", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("may_manage", sa.Boolean(), nullable=False, server_default=sa.true()))

    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.add_column(sa.Column("easy", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("child", sa.Text(), nullable=False, server_default=""))

    with op.batch_alter_table("person_endorsements", schema=None) as batch_op:
        batch_op.add_column(sa.Column("origin", sa.String(length=64), nullable=False, server_default=""))

    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cost", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("place", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("effect", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_proposals_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_proposals_merged_into_id_proposals"), "proposals", ["merged_into_id"], ["id"]
        )

    with op.batch_alter_table("vote_counts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shard", sa.Integer(), nullable=False, server_default="0"))
        batch_op.alter_column("option_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.drop_constraint(batch_op.f("uq_vote_counts_option_id"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_vote_counts_option_id_shard"), ["option_id", "shard"]
        )

    with op.batch_alter_table("vote_options", schema=None) as batch_op:
        batch_op.add_column(sa.Column("description", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("cost", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("subject_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_vote_options_subject_id_subjects"), "subjects", ["subject_id"], ["id"]
        )

    with op.batch_alter_table("votes", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "standings",
                sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
                nullable=False,
                server_default=sa.text("'[]'"),
            )
        )
        batch_op.add_column(
            sa.Column(
                "keeping",
                sa.Enum(
                    "signal", "secret", name="keeping", native_enum=False, create_constraint=True, length=32
                ),
                nullable=False,
                server_default="signal",
            )
        )
        batch_op.add_column(
            sa.Column(
                "rule",
                sa.Enum(
                    "plurality",
                    "approval",
                    "score",
                    "points",
                    "borda",
                    "irv",
                    "stv",
                    "schulze",
                    "condorcet",
                    "greedy",
                    "equal-shares",
                    name="rule",
                    native_enum=False,
                    create_constraint=True,
                    length=32,
                ),
                nullable=False,
                server_default="plurality",
            )
        )
        batch_op.add_column(sa.Column("compares", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("seats", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("least", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("most", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("points", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("budget", sa.BigInteger(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "completion",
                sa.Enum(
                    "none",
                    "add1",
                    "greedy",
                    "add1-greedy",
                    name="completion",
                    native_enum=False,
                    create_constraint=True,
                    length=32,
                ),
                nullable=False,
                server_default="none",
            )
        )
        batch_op.add_column(
            sa.Column("seed_source", sa.String(length=200), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("seed", sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column("seed_hash", sa.String(length=64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("has_rooms", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))

    op.execute("UPDATE votes SET seed = public_id, most = 1")
    # One figure is the sum of eight rows now, and the voters are counted as well.
    op.get_bind().execute(
        sa.text(
            "INSERT INTO vote_counts (vote_id, option_id, shard, count)"
            " SELECT vote_id, option_id, :shard, 0 FROM vote_counts WHERE shard = 0"
        ),
        [{"shard": shard} for shard in range(1, 8)],
    )
    op.execute(
        "INSERT INTO vote_counts (vote_id, option_id, shard, count)"
        " SELECT vote_id, NULL, shard, SUM(count) FROM vote_counts GROUP BY vote_id, shard"
    )
    # The defaults were for the rows that stood already.
    with op.batch_alter_table("ballots", schema=None) as batch_op:
        batch_op.alter_column("content", server_default=None)
        batch_op.alter_column("salt", server_default=None)
        batch_op.alter_column("origin", server_default=None)
    with op.batch_alter_table("community_organisations", schema=None) as batch_op:
        batch_op.alter_column("website", server_default=None)
        batch_op.alter_column("represented_unit", server_default=None)
        batch_op.alter_column("approvals_needed", server_default=None)
        batch_op.alter_column("rules_name", server_default=None)
        batch_op.alter_column("reason", server_default=None)
        batch_op.alter_column("version", server_default=None)
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.alter_column("may_draft", server_default=None)
        batch_op.alter_column("may_approve", server_default=None)
        batch_op.alter_column("may_submit", server_default=None)
        batch_op.alter_column("may_withdraw", server_default=None)
        batch_op.alter_column("may_manage", server_default=None)
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.alter_column("easy", server_default=None)
        batch_op.alter_column("child", server_default=None)
    with op.batch_alter_table("person_endorsements", schema=None) as batch_op:
        batch_op.alter_column("origin", server_default=None)
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.alter_column("cost", server_default=None)
        batch_op.alter_column("place", server_default=None)
        batch_op.alter_column("effect", server_default=None)
    with op.batch_alter_table("vote_counts", schema=None) as batch_op:
        batch_op.alter_column("shard", server_default=None)
    with op.batch_alter_table("vote_options", schema=None) as batch_op:
        batch_op.alter_column("description", server_default=None)
    with op.batch_alter_table("votes", schema=None) as batch_op:
        batch_op.alter_column("standings", server_default=None)
        batch_op.alter_column("keeping", server_default=None)
        batch_op.alter_column("rule", server_default=None)
        batch_op.alter_column("compares", server_default=None)
        batch_op.alter_column("seats", server_default=None)
        batch_op.alter_column("least", server_default=None)
        batch_op.alter_column("completion", server_default=None)
        batch_op.alter_column("seed_source", server_default=None)
        batch_op.alter_column("seed_hash", server_default=None)
        batch_op.alter_column("has_rooms", server_default=None)

    # Words that were added.
    with op.batch_alter_table("contributions", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_contributions_contributionkind"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_contributions_contributionkind"),
            "kind IN ('opinion', 'post', 'survey_text', 'vote_reason', 'map_statement', 'proposal')",
        )
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_notifications_notificationkind"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_notifications_notificationkind"),
            "kind IN ('answered', 'replied', 'told', 'thread', 'result', 'followed_up', 'proposal')",
        )
    with op.batch_alter_table("votes", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_votes_audience"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_votes_audience"),
            "audience IN ('anyone', 'account', 'standing', 'invited', 'listed', 'organisation')",
        )
    with op.batch_alter_table("votes", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_votes_votekind"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_votes_votekind"),
            "kind IN ('stance', 'single', 'approval', 'score', 'ranking', 'priorities', 'points', 'budget', 'budget_points')",
        )


def downgrade() -> None:
    # What the earlier version does not know is taken away; nothing is bent into something else.
    op.execute("DELETE FROM ballots WHERE voter_key IS NULL")
    op.execute("DELETE FROM vote_counts WHERE option_id IS NULL OR shard > 0")
    op.execute(
        "UPDATE community_organisations SET kind = 'other' WHERE kind NOT IN"
        " ('neighbourhood_association', 'district_council', 'npo', 'company', 'school', 'other')"
    )
    with op.batch_alter_table("contributions", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_contributions_contributionkind"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_contributions_contributionkind"),
            "kind IN ('opinion', 'post', 'survey_text', 'vote_reason', 'proposal')",
        )
    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_notifications_notificationkind"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_notifications_notificationkind"),
            "kind IN ('answered', 'replied', 'told', 'thread', 'result', 'followed_up')",
        )
    with op.batch_alter_table("votes", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_votes_audience"), type_="check")
        batch_op.create_check_constraint(op.f("ck_votes_audience"), "audience IN ('anyone', 'account')")
    with op.batch_alter_table("votes", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_votes_votekind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_votes_votekind"), "kind IN ('stance', 'single')")
    with op.batch_alter_table("votes", schema=None) as batch_op:
        batch_op.drop_column("settled_at")
        batch_op.drop_column("has_rooms")
        batch_op.drop_column("seed_hash")
        batch_op.drop_column("seed")
        batch_op.drop_column("seed_source")
        batch_op.drop_constraint(batch_op.f("ck_votes_completion"), type_="check")
        batch_op.drop_column("completion")
        batch_op.drop_column("budget")
        batch_op.drop_column("points")
        batch_op.drop_column("most")
        batch_op.drop_column("least")
        batch_op.drop_column("seats")
        batch_op.drop_column("compares")
        batch_op.drop_constraint(batch_op.f("ck_votes_rule"), type_="check")
        batch_op.drop_column("rule")
        batch_op.drop_constraint(batch_op.f("ck_votes_keeping"), type_="check")
        batch_op.drop_column("keeping")
        batch_op.drop_column("standings")

    with op.batch_alter_table("vote_options", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_vote_options_subject_id_subjects"), type_="foreignkey")
        batch_op.drop_column("subject_id")
        batch_op.drop_column("cost")
        batch_op.drop_column("description")

    with op.batch_alter_table("vote_counts", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_vote_counts_option_id_shard"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_vote_counts_option_id"), ["option_id"])
        batch_op.alter_column("option_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("shard")

    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_proposals_merged_into_id_proposals"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_proposals_merged_into_id"))
        batch_op.drop_column("merged_into_id")
        batch_op.drop_column("effect")
        batch_op.drop_column("place")
        batch_op.drop_column("cost")

    with op.batch_alter_table("person_endorsements", schema=None) as batch_op:
        batch_op.drop_column("origin")

    with op.batch_alter_table("notifications", schema=None) as batch_op:
        batch_op.drop_column("child")
        batch_op.drop_column("easy")

    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_column("may_manage")
        batch_op.drop_column("may_withdraw")
        batch_op.drop_column("may_submit")
        batch_op.drop_column("may_approve")
        batch_op.drop_column("may_draft")
        batch_op.drop_column("ended_at")
        batch_op.drop_column("begins_at")

    with op.batch_alter_table("concerns_noted", schema=None) as batch_op:
        batch_op.drop_column("told_at")

    with op.batch_alter_table("community_organisations", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_community_organisations_area_id_areas"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_community_organisations_kind"))
        batch_op.drop_index(batch_op.f("ix_community_organisations_area_id"))
        batch_op.alter_column(
            "kind", existing_type=sa.String(length=40), type_=sa.VARCHAR(length=32), existing_nullable=False
        )
        batch_op.drop_column("version")
        batch_op.drop_column("reason")
        batch_op.drop_column("withdrawn_at")
        batch_op.drop_column("returned_at")
        batch_op.drop_column("confirmed_until")
        batch_op.drop_column("rules_name")
        batch_op.drop_column("rules_sha256")
        batch_op.drop_column("sealed_contact")
        batch_op.drop_column("approvals_needed")
        batch_op.drop_column("represented_on")
        batch_op.drop_column("represented_unit")
        batch_op.drop_column("website")
        batch_op.drop_column("area_id")

    with op.batch_alter_table("ballots", schema=None) as batch_op:
        batch_op.add_column(sa.Column("option_id", sa.INTEGER(), nullable=True))
    op.execute(
        "UPDATE ballots SET option_id = (SELECT o.id FROM vote_options o"
        " WHERE o.vote_id = ballots.vote_id AND o.code = ballots.content)"
    )
    op.execute("DELETE FROM ballots WHERE option_id IS NULL")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "UPDATE ballots SET id = -numbered.place FROM"
            " (SELECT id, row_number() OVER (ORDER BY id) AS place FROM ballots) AS numbered"
            " WHERE ballots.id = numbered.id"
        )
        op.execute("UPDATE ballots SET id = -id")
        op.execute("ALTER TABLE ballots ALTER COLUMN id TYPE INTEGER")
        op.execute("CREATE SEQUENCE ballots_id_seq AS integer OWNED BY ballots.id")
        op.execute("SELECT setval('ballots_id_seq', COALESCE((SELECT MAX(id) FROM ballots), 0) + 1, false)")
        op.execute("ALTER TABLE ballots ALTER COLUMN id SET DEFAULT nextval('ballots_id_seq')")
    with op.batch_alter_table("ballots", schema=None) as batch_op:
        batch_op.alter_column("option_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_constraint(batch_op.f("fk_ballots_link_id_ballot_links"), type_="foreignkey")
        batch_op.create_foreign_key(
            batch_op.f("fk_ballots_option_id_vote_options"), "vote_options", ["option_id"], ["id"]
        )
        batch_op.drop_constraint(batch_op.f("uq_ballots_vote_id_receipt_hash"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_ballots_link_id"))
        batch_op.create_index(batch_op.f("ix_ballots_option_id"), ["option_id"], unique=False)
        batch_op.alter_column("cast_at", existing_type=sa.DATETIME(), nullable=False)
        batch_op.alter_column("voter_key", existing_type=sa.VARCHAR(length=80), nullable=False)
        batch_op.drop_column("link_id")
        batch_op.drop_constraint(batch_op.f("ck_ballots_origin"), type_="check")
        batch_op.drop_column("origin")
        batch_op.drop_column("receipt_hash")
        batch_op.drop_column("salt")
        batch_op.drop_column("content")

    with op.batch_alter_table("survey_paper_scans", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_paper_scans_sha256"))

    op.drop_table("survey_paper_scans")
    with op.batch_alter_table("survey_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_files_sha256"))
        batch_op.drop_index(batch_op.f("ix_survey_files_response_id"))
        batch_op.drop_index("ix_survey_files_respondent")

    op.drop_table("survey_files")
    with op.batch_alter_table("survey_corrections", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_corrections_survey_id"))

    op.drop_table("survey_corrections")
    with op.batch_alter_table("proposal_ties", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_ties_subject_id"))

    op.drop_table("proposal_ties")
    op.drop_table("proposal_revisions")
    with op.batch_alter_table("proposal_attachments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_attachments_proposal_id"))

    op.drop_table("proposal_attachments")
    op.drop_table("proposal_approvals")
    with op.batch_alter_table("proposal_amendments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_amendments_proposal_id"))

    op.drop_table("proposal_amendments")
    with op.batch_alter_table("merge_offers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_merge_offers_proposal_id"))
        batch_op.drop_index(batch_op.f("ix_merge_offers_into_id"))

    op.drop_table("merge_offers")
    with op.batch_alter_table("map_votes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_map_votes_statement_id"))
        batch_op.drop_index("ix_map_votes_map")

    op.drop_table("map_votes")
    with op.batch_alter_table("map_statement_counts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_map_statement_counts_map_id"))

    op.drop_table("map_statement_counts")
    op.drop_table("endorsement_flags")
    op.drop_table("criterion_reviews")
    with op.batch_alter_table("survey_weights", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_weights_response_id"))

    op.drop_table("survey_weights")
    op.drop_table("survey_release_parts")
    with op.batch_alter_table("survey_paper_forms", schema=None) as batch_op:
        batch_op.drop_index("ix_survey_paper_forms_status")
        batch_op.drop_index(batch_op.f("ix_survey_paper_forms_respondent_key"))

    op.drop_table("survey_paper_forms")
    with op.batch_alter_table("survey_invitations", schema=None) as batch_op:
        batch_op.drop_index("ix_survey_invitations_batch")

    op.drop_table("survey_invitations")
    with op.batch_alter_table("replaced_seals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_replaced_seals_vote_id"))

    op.drop_table("replaced_seals")
    with op.batch_alter_table("map_statements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_map_statements_voter_key"))
        batch_op.drop_index("ix_map_statements_status")

    op.drop_table("map_statements")
    with op.batch_alter_table("map_publications", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_map_publications_run_id"))

    op.drop_table("map_publications")
    op.drop_table("map_groups")
    with op.batch_alter_table("delegate_invitations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delegate_invitations_organisation_id"))

    op.drop_table("delegate_invitations")
    with op.batch_alter_table("survey_weighting_runs", schema=None) as batch_op:
        batch_op.drop_index("ix_survey_weighting_runs_survey")

    op.drop_table("survey_weighting_runs")
    op.drop_table("survey_templates")
    op.drop_table("survey_sheet_uploads")
    with op.batch_alter_table("survey_releases", schema=None) as batch_op:
        batch_op.drop_index("ix_survey_releases_survey")

    op.drop_table("survey_releases")
    op.drop_table("survey_paper_settings")
    op.drop_table("survey_invitation_batches")
    with op.batch_alter_table("survey_imports", schema=None) as batch_op:
        batch_op.drop_index("ix_survey_imports_survey")

    op.drop_table("survey_imports")
    op.drop_table("survey_imported_figures")
    with op.batch_alter_table("survey_images", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_images_survey_id"))

    op.drop_table("survey_images")
    with op.batch_alter_table("survey_code_attempts", schema=None) as batch_op:
        batch_op.drop_index("ix_survey_code_attempts_network")
        batch_op.drop_index(batch_op.f("ix_survey_code_attempts_at"))

    op.drop_table("survey_code_attempts")
    with op.batch_alter_table("room_batches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_room_batches_vote_id"))

    op.drop_table("room_batches")
    op.drop_table("participations")
    with op.batch_alter_table("organisation_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisation_steps_organisation_id"))

    op.drop_table("organisation_steps")
    op.drop_table("map_voters")
    op.drop_table("map_runs")
    op.drop_table("map_counts")
    with op.batch_alter_table("handovers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handovers_organisation_id"))

    op.drop_table("handovers")
    with op.batch_alter_table("gather_acts", schema=None) as batch_op:
        batch_op.drop_index("ix_gather_acts_person")

    op.drop_table("gather_acts")
    op.drop_table("electors")
    with op.batch_alter_table("elector_guesses", schema=None) as batch_op:
        batch_op.drop_index("ix_elector_guesses_vote")
        batch_op.drop_index(batch_op.f("ix_elector_guesses_at"))

    op.drop_table("elector_guesses")
    op.drop_table("ballot_links")
    with op.batch_alter_table("opinion_maps", schema=None) as batch_op:
        batch_op.drop_index("ix_opinion_maps_subject")
        batch_op.drop_index(batch_op.f("ix_opinion_maps_consultation_id"))

    op.drop_table("opinion_maps")
    with op.batch_alter_table("community_organisations", schema=None) as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_community_organisations_organisationkind"),
            "kind IN ('neighbourhood_association', 'district_council', 'npo', 'company', 'school', 'other')",
        )


def _write_ballots_anew() -> None:
    """Write each ballot as a text with a salt of its own, and note on which day each voter took part."""
    bind = op.get_bind()
    ballots = sa.table(
        "ballots",
        sa.column("id", sa.BigInteger),
        sa.column("vote_id", sa.Integer),
        sa.column("voter_key", sa.String),
        sa.column("option_id", sa.Integer),
        sa.column("cast_at", sa.DateTime(timezone=True)),
        sa.column("content", sa.Text),
        sa.column("salt", sa.String),
    )
    options = sa.table("vote_options", sa.column("id", sa.Integer), sa.column("code", sa.String))
    participations = sa.table(
        "participations",
        sa.column("vote_id", sa.Integer),
        sa.column("voter_key", sa.String),
        sa.column("day", sa.Date),
    )
    wanted = sa.select(ballots, options.c.code).join(options, options.c.id == ballots.c.option_id)
    rows = bind.execute(wanted).all()
    if not rows:
        return
    bind.execute(
        ballots.update()
        .where(ballots.c.id == sa.bindparam("of"))
        .values(content=sa.bindparam("as_text"), salt=sa.bindparam("with_salt")),
        [{"of": row.id, "as_text": row.code, "with_salt": secrets.token_hex(16)} for row in rows],
    )
    bind.execute(
        participations.insert(),
        [
            {"vote_id": row.vote_id, "voter_key": row.voter_key, "day": _day_in_tokyo(row.cast_at)}
            for row in rows
        ],
    )


def _day_in_tokyo(moment: datetime) -> date:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(ZoneInfo("Asia/Tokyo")).date()
