"""Programs that tests need beside the environment."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest


def need(reason: str, lost: str) -> None:
    """Skip what cannot be tested for a reason, if there is one, and say what is lost; in CI nothing may be left out."""
    if reason and os.environ.get("CI"):
        pytest.fail(reason)
    if reason:
        pytest.skip(f"{lost}: {reason}")


def install(what: str, *packages: str) -> str:
    """Install Debian's packages; return why that cannot be, or nothing."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return f"{what} is not installed, and only root on Debian or Ubuntu can install it here"
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    with (Path(tempfile.gettempdir()) / "apt-get.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of two at once, apt-get would refuse one
        for arguments in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", *packages]):
            done = subprocess.run(["apt-get", *arguments], env=environment, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"{what} cannot be installed: {done.stderr[-500:]}"
