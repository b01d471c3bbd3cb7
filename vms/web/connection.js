// <connection-state>: whether what the wall shows is current. Set `connection` (see room.js); call `tick` every second.

import { say } from "./language.js";
import { span, timeOfDay } from "./time.js";

/** connecting, connected, reconnecting or offline. */
export function stateOf({ connected, ever }, online = navigator.onLine) {
  if (connected) return "connected";
  if (!online) return "offline";
  return ever ? "reconnecting" : "connecting";
}

class ConnectionState extends HTMLElement {
  #connection = { connected: false, ever: false, sinceMs: Date.now() };

  set connection(connection) {
    this.#connection = connection;
    this.reword();
  }

  get state() {
    return stateOf(this.#connection);
  }

  reword() {
    this.dataset.state = this.state;
    const text = say(`connection.${this.state}`, { time: timeOfDay(this.#connection.sinceMs) });
    if (this.textContent === text) return;
    this.textContent = text;
    this.setAttribute("role", "status");
  }

  /** The sentence for the banner, or "" while all is well. */
  get warning() {
    const { sinceMs, ever } = this.#connection;
    const values = { time: timeOfDay(sinceMs), span: span(Date.now() - sinceMs) };
    if (this.state === "offline") return say("banner.offline", values);
    return this.state === "reconnecting" || (this.state === "connecting" && ever) ? say("banner.cut", values) : "";
  }
}

customElements.define("connection-state", ConnectionState);
