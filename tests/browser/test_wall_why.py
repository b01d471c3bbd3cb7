"""Why an alert was raised, as the wall shows it: the strip, the curves with their marks, the rule and the network."""

import re

import cv2
import numpy as np

from detectors.measure_words import MARKS, MEASUREMENTS
from tests.browser.test_wall_page import Page, browser, card, expect, open_wall, page, pytestmark, server
from tests.fakes.wall_server import WEB, WallServer, iso

__all__ = ["browser", "page", "pytestmark", "server"]

HEIGHT = {"name": "height", "at_s": [8.0, 9.0, 10.0, 12.5], "values": [1.0, 0.97, 0.4, 0.3], "limit": 0.62}
TRUNK = {
    "name": "trunk_deg",
    "at_s": [8.0, 9.0, 10.0, 12.5],
    "values": [3.0, None, 60.0, 88.0],
    "limit": 35.0,
}
UNKNOWN = {"name": "a_new_one", "at_s": [8.0, 12.5], "values": [1.0, 2.0], "limit": None}
EMPTY = {"name": "hips", "at_s": [8.0, 12.5], "values": [None, None], "limit": 0.42}


def strip(grey: int = 120) -> bytes:
    done, jpeg = cv2.imencode(".jpg", np.full((200, 1296, 3), grey, np.uint8))
    assert done
    return jpeg.tobytes()


def open_picture(page: Page, number: int = 1) -> None:
    card(page, number).locator(".look").click()
    expect(page.locator("#picture")).to_be_visible()


def frames(page: Page):
    return page.locator(".why-strip img")


def test_a_fall_is_explained_with_frames_curves_rule_and_network(page: Page, server: WallServer) -> None:
    server.add_alert()
    server.add_event(1, strip(), curves=[HEIGHT, TRUNK, UNKNOWN, EMPTY])
    open_wall(page, server)
    open_picture(page)
    expect(frames(page)).to_be_visible()
    assert frames(page).evaluate("image => image.decode().then(() => image.naturalWidth)") == 1296
    figures = page.locator(".why-charts figure")
    expect(figures).to_have_count(3)
    expect(figures.nth(0)).to_contain_text("身高占站立时的比例")
    expect(figures.nth(0)).to_contain_text("低于虚线：身体已放低")
    expect(figures.nth(0).locator("svg")).to_have_attribute(
        "aria-label", "身高占站立时的比例：最后为 0.3，界限 0.62"
    )
    expect(figures.nth(0).locator("text")).to_have_text(["-4.5 s", "0 s", "0.62", "1"])
    expect(figures.nth(2)).to_contain_text("a_new_one")
    expect(page.locator(".why-made")).to_have_text("规则 fall-2 · 模型 movenet_multipose 12efcc29")
    expect(page.locator(".why-events")).to_be_hidden()
    expect(page.locator(".why-said")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("#picture")).to_be_hidden()


def test_a_curve_crosses_its_mark_where_the_person_went_down(page: Page, server: WallServer) -> None:
    server.add_alert()
    server.add_event(1, curves=[HEIGHT, TRUNK])
    open_wall(page, server)
    open_picture(page)
    places = (
        page.locator(".why-charts figure")
        .nth(0)
        .evaluate("""figure => ({
      curve: [...figure.querySelector(".curve").points].map(point => [point.x, point.y]),
      mark: figure.querySelector(".limit").y1.baseVal.value,
      width: figure.querySelector("svg").viewBox.baseVal.width,
    })""")
    )
    xs, ys = zip(*places["curve"], strict=True)
    assert list(xs) == sorted(xs) and xs[-1] <= places["width"]
    assert ys[0] < ys[1] < places["mark"] < ys[2] < ys[3], "downward is more"
    trunk = page.locator(".why-charts figure").nth(1)
    expect(trunk.locator(".dot")).to_have_count(1)
    expect(trunk.locator(".curve")).to_have_count(1)


def test_what_was_not_kept_is_said_in_words(page: Page, server: WallServer) -> None:
    server.add_alert()
    server.add_event(1)
    open_wall(page, server)
    open_picture(page)
    expect(page.locator(".why-said")).to_have_text("没有留下测量曲线。")
    expect(page.locator(".why-strip")).to_have_text("没有事件之前的画面。")
    expect(frames(page)).to_be_hidden()


def test_a_strip_that_cannot_be_had_leaves_words_and_no_broken_picture(
    page: Page, server: WallServer
) -> None:
    server.add_alert()
    server.add_event(1, b"no picture", curves=[HEIGHT])
    open_wall(page, server)
    open_picture(page)
    expect(page.locator(".why-strip figcaption")).to_have_text("没有事件之前的画面。")
    expect(frames(page)).to_be_hidden()
    expect(page.locator(".why-charts figure")).to_have_count(1)


def test_reasons_that_cannot_be_read_do_not_keep_anybody_from_acting(page: Page, server: WallServer) -> None:
    server.add_alert()
    open_wall(page, server)
    page.route(re.compile(r"/alerts/1$"), lambda route: route.abort("connectionrefused"))
    open_picture(page)
    expect(page.locator(".why-said")).to_have_text("取不到依据：服务器没有应答。")
    page.locator("#picture").get_by_role("button", name="接警").click()
    expect(page.locator("#picture .picture-facts")).to_contain_text("已接警 · 王芳")


def test_of_several_events_the_first_is_shown_and_each_can_be_chosen(page: Page, server: WallServer) -> None:
    server.add_alert(kind="crowd", level="dangerous", event_count=2)
    first = {"name": "count", "at_s": [1.0, 9.0], "values": [3.0, 9.0], "limit": 8.0}
    server.add_event(1, strip(60), level="crowded", curves=[first], occurred_at=iso(60))
    server.add_event(
        1, strip(200), level="dangerous", curves=[first | {"limit": 12.0, "values": [9.0, 14.0]}]
    )
    open_wall(page, server)
    open_picture(page)
    mark = page.locator(".why-charts svg")
    expect(mark).to_have_attribute("aria-label", "区域内人数：最后为 9，界限 8")
    expect(page.locator(".why-events option:checked")).to_contain_text("拥挤")
    page.locator(".why-events").select_option(index=0)
    expect(mark).to_have_attribute("aria-label", "区域内人数：最后为 14，界限 12")
    expect(frames(page)).to_have_attribute("src", re.compile(r"000001/strip\.jpg$"))
    server.add_event(1, level="crowded", rising=False, curves=[first])
    server.change(1, "eased", level="crowded", event_count=3)
    expect(page.locator(".why-events option")).to_have_count(3)
    expect(mark).to_have_attribute("aria-label", "区域内人数：最后为 14，界限 12")


def test_the_reasons_follow_the_selected_alert_and_the_language(page: Page, server: WallServer) -> None:
    server.add_alert(raised_at=iso(10))
    server.add_alert(raised_at=iso(20), kind="crowd")
    server.add_event(1, strip(), curves=[HEIGHT])
    server.add_event(2, curves=[{"name": "count", "at_s": [1.0, 9.0], "values": [3.0, 9.0], "limit": 8.0}])
    page.add_init_script("localStorage.setItem('vms.language', 'en')")
    open_wall(page, server)
    open_picture(page)
    expect(page.locator(".why-charts")).to_contain_text("height as share of standing")
    expect(page.locator(".why-made")).to_have_text("Rule fall-2 · network movenet_multipose 12efcc29")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".why-charts")).to_contain_text("persons in the zone")
    expect(page.locator(".why-charts")).not_to_contain_text("standing")
    expect(frames(page)).to_be_hidden()
    assert re.findall("[一-鿿]+", page.locator(".why").inner_text()) == []


def test_the_whole_of_it_can_be_reached_on_any_screen(page: Page, server: WallServer) -> None:
    server.add_alert()
    server.add_event(1, strip(), curves=[HEIGHT, TRUNK, UNKNOWN] * 2)
    for width, height in ((360, 640), (1366, 768), (3840, 2160)):
        page.set_viewport_size({"width": width, "height": height})
        open_wall(page, server)
        open_picture(page)
        expect(page.locator(".why-charts figure")).to_have_count(6)
        dialog = page.locator("#picture").bounding_box()
        assert dialog["x"] >= 0 and dialog["x"] + dialog["width"] <= width
        assert dialog["y"] >= 0 and dialog["y"] + dialog["height"] <= height
        page.locator(".why-made").scroll_into_view_if_needed()
        expect(page.locator(".why-made")).to_be_in_viewport()
        expect(page.locator("#picture .act").first).to_be_in_viewport()
        assert page.locator(".picture-body").evaluate("body => body.scrollWidth <= body.clientWidth")


def test_the_wall_and_the_report_call_measurements_the_same() -> None:
    script = (WEB / "language.js").read_text("utf-8")
    told = {
        (table, name): (zh, en)
        for table, name, zh, en in re.findall(r'"(measure|mark)\.(\w+)": \["([^"]*)", "([^"]*)"\]', script)
    }
    expected = {("measure", name): MEASUREMENTS[name] for name in MARKS}
    expected |= {("mark", name): words for name, words in MARKS.items()}
    assert {key: words for key, words in told.items() if key != ("mark", "other")} == expected


def test_the_page_stays_light() -> None:
    assert sum(path.stat().st_size for path in WEB.glob("*.js")) < 150_000
