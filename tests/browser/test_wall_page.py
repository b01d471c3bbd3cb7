"""The wall in a real browser, against a server whose every move the test decides.

After each test the console must be clean: no error, and nothing that the content security policy had to block.
"""

import re
import shutil
from collections.abc import Iterator

import pytest

from tests.fakes.wall_server import WallServer, camera, iso, running

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (dev group)")
Browser, Page, expect = playwright_api.Browser, playwright_api.Page, playwright_api.expect

expect.set_options(timeout=10_000)

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine to show the wall in")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def server() -> Iterator[WallServer]:
    with running() as server:
        yield server


@pytest.fixture
def page(browser: Browser, server: WallServer) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(10_000)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    # The browser itself reports every refused or failed connection; the tests bring those about on purpose.
    expected = re.compile(r"status of 409|WebSocket connection to|ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE")
    assert [text for text in complaints if not expected.search(text)] == []


def open_wall(page: Page, server: WallServer, *, author: str | None = "王芳") -> None:
    if author:
        page.add_init_script(f"localStorage.setItem('vms.author', '{author}')")
    page.goto(server.url)
    expect(connection(page)).to_have_attribute("data-state", "connected")


def connection(page: Page):
    return page.locator("#connection")


def card(page: Page, number: int):
    return page.locator(f"alert-card[data-id='{number}']")


# --- what arrives ---------------------------------------------------------------------------------------------------


def test_an_alert_appears_live_and_cannot_be_missed(page: Page, server: WallServer) -> None:
    open_wall(page, server)
    expect(page).to_have_title("光明路值班室 · 告警")
    expect(page.locator("#quiet")).to_contain_text("一切平静")
    server.raise_alert(kind="crowd", severity="major", facts={"count": 14, "limit": 8, "score": 0.9})
    expect(card(page, 1)).to_contain_text("人数过多")
    expect(card(page, 1)).to_contain_text("光明路东口")
    expect(card(page, 1)).to_contain_text("14 人，上限 8 人")
    expect(card(page, 1).locator(".synthetic")).to_be_visible()
    expect(card(page, 1).locator("img")).to_be_visible()
    expect(page).to_have_title("(1) 光明路值班室 · 告警")
    expect(page.locator("#spoken")).to_have_text("新告警：人数过多 · 光明路东口（模拟） · 广场")
    expect(page.locator("#quiet")).to_be_hidden()


def crowd(server: WallServer, **fields: object) -> None:
    server.raise_alert(
        kind="crowd",
        level="crowded",
        severity="major",
        facts={"count": 9, "limit": 8, "score": 0.6},
        **fields,
    )


def test_a_crowd_rises_and_falls_on_its_one_card(page: Page, server: WallServer) -> None:
    page.add_init_script(
        "window.rung = 0; AudioContext.prototype.createOscillator = new Proxy(AudioContext.prototype.createOscillator,"
        " { apply: (make, self, args) => { window.rung += 1; return Reflect.apply(make, self, args); } });"
    )
    open_wall(page, server)
    page.locator("#sound").click()
    page.wait_for_function("window.rung > 0")
    crowd(server)
    expect(card(page, 1).locator(".kind")).to_have_text("拥挤")
    expect(card(page, 1).locator(".level")).to_be_visible()
    page.evaluate("window.kept = document.querySelector('alert-card')")
    page.evaluate("window.rung = 0")

    more = {"count": 31, "limit": 8, "score": 1.0, "at_least": 1}
    server.change(1, "repeated", level="dangerous", severity="critical", event_count=2, facts=more)
    expect(card(page, 1).locator(".kind")).to_have_text("危险拥挤")
    expect(card(page, 1)).to_contain_text("至少 31 人，上限 8 人")
    expect(card(page, 1)).to_contain_text("级别变化 1 次")
    expect(card(page, 1).locator(".severity")).to_have_text("紧急")
    expect(card(page, 1)).to_have_attribute("data-severity", "critical")
    expect(page.locator("#spoken")).to_have_text("人群加剧：危险拥挤 · 光明路东口（模拟） · 广场")
    assert page.evaluate("window.rung") > 0

    page.evaluate("window.rung = 0")
    few = {"count": 2, "limit": 8, "score": 0.9}
    server.change(1, "eased", level="clear", severity="minor", event_count=3, facts=few)
    expect(card(page, 1).locator(".kind")).to_have_text("人群已散")
    expect(page.locator("#spoken")).to_have_text("人群缓解：人群已散 · 光明路东口（模拟） · 广场")
    assert page.evaluate("window.rung") == 0
    assert page.evaluate("window.kept === document.querySelector('alert-card')")
    expect(page.locator("alert-card")).to_have_count(1)

    page.locator("#language").click()
    expect(card(page, 1).locator(".kind")).to_have_text("Crowd cleared")
    server.change(1, "repeated", level="dangerous", severity="critical", event_count=4, facts=more)
    expect(card(page, 1).locator(".kind")).to_have_text("Dangerous crowd")
    expect(card(page, 1)).to_contain_text("at least 31 people, limit 8")


def test_a_level_is_shown_by_a_shape_and_not_by_colour_alone(page: Page, server: WallServer) -> None:
    crowd(server)
    server.add_alert()
    open_wall(page, server)
    filled = """card => [...card.querySelectorAll('.level i')].filter(
        bar => getComputedStyle(bar).backgroundColor !== 'rgba(0, 0, 0, 0)').length"""
    for level, bars in (("crowded", 2), ("dangerous", 3), ("busy", 1), ("clear", 0)):
        server.change(1, "repeated", level=level)
        expect(card(page, 1)).to_have_attribute("data-level", level)
        assert card(page, 1).evaluate(filled) == bars
    expect(card(page, 2).locator(".level")).to_be_hidden()


def test_somebody_found_lying_has_its_own_words(page: Page, server: WallServer) -> None:
    server.add_alert(
        kind="person_down", severity="major", state="acknowledged", taken_by="王芳", taken_at=iso()
    )
    open_wall(page, server)
    expect(card(page, 1).locator(".kind")).to_have_text("人员倒卧")
    expect(card(page, 1).locator("use").first).to_have_attribute("href", "#icon-person_down")
    card(page, 1).get_by_role("button", name="误报").click()
    expect(page.locator("#note .choices")).to_contain_text("躺着休息")


def test_cameras_that_fail_together_are_one_quiet_card_below_with_their_list_to_unfold(
    page: Page, server: WallServer
) -> None:
    fields = {"kind": "camera_offline", "zone": None, "severity": "major", "facts": {}, "snapshot_url": None}
    shared = {"unit_name": "示范社区", "network": "10.1.2.0/24", "causes": ["unreachable"]}
    server.add_alert(**fields, outage={"cameras": 2, "most": 2, **shared})
    server.add_alert(severity="minor")
    open_wall(page, server)
    cards = page.locator("alert-card")
    expect(cards).to_have_count(2)
    expect(cards.nth(0)).to_have_attribute("data-severity", "minor")
    card = cards.nth(1)
    expect(card.locator(".kind")).to_have_text("摄像机离线")
    expect(card.locator(".camera")).to_have_text("示范社区 2 路")
    expect(card.locator(".detail")).to_contain_text("网络不通")
    expect(card.locator(".look")).to_be_hidden()
    gone = {
        "unit_name": "示范社区",
        "left_at": None,
        "state": "offline",
        "causes": ["unreachable"],
        "error": None,
    }
    server.outages[1] = [{"id": 3, "name": "东口", **gone}, {"id": 4, "name": "西口", **gone}]
    card.locator("outage-list summary").click()
    expect(card.locator("outage-list li")).to_have_text(
        ["东口 · 示范社区 · 网络不通", "西口 · 示范社区 · 网络不通"]
    )
    server.outages[1][0] |= {"left_at": iso(), "state": "live"}
    server.change(1, "eased", event_count=2, outage={"cameras": 1, "most": 2, **shared})
    expect(card.locator(".camera")).to_have_text("示范社区 1 路")
    expect(card.locator("outage-list li").first).to_contain_text("已恢复")
    page.locator("#language").click()
    expect(card.locator(".kind")).to_have_text("Camera offline")
    server.change(1, "resolved", state="resolved", taken_by="system", taken_at=iso(), note="")
    expect(cards).to_have_count(1)
    page.locator("#ended summary").click()
    expect(page.locator("ended-alert .outcome")).to_have_text("Over by itself")


def test_a_notification_that_comes_twice_counts_once(page: Page, server: WallServer) -> None:
    open_wall(page, server)
    alert = server.raise_alert()
    first = server.log[0]
    server.change(1, "repeated", event_count=2)
    server.send(first | {"alert": alert | {"event_count": 77}})
    server.raise_alert()
    expect(card(page, 2)).to_be_visible()
    expect(card(page, 1)).to_contain_text("已触发 2 次")
    expect(page.locator("alert-card")).to_have_count(2)


def test_the_waiting_stand_first_and_the_newest_first_among_them(page: Page, server: WallServer) -> None:
    server.add_alert(raised_at=iso(300))
    server.add_alert(raised_at=iso(20), state="acknowledged", taken_by="李明", taken_at=iso(10))
    server.add_alert(raised_at=iso(200))
    server.add_alert(raised_at=iso(100), state="resolved", taken_by="李明", taken_at=iso(50))
    open_wall(page, server)
    order = page.locator("alert-card").evaluate_all("cards => cards.map(card => card.dataset.id)")
    assert order == ["3", "1", "2"]
    expect(card(page, 2)).to_contain_text("李明 已接警")
    page.locator("#ended summary").click()
    expect(page.locator("ended-alert")).to_contain_text("已处理 · 李明")


def test_what_others_do_appears_at_once(page: Page, server: WallServer) -> None:
    server.add_alert()
    open_wall(page, server)
    server.take(1, "李明")
    expect(page.locator("#taken alert-card")).to_contain_text("李明 已接警")
    server.change(1, "resolved", state="resolved")
    expect(page.locator("alert-card")).to_have_count(0)
    expect(page.locator("#ended .number")).to_have_text("1")


def test_a_change_touches_only_its_own_card(page: Page, server: WallServer) -> None:
    for _ in range(100):
        server.add_alert(raised_at=iso(60))
    open_wall(page, server)
    expect(page.locator("alert-card")).to_have_count(100)
    page.evaluate("""() => {
      window.kept = document.querySelector("alert-card[data-id='50']");
      window.moves = [];
      new MutationObserver(records => window.moves.push(
        ...records.flatMap(record => [...record.addedNodes, ...record.removedNodes].map(node => node.dataset.id)),
      )).observe(document.querySelector("#raised .cards"), { childList: true });
    }""")
    server.raise_alert()
    server.take(7, "李明")
    expect(page.locator("#taken alert-card")).to_have_count(1)
    assert page.evaluate("window.moves") == ["101", "7"]
    assert page.evaluate("window.kept === document.querySelector(\"alert-card[data-id='50']\")")


def test_a_snapshot_that_is_not_there_yet_is_asked_for_again(page: Page, server: WallServer) -> None:
    page.route(
        re.compile(r"snapshot\.jpg$"),
        lambda route: route.fulfill(status=200, body="", content_type="image/jpeg"),
    )
    server.add_alert()
    open_wall(page, server)
    expect(card(page, 1).locator("img")).to_have_attribute("src", re.compile(r"attempt=1$"))
    expect(card(page, 1).locator("img")).to_be_visible()


# --- nothing is lost ------------------------------------------------------------------------------------------------


def test_a_broken_connection_is_shown_and_resumes_where_it_was(page: Page, server: WallServer) -> None:
    open_wall(page, server)
    server.raise_alert()
    expect(card(page, 1)).to_be_visible()
    server.refuse_sockets = True
    server.drop_sockets()
    expect(connection(page)).to_have_attribute("data-state", "reconnecting")
    expect(page.locator("#banner")).to_contain_text("下面可能不是最新情况")
    server.raise_alert()
    server.refuse_sockets = False
    expect(card(page, 2)).to_be_visible()
    expect(connection(page)).to_have_attribute("data-state", "connected")
    expect(page.locator("#banner")).to_be_hidden()
    assert server.since == [0, 1]


def test_nothing_is_lost_when_the_server_restarts(page: Page, server: WallServer) -> None:
    server.raise_alert()
    open_wall(page, server)
    server.restart()
    server.raise_alert()
    expect(card(page, 2)).to_be_visible()
    expect(page.locator("alert-card")).to_have_count(2)
    assert server.since[-1] in (1, 2)


def test_a_server_restored_from_a_backup_is_read_afresh(page: Page, server: WallServer) -> None:
    server.raise_alert()
    server.raise_alert()
    open_wall(page, server)
    expect(page.locator("alert-card")).to_have_count(2)
    del server.log[1:], server.alerts[2]
    server.drop_sockets()
    expect(page.locator("alert-card")).to_have_count(1)
    expect(connection(page)).to_have_attribute("data-state", "connected")
    server.raise_alert()
    expect(page.locator("alert-card")).to_have_count(2)


def test_a_socket_that_is_open_but_deaf_is_replaced_on_waking(page: Page, server: WallServer) -> None:
    open_wall(page, server)
    server.add_alert()
    server.log.append(
        {"type": "notification", "seq": 1, "kind": "raised", "at": iso(), "alert": server.alerts[1]}
    )
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(card(page, 1)).to_be_visible()


def test_the_server_s_own_words_are_shown(page: Page, server: WallServer) -> None:
    open_wall(page, server)
    server.send({"type": "error", "code": "x", "message": {"en": "The room was closed", "zh": "本室已撤销"}})
    expect(page.locator("#notices")).to_contain_text("本室已撤销")


# --- what people do -------------------------------------------------------------------------------------------------


def test_the_name_is_asked_for_once_and_then_one_click_acknowledges(page: Page, server: WallServer) -> None:
    server.add_alert(raised_at=iso(10))
    server.add_alert(raised_at=iso(20))
    open_wall(page, server, author=None)
    card(page, 1).get_by_role("button", name="接警").click()
    page.locator("#name input").fill("王芳")
    page.keyboard.press("Enter")
    expect(page.locator("#taken alert-card")).to_contain_text("王芳 已接警")
    expect(page.locator("#author")).to_contain_text("王芳")
    expect(page.locator("#name")).to_be_hidden()
    card(page, 2).get_by_role("button", name="接警").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#taken alert-card")).to_have_count(2)
    assert server.posts == [
        ("acknowledge", number, {"room_id": 1, "author": "王芳", "note": ""}) for number in (1, 2)
    ]


def test_who_was_first_is_told(page: Page, server: WallServer) -> None:
    server.add_alert()
    server.taken_first[1] = "李明"
    open_wall(page, server)
    card(page, 1).get_by_role("button", name="接警").click()
    expect(card(page, 1).locator(".notice")).to_have_text("李明 已先接警。")
    server.take(1, "李明")
    expect(page.locator("#taken alert-card")).to_contain_text("李明 已接警")


def test_our_own_first_attempt_is_no_refusal(page: Page, server: WallServer) -> None:
    server.add_alert()
    server.taken_first[1] = "王芳"
    open_wall(page, server)
    with page.expect_response(re.compile("/wall$")):
        card(page, 1).get_by_role("button", name="接警").click()
    expect(card(page, 1).locator(".notice")).to_be_hidden()


def test_a_server_that_cannot_be_reached_is_told_on_the_card(page: Page, server: WallServer) -> None:
    server.add_alert()
    open_wall(page, server)
    page.route("**/acknowledge", lambda route: route.abort("connectionrefused"))
    card(page, 1).get_by_role("button", name="接警").click()
    expect(card(page, 1).locator(".notice")).to_have_text("没有连上服务器，未提交。请再试一次。")
    expect(card(page, 1).get_by_role("button", name="接警")).to_have_attribute("aria-disabled", "false")


def test_the_second_half_of_a_double_click_does_not_take_the_next_alert(
    page: Page, server: WallServer
) -> None:
    for _ in range(6):
        server.add_alert(raised_at=iso(60))
    open_wall(page, server)
    first = page.locator("#raised alert-card").first
    box = first.get_by_role("button", name="接警").bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 10)
    with page.expect_response("**/acknowledge"):
        page.mouse.down()
        page.mouse.up()
    # In one turn of the page's own loop: the cards have moved, and the second click comes straight after.
    page.evaluate(
        """async ([x, y]) => {
      while (!document.querySelector("#taken alert-card")) await new Promise(requestAnimationFrame);
      document.elementFromPoint(x, y).closest("button")?.dispatchEvent(
        new MouseEvent("click", { bubbles: true, detail: 2 }));
    }""",
        [box["x"] + 30, box["y"] + 10],
    )
    expect(page.locator("#notices")).to_contain_text("请再点一次")
    assert len(server.posts) == 1


def test_the_whole_work_can_be_done_from_the_keyboard(page: Page, server: WallServer) -> None:
    server.add_alert(raised_at=iso(10))
    server.add_alert(raised_at=iso(20))
    open_wall(page, server)
    expect(card(page, 1)).to_have_attribute("aria-current", "true")
    page.keyboard.press("j")
    expect(card(page, 1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(card(page, 2)).to_be_focused()
    page.keyboard.press("k")
    expect(card(page, 1)).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator("#taken").locator(card(page, 1))).to_be_focused()
    settled(page)
    page.keyboard.press("s")
    expect(card(page, 1)).to_contain_text("王芳 已派人")
    settled(page)
    page.keyboard.press("r")
    expect(page.locator("#note input")).to_be_focused()
    page.keyboard.type("asrd 已扶起")
    page.keyboard.press("Enter")
    expect(card(page, 1)).to_have_count(0)
    expect(card(page, 2)).to_be_focused()
    settled(page)
    page.keyboard.press("d")
    page.keyboard.press("Escape")
    expect(page.locator("#note")).to_be_hidden()
    page.keyboard.press("d")
    page.get_by_role("button", name="系鞋带").click()
    page.keyboard.press("Enter")
    expect(page.locator("alert-card")).to_have_count(0)
    assert [(verb, number, body["note"]) for verb, number, body in server.posts] == [
        ("acknowledge", 1, ""),
        ("dispatch", 1, ""),
        ("resolve", 1, "asrd 已扶起"),
        ("dismiss", 2, "系鞋带"),
    ]


def test_a_new_alert_does_not_slide_under_the_key(page: Page, server: WallServer) -> None:
    server.add_alert(raised_at=iso(60))
    open_wall(page, server)
    server.raise_alert()
    expect(card(page, 2)).to_be_visible()
    settled(page)
    page.keyboard.press("a")
    expect(page.locator("#taken").locator(card(page, 1))).to_be_visible()
    assert [number for _, number, _ in server.posts] == [1]


def test_shortcuts_can_be_switched_off(page: Page, server: WallServer) -> None:
    server.add_alert()
    open_wall(page, server)
    page.get_by_label("快捷键", exact=True).uncheck()
    page.keyboard.press("a")
    page.reload()
    expect(page.get_by_label("快捷键", exact=True)).not_to_be_checked()
    assert server.posts == []


def test_the_snapshot_opens_large_and_tells_of_what_it_hides(page: Page, server: WallServer) -> None:
    server.add_alert()
    open_wall(page, server)
    card(page, 1).locator(".look").click()
    expect(page.locator("#picture")).to_be_visible()
    server.raise_alert()
    expect(page.locator(".picture-new")).to_have_text("又有 1 起新告警，关闭大图查看")
    page.locator("#picture").get_by_role("button", name="接警").click()
    expect(page.locator("#picture .picture-facts")).to_contain_text("已接警 · 王芳")
    page.keyboard.press("Escape")
    expect(page.locator("#picture")).to_be_hidden()


def settled(page: Page) -> None:
    """The wall takes no key for an instant after cards moved; wait for the page's own clock to pass it."""
    page.evaluate("""async () => {
      const until = performance.now() + 450;
      while (performance.now() < until) await new Promise(requestAnimationFrame);
    }""")


# --- what is said ---------------------------------------------------------------------------------------------------


def test_the_language_changes_everywhere_and_is_remembered(page: Page, server: WallServer) -> None:
    server.add_alert(state="acknowledged", taken_by="王芳", taken_at=iso(5))
    open_wall(page, server)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.locator("#language").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(card(page, 1)).to_contain_text("王芳 has it")
    expect(card(page, 1).get_by_role("button", name="Dispatch")).to_be_visible()
    page.reload()
    expect(card(page, 1)).to_contain_text("王芳 has it")
    expect(page.locator("#taken h2")).to_contain_text("Being handled")
    names = re.compile("光明路(值班室|社区|东口)|王芳|广场|中文|合成画面|（模拟）")
    assert re.findall("[\u4e00-\u9fff]+", names.sub("", page.locator("body").inner_text())) == []


def test_a_wall_without_alerts_says_quiet_only_when_it_can_see(page: Page, server: WallServer) -> None:
    refused = {
        "code": "camera_unauthorised",
        "message": {"en": "Wrong password", "zh": "摄像机拒绝了用户名或密码"},
    }
    server.cameras = [camera(1, "东口（模拟）"), camera(2, "西口", "offline", refused)]
    open_wall(page, server)
    expect(page.locator("#quiet h2")).to_have_text("没有告警，但有摄像机看不到")
    expect(page.locator("#cameras-title .number")).to_have_text("1/2 正常")
    worst = page.locator(".camera-row").first
    expect(worst).to_contain_text("西口")
    expect(worst).to_contain_text("摄像机拒绝了用户名或密码")
    expect(page.locator(".camera-row").nth(1).locator(".synthetic")).to_be_visible()
    server.cameras = [camera(1, "东口（模拟）"), camera(2, "西口")]
    expect(page.locator("#quiet h2")).to_have_text("一切平静")
    expect(page.locator("#quiet")).to_contain_text("2 路摄像机画面正常")


def test_sound_is_off_until_somebody_enables_it(page: Page, server: WallServer) -> None:
    open_wall(page, server)
    expect(page.locator("#sound")).to_have_attribute("aria-pressed", "false")
    page.locator("#sound").click()
    expect(page.locator("#sound")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.locator("#sound")).to_have_text("点此恢复声音")
    page.locator("#clock").click()
    expect(page.locator("#sound")).to_have_text("声音已开")


def test_the_theme_follows_the_system_until_somebody_chooses(page: Page, server: WallServer) -> None:
    page.emulate_media(color_scheme="dark")
    open_wall(page, server)
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.emulate_media(color_scheme="light")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.locator("#theme").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("width", [360, 820, 1366, 3840])
def test_nothing_runs_off_the_side(page: Page, server: WallServer, width: int) -> None:
    server.add_alert()
    server.add_alert(state="acknowledged", taken_by="欧阳建国", taken_at=iso(4000), note="长" * 60)
    server.cameras = [camera(1, "光明路与解放大道交叉口东北角高杆摄像机（模拟）")]
    page.set_viewport_size({"width": width, "height": 768})
    open_wall(page, server)
    expect(page.locator("alert-card")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_strict_policy_is_in_force_on_the_page_that_these_tests_load(
    browser: Browser, server: WallServer
) -> None:
    page = browser.new_page()
    page.goto(server.url)
    blocked = page.evaluate("""() => new Promise(resolve => {
      document.addEventListener("securitypolicyviolation", event => resolve(event.violatedDirective), { once: true });
      const style = document.createElement("style");
      style.textContent = "body { color: red }";
      document.head.append(style);
    })""")
    page.close()
    assert blocked == "style-src-elem"
