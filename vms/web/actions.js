// What a person may do with an alert, as a table and as buttons. The same table stands in alerts/alert.py.

import { say } from "./language.js";

/** By state, in the order of the buttons; the first is the one to be expected. */
export const ACTIONS = {
  raised: ["acknowledge", "dismiss"],
  acknowledged: ["dispatch", "resolve", "dismiss"],
  dispatched: ["resolve", "dismiss"],
  resolved: [],
  dismissed: [],
};

export const KEY_OF = { acknowledge: "A", dispatch: "S", resolve: "R", dismiss: "D" };

/** The buttons for an alert in `state`, the expected one marked `main`. */
export const actionButtons = (state) => ACTIONS[state].map((verb, index) => actionButton(verb, index === 0));

/** Show that the request `verb` is under way (null: that none is). */
export function markBusy(buttons, verb) {
  for (const button of buttons) {
    button.setAttribute("aria-disabled", String(Boolean(verb)));
    button.firstChild.textContent = say(button.dataset.verb === verb ? "act.sending" : `act.${button.dataset.verb}`);
  }
}

function actionButton(verb, main) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = `act ${verb}${main ? " main" : ""}`;
  button.dataset.verb = verb;
  button.setAttribute("aria-keyshortcuts", KEY_OF[verb]);
  const key = document.createElement("kbd");
  key.textContent = KEY_OF[verb];
  key.setAttribute("aria-hidden", "true");
  button.append(say(`act.${verb}`), key);
  return button;
}
