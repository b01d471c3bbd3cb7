// <alert-card>: one open alert. Set `alert`; it changes only what differs. Dispatches `act` {id, verb}, `look` {id} and, where
// the list of its cameras is unfolded, `unfold` {id, list}.

import { actionButtons, markBusy } from "./actions.js";
import { isOutage } from "./alerts.js";
import { describe, facts, iconOf, isSynthetic, kindOf, nameOf, placeOf } from "./description.js";
import { say, translate } from "./language.js";
import "./outage-list.js";
import { age, shortTime } from "./time.js";

/** A snapshot can be a moment younger than its alert: seconds between attempts. */
const PICTURE_RETRY_S = [1, 2, 4, 8, 15, 30];
const NOTICE_MS = 12_000;

class AlertCard extends HTMLElement {
  #alert = null;
  #part = null;
  #shownActions = "";
  #pictureAttempt = 0;
  #pictureTimer = null;
  #noticeTimer = null;

  get alert() {
    return this.#alert;
  }

  set alert(alert) {
    const before = this.#alert;
    this.#alert = alert;
    if (!this.#part) this.#build();
    this.dataset.state = alert.state;
    this.dataset.severity = alert.severity;
    this.dataset.level = alert.level ?? "";
    this.toggleAttribute("data-outage", isOutage(alert));
    if (before?.snapshot_url !== alert.snapshot_url) this.#loadPicture(0);
    this.#write();
    if (before && before.event_count !== alert.event_count) this.#part.outage.changed();
  }

  /** Show the list of its cameras, or fold it again. */
  unfold() {
    this.#part.outage.toggle();
  }

  /** The language changed. */
  reword() {
    translate(this);
    this.#part.outage.reword();
    this.#shownActions = "";
    this.#write();
  }

  /** Let the ages grow. */
  tick(nowMs) {
    const { alert } = this;
    put(this.#part.age, age(alert.raised_at, nowMs));
    put(this.#part.detail, this.#detail(nowMs));
    put(this.#part.takenBy, this.#takenBy(nowMs));
  }

  /** A request about this alert is under way. */
  set busy(verb) {
    this.toggleAttribute("data-busy", Boolean(verb));
    markBusy(this.#part.actions.children, verb);
  }

  get busy() {
    return this.hasAttribute("data-busy");
  }

  notice(text) {
    const { notice } = this.#part;
    clearTimeout(this.#noticeTimer);
    notice.textContent = text;
    notice.hidden = !text;
    if (text) this.#noticeTimer = setTimeout(() => this.notice(""), NOTICE_MS);
  }

  #build() {
    this.append(document.getElementById("alert-card-template").content.cloneNode(true));
    const find = (selector) => this.querySelector(selector);
    this.#part = {
      icon: find("use"), kind: find(".kind"), level: find(".level"), severity: find(".severity"), age: find(".age"),
      look: find(".look"), img: find("img"), noPicture: find(".no-picture"), synthetic: find(".synthetic"),
      camera: find(".camera"), zone: find(".zone"), detail: find(".detail"), takenBy: find(".taken-by"),
      remark: find(".remark"), notice: find(".notice"), actions: find(".actions"), outage: find("outage-list"),
    };
    this.#part.kind.id = `alert-${this.#alert.id}-kind`;
    this.#part.camera.id = `alert-${this.#alert.id}-camera`;
    this.setAttribute("role", "article");
    this.setAttribute("aria-labelledby", `${this.#part.kind.id} ${this.#part.camera.id}`);
    this.dataset.id = this.#alert.id;
    translate(this);
    this.#part.outage.addEventListener("unfold", () => this.#tell("unfold", { list: this.#part.outage }));
    this.#part.look.addEventListener("click", () => this.#tell("look", {}));
    this.#part.actions.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button && !this.busy) this.#tell("act", { verb: button.dataset.verb, byPointer: event.detail > 0 });
    });
    this.#part.img.addEventListener("load", () => this.#pictureShown(true));
    this.#part.img.addEventListener("error", () => this.#pictureFailed());
  }

  #write() {
    const { alert } = this;
    const part = this.#part;
    part.icon.setAttribute("href", iconOf(alert));
    put(part.kind, kindOf(alert));
    part.level.hidden = !alert.level;
    put(part.severity, say(`severity.${alert.severity}`));
    part.age.dateTime = alert.raised_at;
    put(part.camera, isOutage(alert) ? placeOf(alert) : nameOf(alert.camera));
    part.look.hidden = isOutage(alert);
    part.outage.hidden = !isOutage(alert) || alert.outage.most === 1;
    part.synthetic.hidden = !isSynthetic(alert.camera);
    put(part.zone, alert.zone?.name ?? "");
    part.zone.hidden = !alert.zone;
    part.takenBy.hidden = alert.state === "raised";
    put(part.remark, alert.note ? say("note.shown", { note: alert.note }) : "");
    part.remark.hidden = !alert.note;
    part.look.setAttribute("aria-label", say("picture.open", { what: describe(alert) }));
    part.img.alt = say("picture.alt", { what: describe(alert) });
    this.#writeActions();
    this.#pictureShown(!part.img.hidden);
  }

  #writeActions() {
    const { state } = this.#alert;
    if (this.#shownActions === state) return;
    this.#shownActions = state;
    const focused = this.#part.actions.contains(document.activeElement);
    this.#part.actions.replaceChildren(...actionButtons(state));
    if (focused) this.#part.actions.firstElementChild?.focus({ preventScroll: true });
  }

  #detail(nowMs) {
    const { alert } = this;
    if (isOutage(alert)) {
      return [say("outage.since", { time: shortTime(alert.raised_at, nowMs) }), facts(alert)].filter(Boolean).join(" · ");
    }
    const last = age(alert.last_event_at, nowMs);
    let repeated = "";
    if (alert.event_count > 1) {
      repeated = alert.level
        ? say("fact.levelled", { n: alert.event_count - 1, age: last })
        : say("fact.repeated", { n: alert.event_count, age: last });
    }
    return [facts(alert), repeated].filter(Boolean).join(" · ");
  }

  #takenBy(nowMs) {
    const { alert } = this;
    if (alert.state === "raised") return "";
    if (!alert.taken_by || !alert.taken_at) return say("taken.unknown");
    return say(`taken.${alert.state}`, { who: alert.taken_by, age: age(alert.taken_at, nowMs) });
  }

  #loadPicture(attempt) {
    clearTimeout(this.#pictureTimer);
    this.#pictureAttempt = attempt;
    const url = this.#alert.snapshot_url;
    this.#pictureShown(false);
    if (!url) return this.#part.img.removeAttribute("src");
    this.#part.img.src = attempt ? `${url}?attempt=${attempt}` : url;
  }

  #pictureFailed() {
    const waitS = PICTURE_RETRY_S[this.#pictureAttempt];
    this.#pictureShown(false);
    if (waitS) this.#pictureTimer = setTimeout(() => this.#loadPicture(this.#pictureAttempt + 1), waitS * 1000);
    else put(this.#part.noPicture, say("picture.none"));
  }

  #pictureShown(shown) {
    this.#part.img.hidden = !shown;
    this.#part.noPicture.hidden = shown;
    put(this.#part.noPicture, say(this.#alert.snapshot_url ? "picture.waiting" : "picture.none"));
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { bubbles: true, detail: { id: this.#alert.id, ...detail } }));
  }
}

/** Write a text only where it differs: a hundred cards are asked every second. */
function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

customElements.define("alert-card", AlertCard);
