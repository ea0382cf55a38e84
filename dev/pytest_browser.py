"""A pytest plugin: pytest-playwright drives the Chromium of dev/browser.py."""

import os

import pytest

from dev.browser import NoBrowser, launch_arguments


class LaunchArguments:
    """Fixtures that must be registered after pytest-playwright's own, to take their place."""

    @pytest.fixture(scope="session")
    @classmethod
    def browser_type_launch_args(cls, browser_type_launch_args):
        try:
            return browser_type_launch_args | launch_arguments()
        except NoBrowser as error:
            if os.environ.get("CI"):
                pytest.fail(str(error), pytrace=False)
            pytest.skip(str(error))


def pytest_configure(config):
    config.pluginmanager.register(LaunchArguments(), "portal-launch-arguments")


def pytest_collection_modifyitems(items):
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
