"""What a build was made by and from, so that the next one knows whether it may continue it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("builds", sa.Column("project", sa.String(length=64), nullable=True))
    op.add_column("builds", sa.Column("seen", sa.String(length=64), nullable=True))
