"""What is worth saying of a file that was taken, so that it can be told after its load."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("loads", sa.Column("notices", sa.JSON(), nullable=True))
