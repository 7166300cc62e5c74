"""Publishes the newest build; run in a process of its own by the tests that kill it."""

from rapport.settings import current_settings
from rapport.state import open_state
from rapport.warehouse.build import latest_build
from rapport.warehouse.snapshots import publish

if __name__ == "__main__":
    settings = current_settings()
    state = open_state(settings.state_url)
    print(publish(settings, state, latest_build(state).number).number)
