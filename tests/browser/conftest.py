"""A browser for the tests of pages."""

import os

import pytest

from chromium import browser, install


@pytest.fixture(scope="session")
def chromium():
    """A browser, installed if need be."""
    reason = install()
    if reason and os.environ.get("CI"):
        pytest.fail(reason)
    if reason:
        pytest.skip(f"NO PAGE IS OPENED IN A BROWSER: {reason}")
    with browser() as running:
        yield running
