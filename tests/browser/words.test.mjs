import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { causes, describe, facts, iconOf, isSynthetic, kindOf, LEVELS, levelStep, nameOf } from "../../vms/web/description.js";
import { KEYS, meaningOf } from "../../vms/web/keys.js";
import { say, TEXTS, useLanguage, words } from "../../vms/web/language.js";
import { Bell, worst } from "../../vms/web/sound.js";
import { age, ServerClock } from "../../vms/web/time.js";

const web = new URL("../../vms/web/", import.meta.url);
const read = (name) => readFileSync(new URL(name, web), "utf8");
const holes = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

test("every text is there in both languages, with the same holes", () => {
  for (const [key, [zh, en]] of Object.entries(TEXTS)) {
    assert.ok(zh && en, key);
    assert.deepEqual(holes(zh), holes(en), key);
  }
});

test("every text that markup or code names exists", () => {
  const named = [...read("index.html").matchAll(/data-(?:text|label|tip|hint)="([^"]+)"/g)].map((match) => match[1]);
  for (const file of readdirSync(web).filter((name) => name.endsWith(".js"))) {
    named.push(...[...read(file).matchAll(/\bsay\("([^"]+)"/g)].map((match) => match[1]));
  }
  assert.deepEqual(named.filter((key) => !(key in TEXTS)), []);
});

test("the page needs no inline script, inline style or foreign address", () => {
  const page = read("index.html");
  assert.doesNotMatch(page, /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc="\/web\/)/);
  assert.doesNotMatch(page + read("wall.css"), /(?:src|href)="(?:https?:)?\/\/|url\(["']?(?:https?:)?\/\/|@import/);
});

test("ages count up in words", () => {
  const from = "2026-11-24T05:00:00Z";
  const after = (seconds) => age(from, Date.parse(from) + seconds * 1000);
  useLanguage("zh");
  assert.deepEqual([-3, 23, 185, 3840, 180000].map(after), ["0 秒前", "23 秒前", "3 分 05 秒前", "1 小时 04 分前", "2 天 2 小时前"]);
  useLanguage("en");
  assert.deepEqual([23, 185].map(after), ["23s ago", "3m 05s ago"]);
  useLanguage("zh");
});

test("a room's computer that is minutes off still shows true ages", () => {
  const clock = new ServerClock(() => Date.parse("2026-11-24T05:00:00Z"));
  clock.learn("Tue, 24 Nov 2026 05:07:00 GMT");
  assert.equal(clock.now(), Date.parse("2026-11-24T05:07:00.500Z"));
  clock.learn("Tue, 24 Nov 2026 05:07:01 GMT");
  assert.equal(clock.now(), Date.parse("2026-11-24T05:07:00.500Z"), "a second is noise");
  clock.learn(null);
  clock.learn("Tue, 24 Nov 2026 05:00:01 GMT");
  assert.equal(clock.now(), Date.parse("2026-11-24T05:00:00Z"));
});

test("an alert is described by kind, camera and zone, and by what was measured", () => {
  const alert = { kind: "crowd", camera: { name: "东口" }, zone: { name: "广场" }, facts: { count: 14, limit: 8, score: 0.834 } };
  assert.equal(describe(alert), "人数过多 · 东口 · 广场");
  assert.equal(facts(alert), "14 人，上限 8 人 · 证据 83%");
  assert.equal(describe({ ...alert, kind: "new_kind", zone: null }), "告警 · 东口");
  assert.equal(facts({ ...alert, facts: {} }), "");
  assert.equal(describe({ ...alert, kind: "person_down", zone: null }), "人员倒卧 · 东口");
});

test("a crowd is named by how full it is, and by what it was about once it is over", () => {
  const alert = { kind: "crowd", level: "crowded", state: "raised", camera: { name: "东口" }, facts: { count: 34, limit: 20 } };
  const named = (code, fields) => {
    useLanguage(code);
    const word = kindOf({ ...alert, ...fields });
    useLanguage("zh");
    return word;
  };
  assert.deepEqual(LEVELS.map((level) => named("zh", { level })), ["人群已散", "人较多", "拥挤", "危险拥挤"]);
  assert.deepEqual(
    LEVELS.map((level) => named("en", { level, state: "acknowledged" })),
    ["Crowd cleared", "Busy", "Crowded", "Dangerous crowd"],
  );
  assert.equal(named("zh", { level: "clear", state: "resolved" }), "人数过多");
  assert.equal(named("zh", { level: "unheard of" }), "人数过多");
});

test("a count that may be short says at least, and measured ground says the density", () => {
  const said = (fields) => facts({ kind: "crowd", facts: fields });
  assert.equal(said({ count: 34, limit: 20, at_least: 1 }), "至少 34 人，上限 20 人");
  assert.equal(said({ count: 34.4, persons_per_m2: 3.78, at_least: 1 }), "至少 34 人，每平方米 3.8 人");
  assert.equal(said({ count: 34, at_least: 0 }), "34 人");
  useLanguage("en");
  assert.equal(said({ count: 34, limit: 20, at_least: 1 }), "at least 34 people, limit 20");
  assert.equal(said({ count: 34, persons_per_m2: 4 }), "34 people, 4.0 per m²");
  useLanguage("zh");
});

test("an outage says whose cameras, how many, since when and why", () => {
  const outage = { cameras: 37, most: 40, unit_name: "示范社区", network: "10.1.2.0/24", causes: ["unreachable", "unheard_of"] };
  const alert = { kind: "camera_offline", state: "raised", camera: { name: "东口" }, outage };
  assert.equal(describe(alert), "摄像机离线 · 示范社区 37 路");
  assert.equal(facts(alert), "网络不通 · 网段 10.1.2.0/24 · 最多时 40 路");
  assert.equal(describe({ ...alert, state: "resolved", outage: { ...outage, cameras: 0 } }), "摄像机离线 · 示范社区 40 路");
  assert.equal(describe({ ...alert, kind: "camera_blind", outage: { ...outage, cameras: 1, most: 1 } }), "摄像机看不到 · 东口");
  assert.equal(iconOf(alert), "#icon-camera");
  useLanguage("en");
  assert.equal(describe(alert), "Camera offline · 37 cameras of 示范社区");
  assert.equal(causes(["packet_loss", "low_fps"]), "packet loss, low frame rate");
  useLanguage("zh");
});

test("every state and cause of a camera has its words", () => {
  const source = readFileSync(new URL("../../streams/condition.py", import.meta.url), "utf8");
  const names = (type) => [...source.split(`${type} = Literal[`)[1].split("]\n")[0].matchAll(/"(\w+)"/g)].map((match) => match[1]);
  assert.deepEqual(names("ConditionState").filter((state) => !(`camera.${state}` in TEXTS)), []);
  assert.deepEqual(names("ConditionCause").filter((cause) => !(`cause.${cause}` in TEXTS)), []);
  assert.ok(names("ConditionCause").length > 10);
});

test("a level rises, falls or stays", () => {
  const step = (before, after) => levelStep({ level: before }, { level: after });
  assert.deepEqual([step("busy", "dangerous"), step("crowded", "clear"), step("busy", "busy"), step(null, null)], [1, -1, 0, 0]);
});

test("every kind and end has its common notes", () => {
  for (const kind of ["fall", "person_down", "crowd", "camera_offline", "camera_blind"]) {
    for (const verb of ["resolve", "dismiss"]) assert.ok(`note.${verb}.${kind}` in TEXTS, `${verb} ${kind}`);
  }
});

test("synthetic footage is recognised by its camera's name", () => {
  assert.deepEqual(["光明路东口（模拟）", "Gate (Simulated)", "光明路"].map((name) => isSynthetic({ name })), [true, true, false]);
  assert.deepEqual(["光明路东口（模拟）", "模拟"].map((name) => nameOf({ name })), ["光明路东口", "模拟"]);
});

test("the server's words are shown in the language in use, or in the other", () => {
  assert.equal(words({ zh: "密码错误", en: "wrong password" }), "密码错误");
  assert.equal(words({ en: "wrong password" }), "wrong password");
  assert.equal(words(null), "");
  assert.equal(say("error.taken", { who: "李明" }), "李明 已先接警。");
});

test("a key means nothing while somebody types, with a modifier, or held down", () => {
  const press = (fields) => meaningOf({ key: "a", code: "KeyA", target: { closest: () => null }, ...fields });
  assert.equal(press({}), "acknowledge");
  assert.equal(press({ key: "A" }), "acknowledge");
  assert.equal(press({ key: "Process" }), "acknowledge", "an input method is on");
  assert.equal(press({ ctrlKey: true }), null);
  assert.equal(press({ repeat: true }), null);
  assert.equal(press({ key: "ArrowDown", repeat: true }), "next");
  assert.equal(press({ target: { closest: (selector) => selector.includes("textarea") } }), null);
  assert.ok(Object.values(KEYS).includes("dispatch"));
});

class FakeAudio extends EventTarget {
  state = "suspended";
  currentTime = 0;
  started = 0;
  destination = {};

  async resume() {
    this.state = "running";
  }

  createOscillator() {
    return { frequency: {}, connect: (next) => next, start: () => (this.started += 1), stop() {} };
  }

  createGain() {
    return { gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} }, connect: (next) => next };
  }
}

test("the bell is silent until enabled, then rings, and again every half minute while nobody has taken the alert", async () => {
  const audio = new FakeAudio();
  const bell = new Bell({ onChange() {}, make: () => audio });
  assert.equal(bell.ring("critical", 0), false);
  await bell.toggle();
  assert.equal(bell.state, "on");
  assert.equal(audio.started, 2, "the chime of the control itself");
  assert.equal(bell.ring("critical", 0), true);
  assert.equal(bell.remind("critical", 29_000), false);
  assert.equal(bell.remind(null, 40_000), false);
  assert.equal(bell.remind("critical", 31_000), true);
  await bell.toggle();
  assert.equal(bell.ring("critical", 99_000), false);
});

test("the worst alert decides the chime", () => {
  assert.equal(worst([{ severity: "minor" }, { severity: "major" }]), "major");
  assert.equal(worst([]), null);
});
