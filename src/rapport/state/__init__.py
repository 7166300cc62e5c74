"""State: what happened, in a database of its own (SQLAlchemy Core, Alembic); files remain the truth."""

from rapport.state.database import State, open_state

__all__ = ["State", "open_state"]
