// The two small questions, each beside the wall and never over it: who are you, and how did it end.

import { describe } from "./description.js";
import { say } from "./language.js";
import { recall, remember } from "./memory.js";

/**
 * Show a dialog without blocking the page; resolves with the text of its input, or null when cancelled.
 * Focus goes in, and back to where it was.
 */
function ask(dialog, value) {
  const input = dialog.querySelector("input");
  const back = document.activeElement;
  dialog.dispatchEvent(new Event("cancel"));
  input.value = value;
  dialog.show();
  input.focus();
  input.select();
  return new Promise((resolve) => {
    const done = new AbortController();
    const finish = (answer) => {
      done.abort();
      dialog.close();
      if (back?.isConnected) back.focus({ preventScroll: true });
      resolve(answer);
    };
    const on = (target, type, react) => target.addEventListener(type, react, { signal: done.signal });
    on(dialog.querySelector("form"), "submit", (event) => {
      event.preventDefault();
      finish(input.value.trim());
    });
    on(dialog.querySelector("button[type=button].act:not(.choice)"), "click", () => finish(null));
    on(dialog, "cancel", () => finish(null));
    on(dialog, "keydown", (event) => {
      if (event.key === "Escape") finish(null);
    });
  });
}

/** The name under which this browser acts. There are no accounts yet: it is a courtesy, not a proof. */
export class Author {
  #dialog;

  constructor(dialog) {
    this.#dialog = dialog;
  }

  get name() {
    return recall("author");
  }

  /** Ask for the name, offering the one we have; null when cancelled. */
  async change() {
    const name = await ask(this.#dialog, this.name ?? "");
    if (name) remember("author", name);
    return name || null;
  }

  async known() {
    return this.name ?? this.change();
  }
}

/** Ask for the note that ends an alert; null when cancelled, "" when there is none. */
export function askNote(dialog, verb, alert) {
  dialog.querySelector("h2").textContent = say(`note.${verb}`);
  dialog.querySelector("#note-which").textContent = describe(alert);
  dialog.querySelector("[type=submit]").textContent = say(`act.${verb}`);
  const input = dialog.querySelector("input");
  dialog.querySelector(".choices").replaceChildren(
    ...say(`note.${verb}.${alert.kind}`).split("|").map((text) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "act choice";
      button.textContent = text;
      button.addEventListener("click", () => {
        input.value = text;
        input.focus();
      });
      return button;
    }),
  );
  return ask(dialog, "");
}
