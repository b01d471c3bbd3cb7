"""`vms demo` as a stranger sees it: run the command, open the printed address in a real browser, watch the wall."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (dev group)")
expect = playwright_api.expect

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-sync",
]

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine to show the wall in"),
    pytest.mark.timeout(240),
]

FALL, CROWD, QUIET = "光明路东口", "人民广场北侧", "和平里小区门口"


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "vms.cli", "demo", "--port", "0", "--for", "75", "--json"]
    process = subprocess.Popen(
        [*command, "--data", str(tmp_path / "data")],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "VMS_LANGUAGE": "en"},
    )
    yield process
    process.terminate()
    process.wait(30)
    assert process.stdout is not None
    process.stdout.close()


def acknowledge(card) -> None:  # type: ignore[no-untyped-def]
    """Press until it is taken: while cards move the wall refuses clicks on purpose, lest they take the wrong alert."""
    for _ in range(8):
        card.get_by_role("button", name="接警").click()
        try:
            expect(card).to_have_attribute("data-state", "acknowledged", timeout=1_500)
        except AssertionError:
            continue
        return
    raise AssertionError("the alert could not be acknowledged")


def test_the_demo_shows_a_fall_and_a_crowd_and_nothing_from_the_quiet_street(
    demo: subprocess.Popen[str],
) -> None:
    assert demo.stdout is not None
    url = json.loads(demo.stdout.readline())["ready"]["url"]
    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
        page.add_init_script("localStorage.setItem('vms.author', '王芳')")
        page.goto(url)
        cards = page.locator("alert-card")
        expect(cards.filter(has_text=FALL)).to_have_count(1, timeout=60_000)
        expect(cards.filter(has_text=CROWD)).to_have_count(1, timeout=60_000)
        for place in (FALL, CROWD):
            picture = cards.filter(has_text=place).locator("img")
            expect(picture).to_be_visible()
            page.wait_for_function("image => image.naturalWidth >= 640", arg=picture.element_handle())
        if folder := os.environ.get("VMS_SCREENSHOTS"):
            page.screenshot(path=f"{folder}/wall.png")
        acknowledge(cards.filter(has_text=FALL))
        expect(cards.filter(has_text=QUIET)).to_have_count(0)
        browser.close()
    summary = json.loads(demo.stdout.read().splitlines()[-1])["summary"]
    assert summary["cameras"] == 3
    assert summary["alerts_by_kind"] == {"crowd": 1, "fall": 1}
    assert summary["alerts"] == 2
    assert summary["events"] >= 2 and summary["notifications"] >= 3
