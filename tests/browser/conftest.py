"""A browser for the tests of pages."""

import pytest

import debian
from chromium import browser, install


@pytest.fixture(scope="session")
def chromium():
    """A browser, installed if need be."""
    debian.need(install(), "NO PAGE IS OPENED IN A BROWSER")
    with browser() as running:
        yield running
