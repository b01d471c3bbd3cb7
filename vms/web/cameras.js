// <camera-list>: every camera with a dot, and what is wrong where something is, worst first. Polled; not part of the socket.

import { causes, isSynthetic, nameOf } from "./description.js";
import { say, translate, words } from "./language.js";
import { age, span } from "./time.js";

export const POLL_MS = 5000;

/** Worst first; of those before `degraded` nobody sees anything. */
const ORDER = [
  "offline", "never_connected", "stalled", "black", "covered", "frozen", "turned", "unrecorded", "not_watched", "degraded", "live", "disabled",
];
const SEEN = new Set(["degraded", "live"]);

const PROFILES = new Set(["main", "sub"]);

/** A camera is as well as its worst profile: one that is recorded but not analysed sees no fall. */
export function healthOf(camera) {
  if (!camera.enabled) return { state: "disabled", profile: null };
  const stateOf = (profile) => profile.state ?? "not_watched";
  const worst = [...camera.profiles].sort((a, b) => ORDER.indexOf(stateOf(a)) - ORDER.indexOf(stateOf(b)))[0];
  return { state: worst ? stateOf(worst) : "not_watched", profile: worst ?? null };
}

export const worstFirst = (cameras) =>
  [...cameras].sort(
    (a, b) => ORDER.indexOf(healthOf(a).state) - ORDER.indexOf(healthOf(b).state) || a.name.localeCompare(b.name, "zh"),
  );

class CameraList extends HTMLElement {
  #cameras = [];
  #rows = new Map();
  #list = document.createElement("ul");
  #note = document.createElement("p");
  #asOf = null;
  #failed = false;

  connectedCallback() {
    this.#note.className = "cameras-note";
    this.#note.setAttribute("role", "status");
    this.append(this.#note, this.#list);
  }

  /** { all, live: can be seen, blind: enabled and cannot }, or null while unknown. */
  get tally() {
    if (this.#asOf === null) return null;
    const states = this.#cameras.map((camera) => healthOf(camera).state);
    const live = states.filter((state) => SEEN.has(state)).length;
    const all = states.filter((state) => state !== "disabled").length;
    return { all, live, blind: all - live };
  }

  show(cameras, nowMs) {
    this.#cameras = worstFirst(cameras);
    this.#asOf = new Date(nowMs).toISOString();
    this.#failed = false;
    this.#write(nowMs);
  }

  /** The poll failed: keep what is known, and say how old it is. */
  fail(nowMs) {
    this.#failed = true;
    this.#writeNote(nowMs);
  }

  reword(nowMs) {
    this.#write(nowMs);
    for (const row of this.#rows.values()) translate(row);
  }

  #write(nowMs) {
    const rows = this.#cameras.map((camera) => this.#row(camera, nowMs));
    rows.forEach((row, index) => {
      if (this.#list.children[index] !== row) this.#list.insertBefore(row, this.#list.children[index] ?? null);
    });
    const kept = new Set(rows);
    for (const [id, row] of this.#rows) {
      if (kept.has(row)) continue;
      row.remove();
      this.#rows.delete(id);
    }
    this.#writeNote(nowMs);
  }

  #writeNote(nowMs) {
    let text = "";
    if (this.#failed && this.#asOf) text = say("cameras.unknown", { age: age(this.#asOf, nowMs) });
    else if (this.#asOf && this.#cameras.length === 0) text = say("cameras.none");
    if (this.#note.textContent !== text) this.#note.textContent = text;
    this.#note.hidden = !text;
    this.toggleAttribute("data-stale", this.#failed);
  }

  #row(camera, nowMs) {
    const { state, profile } = healthOf(camera);
    const row = this.#rows.get(camera.id) ?? this.#make(camera.id);
    const put = (selector, text) => {
      const node = row.querySelector(selector);
      if (node.textContent !== text) node.textContent = text;
      node.hidden = !text;
    };
    row.dataset.state = state;
    row.querySelector(".synthetic").hidden = !isSynthetic(camera);
    put(".name", nameOf(camera));
    put(".state", say(`camera.${state}`));
    put(".trouble", state === "live" || state === "disabled" || !profile ? "" : trouble(profile, camera, nowMs));
    return row;
  }

  #make(id) {
    const row = document.getElementById("camera-row-template").content.firstElementChild.cloneNode(true);
    translate(row);
    this.#rows.set(id, row);
    return row;
  }
}

/** "子码流 · 摄像机拒绝了用户名或密码 · 已 3 分 05 秒": only what the state beside it does not say already. */
function trouble(profile, camera, nowMs) {
  const which = camera.profiles.length > 1 && PROFILES.has(profile.name) ? say(`camera.${profile.name}`) : "";
  const lasting = profile.since ? say("camera.for", { span: span(nowMs - Date.parse(profile.since)) }) : "";
  const why = words(profile.error?.message) || causes(profile.causes);
  return [which, why, lasting].filter(Boolean).join(" · ");
}

customElements.define("camera-list", CameraList);
