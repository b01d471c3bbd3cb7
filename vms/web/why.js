// Why an alert was raised: the strip of frames from before, what was measured over time, and which rule and network said so.

import { chart } from "./chart.js";
import { say, words } from "./language.js";
import { shortTime } from "./time.js";

export class Why {
  #part;
  #read;
  #alertId = null;
  /** Of the alert, latest first, as the server tells them; null until they are read. */
  #events = null;
  #chosen = null;
  #trouble = "";

  /** read(alertId): resolves with the alert as it is told alone, with its `events`. */
  constructor(root, read) {
    const find = (selector) => root.querySelector(selector);
    this.#read = read;
    this.#part = {
      root, events: find(".why-events"), said: find(".why-said"), charts: find(".why-charts"), made: find(".why-made"),
      strip: find(".why-strip"), frames: find(".why-strip img"), caption: find(".why-strip figcaption"),
    };
    this.#part.events.addEventListener("change", () => {
      this.#chosen = this.#events.find((event) => event.id === this.#part.events.value);
      this.#show();
    });
    this.#part.frames.addEventListener("error", () => this.#showStrip(false));
  }

  /** Read the events of this alert and show the one that raised it; of the same alert, keep what is shown until then. */
  async show(alertId) {
    if (alertId !== this.#alertId) this.#forget(alertId);
    try {
      const { events = [] } = await this.#read(alertId);
      if (alertId !== this.#alertId) return; // another was opened meanwhile
      this.#events = events;
      this.#trouble = "";
      this.#chosen = events.find((event) => event.id === this.#chosen?.id) ?? events.at(-1) ?? null;
    } catch (error) {
      if (alertId !== this.#alertId) return;
      this.#trouble = words(error.inWords) || say("error.load.plain");
    }
    this.reword();
  }

  reword() {
    const { events } = this.#part;
    const choices = this.#events ?? [];
    events.hidden = choices.length < 2;
    events.replaceChildren(
      ...choices.map((event) => new Option(eventName(event), event.id, false, event === this.#chosen)),
    );
    this.#show();
  }

  #forget(alertId) {
    this.#alertId = alertId;
    this.#events = this.#chosen = null;
    this.#trouble = "";
    this.reword();
  }

  #show() {
    const part = this.#part;
    const event = this.#chosen;
    const charts = event ? event.curves.map((curve) => chart(curve, event.media_time_s)).filter(Boolean) : [];
    part.charts.replaceChildren(...charts);
    part.said.textContent = this.#said(charts.length);
    part.said.hidden = !part.said.textContent;
    part.made.textContent = event ? madeBy(event) : "";
    this.#showStrip(Boolean(event?.strip_url));
  }

  #said(charts) {
    if (this.#trouble) return say("why.failed", { words: this.#trouble });
    if (!this.#events) return say("why.reading");
    return charts ? "" : say("why.none");
  }

  /** Five frames, or words where they were not kept or cannot be had. */
  #showStrip(there) {
    const { strip, frames, caption } = this.#part;
    strip.hidden = !this.#chosen;
    frames.hidden = !there;
    caption.textContent = this.#chosen ? say(there ? "why.strip" : "why.no_strip") : "";
    frames.alt = there ? say("why.strip.alt") : "";
    const url = there ? this.#chosen.strip_url : null;
    if (!url) frames.removeAttribute("src");
    else if (frames.getAttribute("src") !== url) frames.src = url;
  }
}

/** "14:03 · 拥挤" */
function eventName(event) {
  const what = event.level ? say(`kind.crowd.${event.level}`) : "";
  return [shortTime(event.occurred_at, Date.now()), what].filter(Boolean).join(" · ");
}

/** "规则 fall-1 · 模型 movenet 12efcc29" */
function madeBy(event) {
  const models = event.models.map((model) => `${model.name} ${model.sha256.slice(0, 8)}`).join(", ");
  return say("why.made", { rule: event.rule_version, models });
}
