// What a key means on the wall. Single letters can be switched off (WCAG 2.1.4), and never act while somebody types.

import { recall, remember } from "./memory.js";

export const KEYS = {
  arrowdown: "next", arrowright: "next", j: "next",
  arrowup: "previous", arrowleft: "previous", k: "previous",
  a: "acknowledge", s: "dispatch", r: "resolve", d: "dismiss",
  enter: "look", " ": "look",
};

const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable], .small-dialog";
const PRESSABLE = "button, a, summary, select, input";

/** The meaning of a key press, or null. An input method may hide the letter: then its place on the keyboard tells. */
export function meaningOf(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat && !/^Arrow|^[jk]$/i.test(event.key)) return null;
  if (event.target.closest?.(TYPING)) return null;
  const key = event.key === "Process" ? event.code.replace(/^Key/, "").toLowerCase() : event.key.toLowerCase();
  const meaning = KEYS[key] ?? null;
  if (meaning === "look" && event.target.closest?.(PRESSABLE)) return null;
  return meaning;
}

export class Keys {
  #on = recall("keys") !== "off";

  constructor(act) {
    document.addEventListener("keydown", (event) => {
      const meaning = this.#on ? meaningOf(event) : null;
      if (meaning && act(meaning)) event.preventDefault();
    });
  }

  get on() {
    return this.#on;
  }

  set on(on) {
    this.#on = on;
    remember("keys", on ? "on" : "off");
  }
}
