"""The browser of the tests starts, whichever it is, and shows Swedish text."""

import pytest

from dev import browser


def test_the_browser_opens_a_page(page):
    page.set_content("<h1>Åtgärder och öppna frågor</h1>")

    assert page.get_by_role("heading").inner_text() == "Åtgärder och öppna frågor"


def test_a_missing_browser_is_told_with_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(browser, "system_browser", lambda: None)
    monkeypatch.setattr(browser, "PACKAGE", tmp_path)
    browser.packaged_browser.cache_clear()

    with pytest.raises(browser.NoBrowser, match="Run make test"):
        browser.launch_arguments()
