// Where each alert stands on the page, and which one is selected.
//
// An alert keeps its element for life; only what moved is moved, and focus stays with whoever had it. The selection belongs to
// an alert, not to a place: what arrives on top never slides under a finger that is about to press.

import "./alert-card.js";
import "./ended-alert.js";

/** For this long after cards moved, a click or a key may be meant for what was there before. */
const SETTLE_MS = 400;

export class Wall {
  #raised;
  #taken;
  #ended;
  #cards = new Map();
  #rows = new Map();
  #selected = null;
  #movedAt = -Infinity;
  #nowMs;

  /** raised, taken: sections with .cards and .number; ended: the details with .rows; nowMs: () => server time. */
  constructor({ raised, taken, ended, nowMs }) {
    this.#raised = raised;
    this.#taken = taken;
    this.#ended = ended;
    this.#nowMs = nowMs;
    for (const section of [raised, taken]) {
      section.addEventListener("focusin", (event) => {
        const card = event.target.closest("alert-card");
        if (card) this.#mark(card.alert.id);
      });
    }
  }

  show(alerts) {
    const focused = document.activeElement;
    const held = this.#order();
    const within = focused?.closest?.("alert-card");
    this.#fill(this.#raised, alerts.raised(), this.#cards, "alert-card");
    this.#fill(this.#taken, alerts.taken(), this.#cards, "alert-card");
    this.#fillEnded(alerts.ended());
    this.#forget(this.#cards);
    this.#forget(this.#rows);
    this.#reselect(held);
    if (!within) return;
    if (focused.isConnected) focused.focus({ preventScroll: true });
    else this.#cards.get(this.#selected)?.focus({ preventScroll: true });
  }

  /** True while cards have only just moved. */
  get unsettled() {
    return performance.now() - this.#movedAt < SETTLE_MS;
  }

  get selected() {
    return this.#selected;
  }

  card(id) {
    return this.#cards.get(id);
  }

  select(id) {
    const card = this.#cards.get(id);
    if (!card) return;
    this.#mark(id);
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  }

  /** The open alert `step` places further on in reading order, without going round. */
  neighbour(step) {
    const order = this.#order();
    const at = order.indexOf(this.#selected);
    return order[Math.min(Math.max(at + step, 0), order.length - 1)];
  }

  tick() {
    const now = this.#nowMs();
    for (const card of this.#cards.values()) card.tick(now);
  }

  reword() {
    for (const element of [...this.#cards.values(), ...this.#rows.values()]) element.reword();
    this.tick();
  }

  #order() {
    return [...this.#raised.querySelectorAll("alert-card"), ...this.#taken.querySelectorAll("alert-card")].map(
      (card) => card.alert.id,
    );
  }

  #fill(section, list, elements, tag) {
    const container = section.querySelector(".cards, .rows");
    const wanted = new Set(list.map((alert) => alert.id));
    for (const child of [...container.children]) {
      if (wanted.has(child.alert.id)) continue;
      child.remove();
      this.#moved(container);
    }
    let next = container.firstElementChild;
    list.forEach((alert, index) => {
      const element = elements.get(alert.id) ?? this.#make(tag, alert.id, elements);
      if (element.alert !== alert) {
        element.alert = alert;
        element.tick?.(this.#nowMs());
      }
      if (element === next) {
        next = next.nextElementSibling;
      } else {
        if (next) this.#moved(container);
        container.insertBefore(element, next);
      }
      element.ariaPosInSet = String(index + 1);
      element.ariaSetSize = String(list.length);
    });
    container.dataset.many = list.length === 1 ? "one" : list.length === 2 ? "two" : "more";
    section.querySelector(".number").textContent = list.length;
    section.hidden = list.length === 0;
  }

  /** Up to a day of lines nobody looks at: made only once somebody unfolds them. */
  #fillEnded(list) {
    if (this.#ended.open) {
      this.#fill(this.#ended, list, this.#rows, "ended-alert");
    } else {
      this.#ended.querySelector(".number").textContent = list.length;
      this.#ended.hidden = list.length === 0;
    }
  }

  #make(tag, id, elements) {
    const element = document.createElement(tag);
    if (tag === "alert-card") element.tabIndex = -1;
    elements.set(id, element);
    return element;
  }

  #moved(container) {
    if (container.classList.contains("cards")) this.#movedAt = performance.now();
  }

  #forget(elements) {
    for (const [id, element] of elements) if (!element.isConnected) elements.delete(id);
  }

  /** The selected alert is gone: take what stands in its place, or the most urgent. */
  #reselect(held) {
    if (this.#cards.has(this.#selected)) return;
    const order = this.#order();
    const after = held.slice(held.indexOf(this.#selected) + 1).find((id) => this.#cards.has(id));
    this.#mark((this.#selected !== null && after) || order[0] || null);
  }

  #mark(id) {
    if (id === this.#selected && this.#cards.get(id)?.ariaCurrent === "true") return;
    const before = this.#cards.get(this.#selected);
    if (before) {
      before.ariaCurrent = null;
      before.tabIndex = -1;
    }
    this.#selected = id;
    const card = this.#cards.get(id);
    if (!card) return;
    card.ariaCurrent = "true";
    card.tabIndex = 0;
  }
}
