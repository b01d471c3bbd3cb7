// One snapshot, large, with why it was raised and what may be done about it. Follows the selected alert while it is open.

import { actionButtons } from "./actions.js";
import { describe, facts, isSynthetic } from "./description.js";
import { say } from "./language.js";
import { shortTime } from "./time.js";
import { Why } from "./why.js";

export class Picture {
  #dialog;
  #alert = null;
  #part;
  #why;

  /** act(verb, alertId): a button was pressed. read(alertId): resolves with the alert and its events. */
  constructor(dialog, act, read) {
    const find = (selector) => dialog.querySelector(selector);
    this.#dialog = dialog;
    this.#part = {
      title: find("h2"), img: find(".snapshot"), synthetic: find(".synthetic"), news: find(".picture-new"),
      facts: find(".picture-facts"), actions: find(".actions"),
    };
    this.#why = new Why(find(".picture-body"), read);
    find("header button").addEventListener("click", () => this.close());
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) this.close();
    });
    dialog.addEventListener("close", () => this.news(0));
    this.#part.actions.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) act(button.dataset.verb, this.#alert.id);
    });
  }

  get isOpen() {
    return this.#dialog.open;
  }

  open(alert) {
    this.#alert = alert;
    this.#part.img.src = alert.snapshot_url;
    this.reword();
    if (!this.isOpen) this.#dialog.showModal();
    this.#why.show(alert.id);
  }

  /** The alerts changed: show the one that is open as it now is. */
  refresh(alerts) {
    const alert = this.isOpen && alerts.get(this.#alert.id);
    if (!alert || alert === this.#alert) return;
    const more = alert.event_count !== this.#alert.event_count || alert.level !== this.#alert.level;
    this.#alert = alert;
    this.reword();
    if (more) this.#why.show(alert.id);
  }

  close() {
    this.#dialog.close();
  }

  /** So many alerts were raised while the picture hides the wall. */
  news(n) {
    this.#part.news.hidden = n === 0;
    this.#part.news.textContent = n ? say("picture.new", { n }) : "";
  }

  reword() {
    const alert = this.#alert;
    if (!alert) return;
    const part = this.#part;
    part.title.textContent = describe(alert);
    part.synthetic.hidden = !isSynthetic(alert.camera);
    part.img.alt = say("picture.alt", { what: describe(alert) });
    const who = alert.taken_by && alert.state !== "raised" ? ` · ${alert.taken_by}` : "";
    const told = [say(`state.${alert.state}`) + who, shortTime(alert.raised_at, Date.now()), facts(alert), alert.note];
    part.facts.textContent = told.filter(Boolean).join(" · ");
    part.actions.replaceChildren(...actionButtons(alert.state));
    this.#why.reword();
  }
}
