"""Make the two pictures of the README from a running portal with the demo.

make run            in one terminal
make screenshots    in another
"""

import os
from pathlib import Path

from playwright.sync_api import sync_playwright

from dev import browser

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "images"
PICTURES = [
    ("agenda", "chef", "/agenda/?vy=tavla"),
    ("item", "chef", "/agenda/?q=självbetjäningen"),
]


def main():
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(**browser.launch_arguments())
        for name, persona, path in PICTURES:
            page = chromium.new_page(viewport={"width": 1280, "height": 860}, color_scheme="light")
            page.goto(f"{address}/logga-in/")
            page.locator(f"button[name=persona][value={persona}]").click()
            page.goto(address + path)
            if name == "item":
                page.locator("#items tbody th a").first.click()
                page.locator(".timeline").first.wait_for()
            page.wait_for_load_state("networkidle")
            page.screenshot(path=FOLDER / f"{name}.png")
            page.close()
        chromium.close()
    print(f"Wrote {len(PICTURES)} pictures to docs/images/.")


if __name__ == "__main__":
    main()
