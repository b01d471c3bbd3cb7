// One snapshot, large. Follows the selected alert while it is open.

import { describe, facts } from "./description.js";
import { say } from "./language.js";
import { shortTime } from "./time.js";

export class Picture {
  #dialog;
  #alert = null;
  #img;

  constructor(dialog) {
    this.#dialog = dialog;
    this.#img = dialog.querySelector("img");
    dialog.querySelector("button").addEventListener("click", () => this.close());
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) this.close();
    });
    dialog.addEventListener("close", () => this.news(0));
  }

  get isOpen() {
    return this.#dialog.open;
  }

  open(alert) {
    this.#alert = alert;
    this.#img.src = alert.snapshot_url;
    this.reword();
    if (!this.isOpen) this.#dialog.showModal();
  }

  close() {
    this.#dialog.close();
  }

  /** So many alerts were raised while the picture hides the wall. */
  news(n) {
    const node = this.#dialog.querySelector(".picture-new");
    node.hidden = n === 0;
    node.textContent = n ? say("picture.new", { n }) : "";
  }

  reword() {
    const alert = this.#alert;
    if (!alert) return;
    this.#dialog.querySelector("h2").textContent = describe(alert);
    this.#img.alt = say("picture.alt", { what: describe(alert) });
    const told = [say(`state.${alert.state}`), shortTime(alert.raised_at, Date.now()), facts(alert), alert.note];
    this.#dialog.querySelector(".picture-facts").textContent = told.filter(Boolean).join(" · ");
  }
}
