"""Templates of several days, places and stretches: what was one pair of hours becomes a stretch of each place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "21_template_days"
down_revision = "20_units"
branch_labels = None
depends_on = None

_OLD = ("begins", "ends", "stations", "minutes", "minutes_each", "walk_in")


def upgrade() -> None:
    op.add_column("visit_template", sa.Column("days", sa.Integer(), nullable=False, server_default=sa.text("1")))
    op.add_column("visit_template", sa.Column("stretches", sa.JSON(), nullable=True))
    _carry_over()
    with op.batch_alter_table("visit_template") as table:
        table.alter_column("stretches", nullable=False, existing_type=sa.JSON())
        for column in _OLD:
            table.drop_column(column)


def _carry_over() -> None:
    template = sa.table(
        "visit_template", sa.column("municipality_id", sa.String), sa.column("id", sa.String),
        sa.column("begins", sa.Time), sa.column("ends", sa.Time), sa.column("stations", sa.Integer),
        sa.column("minutes", sa.Integer), sa.column("minutes_each", sa.Integer), sa.column("walk_in", sa.Integer),
        sa.column("places", sa.JSON), sa.column("stretches", sa.JSON),
    )  # fmt: skip
    connection = op.get_bind()
    for row in connection.execute(sa.select(template)).mappings().all():
        stretches = [
            {
                "place": at, "day": 0, "begins": f"{row['begins']:%H:%M}", "ends": f"{row['ends']:%H:%M}",
                "minutes": row["minutes"], "capacity": row["stations"] * (row["minutes"] // row["minutes_each"]),
                "walk_in": row["walk_in"],
            }
            for at, _place in enumerate(row["places"])
        ]  # fmt: skip
        mine = (template.c.municipality_id == row["municipality_id"]) & (template.c.id == row["id"])
        connection.execute(template.update().where(mine).values(stretches=stretches))
