"""What a person sees while a long run writes its own output to a log."""

import subprocess
import sys

FOLLOWED = """
import os, time
from rapport.cli.following import following
from rapport.journal import entry
from rapport.settings import current_settings
from rapport.state import open_state

settings = current_settings()
state = open_state(settings.state_url)
with entry(state, "earlier"):
    pass
with following(settings):
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    for command in ("check raw", "build"):
        with entry(state, command):
            time.sleep(0.1)
"""


def test_each_step_is_told_once_while_the_output_goes_elsewhere_and_earlier_ones_are_not(tmp_path):
    told = subprocess.run(
        [sys.executable, "-c", FOLLOWED], env={"RAPPORT_HOME": str(tmp_path), "PATH": ""}, capture_output=True, text=True
    )

    assert told.returncode == 0, told.stderr
    assert [line.split("  ")[-1] for line in told.stderr.splitlines()] == ["check raw …", "build …"]
