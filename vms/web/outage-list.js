// <outage-list>: the cameras of an alert about cameras, read when somebody unfolds them. Dispatches `unfold`; whoever hears it
// answers with show(cameras, more) or fail().

import { causes, nameOf } from "./description.js";
import { say, words } from "./language.js";
import { shortTime } from "./time.js";

class OutageList extends HTMLElement {
  #details = document.createElement("details");
  #summary = document.createElement("summary");
  #note = document.createElement("p");
  #rows = document.createElement("ul");
  #shown = null;

  connectedCallback() {
    if (this.firstElementChild) return;
    this.#details.append(this.#summary, this.#note, this.#rows);
    this.append(this.#details);
    this.#details.addEventListener("toggle", () => this.#details.open && this.#ask());
    this.reword();
  }

  toggle() {
    this.#details.open = !this.#details.open;
  }

  /** Cameras have joined or left. */
  changed() {
    if (this.#details.open) this.#ask();
  }

  show(cameras, more) {
    this.#shown = { cameras, more };
    this.#note.hidden = true;
    this.reword();
  }

  fail() {
    this.#say("outage.failed");
  }

  reword() {
    this.#summary.textContent = say("outage.cameras");
    if (!this.#shown) return;
    const { cameras, more } = this.#shown;
    this.#rows.replaceChildren(...cameras.map(row), ...(more ? [item(say("outage.more"))] : []));
  }

  #ask() {
    if (!this.#shown) this.#say("outage.reading");
    this.dispatchEvent(new CustomEvent("unfold"));
  }

  #say(key) {
    this.#note.hidden = false;
    this.#note.textContent = say(key);
  }
}

/** "东口 · 示范社区 · 网络不通", "西口 · 示范社区 · 14:20 已恢复" */
function row({ name, unit_name: unit, left_at: left, state, causes: why, error }) {
  const now = left
    ? say("outage.back", { time: shortTime(left, Date.now()) })
    : words(error?.message) || causes(why) || say(`camera.${state ?? "not_watched"}`);
  const node = item([nameOf({ name }), unit, now].filter(Boolean).join(" · "));
  node.toggleAttribute("data-back", Boolean(left));
  return node;
}

function item(text) {
  const node = document.createElement("li");
  node.textContent = text;
  return node;
}

customElements.define("outage-list", OutageList);
