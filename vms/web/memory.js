// What this browser remembers between visits: a few words, and never anything that must not be lost.
// Where storage is refused (private windows, policy), it remembers until the page is closed.

const PREFIX = "vms.";
const here = new Map();

export function remember(key, value) {
  here.set(key, value);
  try {
    globalThis.localStorage?.setItem(PREFIX + key, value);
  } catch {
    // Refused or full: `here` holds it.
  }
}

export function recall(key) {
  try {
    return globalThis.localStorage?.getItem(PREFIX + key) ?? here.get(key) ?? null;
  } catch {
    return here.get(key) ?? null;
  }
}
