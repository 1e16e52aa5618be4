"""Surveys have sections, conditions, versions of the questionnaire and origins of answers.

Revision: 0003; follows: 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "survey_sections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survey_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column("starts_page", sa.Boolean(), nullable=False),
        sa.Column("shuffles", sa.Boolean(), nullable=False),
        sa.Column("condition", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("easy", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("jumps", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(
            ["survey_id"], ["surveys.id"], name=op.f("fk_survey_sections_survey_id_surveys")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_sections")),
        sa.UniqueConstraint("survey_id", "code", name=op.f("uq_survey_sections_survey_id_code")),
        info={"freshness": "surveys"},
    )
    with op.batch_alter_table("survey_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_answers_question_id"))
        batch_op.create_index(
            "ix_survey_answers_question_response", ["question_id", "response_id"], unique=False
        )

    with op.batch_alter_table("survey_counts", schema=None) as batch_op:
        batch_op.alter_column(
            "choice", existing_type=sa.VARCHAR(length=20), type_=sa.String(length=64), existing_nullable=False
        )

    with op.batch_alter_table("survey_drafts", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("respondent_key", sa.String(length=80), nullable=False, server_default="")
        )
    op.execute("UPDATE survey_drafts SET respondent_key = 'person:' || person_id")
    with op.batch_alter_table("survey_drafts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("secret_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("seed", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("section", sa.String(length=20), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("form_version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.drop_constraint(batch_op.f("uq_survey_drafts_survey_id_person_id"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_survey_drafts_secret_hash"), ["secret_hash"])
        batch_op.create_unique_constraint(
            batch_op.f("uq_survey_drafts_survey_id_respondent_key"), ["survey_id", "respondent_key"]
        )
        batch_op.drop_constraint(batch_op.f("fk_survey_drafts_person_id_persons"), type_="foreignkey")
        batch_op.drop_column("person_id")

    with op.batch_alter_table("survey_questions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("section_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("condition", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True)
        )
        batch_op.add_column(
            sa.Column("easy", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True)
        )
        batch_op.add_column(
            sa.Column("is_attribute", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column(
                "results_shown",
                sa.Enum(
                    "live",
                    "after_closing",
                    "never",
                    name="resultsshown",
                    native_enum=False,
                    create_constraint=True,
                    length=32,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("bank_key", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("image", sa.String(length=40), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("image_text", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("first_version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("last_version", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("replaces_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_survey_questions_bank_key"), ["bank_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_survey_questions_section_id"), ["section_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_survey_questions_replaces_id_survey_questions"),
            "survey_questions",
            ["replaces_id"],
            ["id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_survey_questions_section_id_survey_sections"),
            "survey_sections",
            ["section_id"],
            ["id"],
        )

    # What was asked so far stands in one section, and everybody was asked everything.
    op.execute(
        "INSERT INTO survey_sections (survey_id, code, position, title, intro, starts_page, shuffles, jumps)"
        " SELECT id, 's1', 1, '', '', TRUE, FALSE, '[]' FROM surveys"
    )
    op.execute(
        "UPDATE survey_questions SET section_id ="
        " (SELECT s.id FROM survey_sections s WHERE s.survey_id = survey_questions.survey_id)"
    )
    op.execute(
        "INSERT INTO survey_counts (survey_id, question_code, choice, count)"
        " SELECT q.survey_id, q.code, '?', c.count FROM survey_questions q"
        " JOIN survey_counts c ON c.survey_id = q.survey_id AND c.question_code = '' AND c.choice = '*'"
    )
    with op.batch_alter_table("survey_questions", schema=None) as batch_op:
        batch_op.alter_column("section_id", existing_type=sa.Integer(), nullable=False)

    with op.batch_alter_table("survey_responses", schema=None) as batch_op:
        batch_op.add_column(sa.Column("form_version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(
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
                server_default="web",
            )
        )
        batch_op.add_column(sa.Column("seed", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column(
                "attributes",
                sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
                nullable=False,
                server_default=sa.text("'{}'"),
            )
        )
        batch_op.add_column(sa.Column("paper_number", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("entered_by_id", sa.Integer(), nullable=True))
        batch_op.create_unique_constraint(
            batch_op.f("uq_survey_responses_survey_id_paper_number"), ["survey_id", "paper_number"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_survey_responses_entered_by_id_persons"), "persons", ["entered_by_id"], ["id"]
        )

    with op.batch_alter_table("surveys", schema=None) as batch_op:
        batch_op.add_column(sa.Column("code", sa.String(length=40), nullable=True))
        batch_op.add_column(
            sa.Column("easy", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True)
        )
        batch_op.add_column(sa.Column("leads_to_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "layout",
                sa.Enum(
                    "whole", "pages", name="layout", native_enum=False, create_constraint=True, length=32
                ),
                nullable=False,
                server_default="whole",
            )
        )
        batch_op.add_column(sa.Column("form_version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("series", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("wave", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_surveys_series"), ["series"], unique=False)
        batch_op.create_unique_constraint(batch_op.f("uq_surveys_code"), ["code"])
        batch_op.create_foreign_key(
            batch_op.f("fk_surveys_leads_to_id_surveys"), "surveys", ["leads_to_id"], ["id"]
        )

    # The defaults were for the rows that stood already.
    with op.batch_alter_table("survey_drafts", schema=None) as batch_op:
        batch_op.alter_column("respondent_key", server_default=None)
        batch_op.alter_column("seed", server_default=None)
        batch_op.alter_column("section", server_default=None)
        batch_op.alter_column("form_version", server_default=None)
    with op.batch_alter_table("survey_questions", schema=None) as batch_op:
        batch_op.alter_column("is_attribute", server_default=None)
        batch_op.alter_column("image", server_default=None)
        batch_op.alter_column("image_text", server_default=None)
        batch_op.alter_column("first_version", server_default=None)
    with op.batch_alter_table("survey_responses", schema=None) as batch_op:
        batch_op.alter_column("form_version", server_default=None)
        batch_op.alter_column("origin", server_default=None)
        batch_op.alter_column("seed", server_default=None)
        batch_op.alter_column("attributes", server_default=None)
    with op.batch_alter_table("surveys", schema=None) as batch_op:
        batch_op.alter_column("layout", server_default=None)
        batch_op.alter_column("form_version", server_default=None)

    # Words that were added.
    with op.batch_alter_table("surveys", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_surveys_audience"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_surveys_audience"), "audience IN ('anyone', 'account', 'invited')"
        )


def downgrade() -> None:
    op.execute("UPDATE surveys SET audience = 'account' WHERE audience = 'invited'")
    with op.batch_alter_table("surveys", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_surveys_audience"), type_="check")
        batch_op.create_check_constraint(op.f("ck_surveys_audience"), "audience IN ('anyone', 'account')")
    with op.batch_alter_table("surveys", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_surveys_leads_to_id_surveys"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_surveys_code"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_surveys_series"))
        batch_op.drop_column("wave")
        batch_op.drop_column("series")
        batch_op.drop_column("form_version")
        batch_op.drop_constraint(batch_op.f("ck_surveys_layout"), type_="check")
        batch_op.drop_column("layout")
        batch_op.drop_column("leads_to_id")
        batch_op.drop_column("easy")
        batch_op.drop_column("code")

    with op.batch_alter_table("survey_responses", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_survey_responses_entered_by_id_persons"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_survey_responses_survey_id_paper_number"), type_="unique")
        batch_op.drop_column("entered_by_id")
        batch_op.drop_column("paper_number")
        batch_op.drop_column("attributes")
        batch_op.drop_column("seed")
        batch_op.drop_constraint(batch_op.f("ck_survey_responses_origin"), type_="check")
        batch_op.drop_column("origin")
        batch_op.drop_column("form_version")

    with op.batch_alter_table("survey_questions", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_survey_questions_section_id_survey_sections"), type_="foreignkey"
        )
        batch_op.drop_constraint(
            batch_op.f("fk_survey_questions_replaces_id_survey_questions"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_survey_questions_section_id"))
        batch_op.drop_index(batch_op.f("ix_survey_questions_bank_key"))
        batch_op.drop_column("replaces_id")
        batch_op.drop_column("last_version")
        batch_op.drop_column("first_version")
        batch_op.drop_column("image_text")
        batch_op.drop_column("image")
        batch_op.drop_column("bank_key")
        batch_op.drop_constraint(batch_op.f("ck_survey_questions_resultsshown"), type_="check")
        batch_op.drop_column("results_shown")
        batch_op.drop_column("is_attribute")
        batch_op.drop_column("easy")
        batch_op.drop_column("condition")
        batch_op.drop_column("section_id")

    with op.batch_alter_table("survey_drafts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("person_id", sa.INTEGER(), nullable=True))
    op.execute(
        "UPDATE survey_drafts SET person_id = CAST(substr(respondent_key, 8) AS INTEGER)"
        " WHERE respondent_key LIKE 'person:%'"
    )
    op.execute("DELETE FROM survey_drafts WHERE person_id IS NULL")
    with op.batch_alter_table("survey_drafts", schema=None) as batch_op:
        batch_op.alter_column("person_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_survey_drafts_person_id_persons"), "persons", ["person_id"], ["id"]
        )
        batch_op.drop_constraint(batch_op.f("uq_survey_drafts_survey_id_respondent_key"), type_="unique")
        batch_op.drop_constraint(batch_op.f("uq_survey_drafts_secret_hash"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_survey_drafts_survey_id_person_id"), ["survey_id", "person_id"]
        )
        batch_op.drop_column("form_version")
        batch_op.drop_column("section")
        batch_op.drop_column("seed")
        batch_op.drop_column("secret_hash")
        batch_op.drop_column("respondent_key")

    op.execute("DELETE FROM survey_counts WHERE choice = '?' OR length(choice) > 20")
    with op.batch_alter_table("survey_counts", schema=None) as batch_op:
        batch_op.alter_column(
            "choice", existing_type=sa.String(length=64), type_=sa.VARCHAR(length=20), existing_nullable=False
        )

    with op.batch_alter_table("survey_answers", schema=None) as batch_op:
        batch_op.drop_index("ix_survey_answers_question_response")
        batch_op.create_index(batch_op.f("ix_survey_answers_question_id"), ["question_id"], unique=False)

    op.drop_table("survey_sections")
