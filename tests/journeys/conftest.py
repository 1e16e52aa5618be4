"""The browser fixtures for the journeys."""

from tests.support.browser import browser, demo_data, site, tab

__all__ = ["browser", "demo_data", "site", "tab"]
