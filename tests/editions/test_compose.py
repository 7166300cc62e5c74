"""Composing: figures first, files that never change, the same bytes each time."""

import json
from hashlib import sha256

from rapport.editions.compose import compose


def test_trial(settings, state, asked):
    edition = compose(settings, state, "management_month", "2026-10")
    print(edition.folder)
    import shutil
    shutil.rmtree("/tmp/editions/out", ignore_errors=True)
    shutil.copytree(edition.folder, "/tmp/editions/out")
