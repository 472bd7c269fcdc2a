"""Chromium without a window, for tests of pages."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

import debian

NAMES = ("chromium", "chromium-browser", "google-chrome")
# As root there is no sandbox; the rest asks for nothing from a network.
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
OPTIONS += ["--disable-component-update", "--disable-sync"]


def install() -> str:
    """Install Chromium where it is missing; return why that cannot be, or nothing."""
    return "" if found() else debian.install("Chromium", "chromium")


def found() -> str | None:
    """Return the path of a Chromium of this machine."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def browser() -> Iterator[Browser]:
    """Give a running browser."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found(), args=OPTIONS)
        try:
            yield running
        finally:
            running.close()
