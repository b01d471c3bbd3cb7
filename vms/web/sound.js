// The bell: a soft chime on a new alert, and again while nobody has taken it. Browsers stay silent until somebody has
// touched the page, so the state is shown, never assumed.

import { recall, remember } from "./memory.js";

/** Notes as [Hz, start in s]; a fall sounds different from a full place. */
const CHIMES = {
  critical: [[880, 0], [1174.7, 0.16], [1568, 0.32], [880, 0.75], [1174.7, 0.91], [1568, 1.07]],
  major: [[784, 0], [987.8, 0.2], [784, 0.75], [987.8, 0.95]],
  minor: [[698.5, 0], [880, 0.22]],
};
const NOTE_S = 0.5;
const AGAIN_MS = 30_000;

export class Bell {
  #context = null;
  #wanted = recall("sound") === "on";
  #rangMs = -Infinity;
  #make;
  #onChange;

  constructor({ onChange, make = () => new AudioContext() }) {
    this.#onChange = onChange;
    this.#make = make;
  }

  /** off: not wanted; waiting: wanted, but the browser wants a touch first; on. */
  get state() {
    if (!this.#wanted) return "off";
    return this.#context?.state === "running" ? "on" : "waiting";
  }

  /** From the control: on (with a chime, so that the volume is heard at once), or off. */
  async toggle() {
    this.#wanted = this.state !== "on";
    remember("sound", this.#wanted ? "on" : "off");
    if (this.#wanted) {
      await this.touch();
      this.ring("minor");
    }
    this.#onChange();
  }

  /** Somebody touched the page: the browser now allows sound. */
  async touch() {
    if (!this.#wanted || this.state === "on") return;
    if (!this.#context) {
      this.#context = this.#make();
      this.#context.addEventListener("statechange", () => this.#onChange());
    }
    await this.#context.resume();
    this.#onChange();
  }

  ring(severity, nowMs = Date.now()) {
    if (this.state !== "on") return false;
    this.#rangMs = nowMs;
    const begin = this.#context.currentTime + 0.02;
    for (const [hertz, at] of CHIMES[severity] ?? CHIMES.minor) this.#note(hertz, begin + at);
    return true;
  }

  /** Call every second with the worst alert that nobody has taken, or null. */
  remind(severity, nowMs = Date.now()) {
    return severity !== null && nowMs - this.#rangMs > AGAIN_MS && this.ring(severity, nowMs);
  }

  #note(hertz, at) {
    const tone = this.#context.createOscillator();
    const gain = this.#context.createGain();
    tone.type = "triangle";
    tone.frequency.value = hertz;
    gain.gain.setValueAtTime(0.0001, at);
    gain.gain.exponentialRampToValueAtTime(0.35, at + 0.015);
    gain.gain.exponentialRampToValueAtTime(0.0001, at + NOTE_S);
    tone.connect(gain).connect(this.#context.destination);
    tone.start(at);
    tone.stop(at + NOTE_S + 0.05);
  }
}

/** The most severe of some alerts, or null. */
export function worst(alerts) {
  for (const severity of ["critical", "major", "minor"]) {
    if (alerts.some((alert) => alert.severity === severity)) return severity;
  }
  return null;
}
