"""A map's count says how many of its changes the latest run holds.

Revision: 0007; follows: 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("map_counts", sa.Column("changes_in_run", sa.Integer(), nullable=True))
    # Of runs made before it is not known (NULL); where there is no run, none of the changes is in one.
    counts, runs = sa.table("map_counts", sa.column("map_id"), sa.column("changes_in_run")), _runs()
    op.execute(
        counts.update().where(~sa.exists().where(runs.c.map_id == counts.c.map_id)).values(changes_in_run=0)
    )


def downgrade() -> None:
    with op.batch_alter_table("map_counts", schema=None) as batch_op:
        batch_op.drop_column("changes_in_run")


def _runs() -> sa.TableClause:
    return sa.table("map_runs", sa.column("map_id"))
