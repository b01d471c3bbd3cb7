// Dark or light. Follows the system until somebody chooses; the choice is remembered.
// Loaded render-blocking by index.html, so that no wrong colour is ever shown.

import { recall, remember } from "./memory.js";

const system = matchMedia("(prefers-color-scheme: light)");

function show() {
  document.documentElement.dataset.theme = recall("theme") ?? (system.matches ? "light" : "dark");
}

export function toggleTheme() {
  remember("theme", document.documentElement.dataset.theme === "light" ? "dark" : "light");
  show();
}

system.addEventListener("change", show);
show();
