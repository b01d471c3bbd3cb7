// Time as people read it: ages that count up, and the server's clock, since a room's own computer may be minutes off.

import { language, say } from "./language.js";

/** The server's time, as told by the Date header of its answers: whole seconds, so corrections under 2 s are noise. */
export class ServerClock {
  #aheadMs = 0;
  #local;

  constructor(local = Date.now) {
    this.#local = local;
  }

  now() {
    return this.#local() + this.#aheadMs;
  }

  learn(dateHeader) {
    const told = Date.parse(dateHeader ?? "");
    if (Number.isNaN(told)) return;
    const aheadMs = told + 500 - this.#local();
    this.#aheadMs = Math.abs(aheadMs) < 2000 ? 0 : Math.abs(aheadMs - this.#aheadMs) < 2000 ? this.#aheadMs : aheadMs;
  }
}

const two = (number) => String(number).padStart(2, "0");

function spoken(form, ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes < 1) return say(`${form}.seconds`, { s: seconds });
  if (hours < 1) return say(`${form}.minutes`, { m: minutes, s: two(seconds % 60) });
  if (hours < 24) return say(`${form}.hours`, { h: hours, m: two(minutes % 60) });
  return say(`${form}.days`, { d: Math.floor(hours / 24), h: hours % 24 });
}

/** "3 分 05 秒前" */
export const age = (iso, nowMs) => spoken("age", nowMs - Date.parse(iso));

/** "3 分 05 秒" */
export const span = (ms) => spoken("span", ms);

/** "14:03:22", local. */
export function timeOfDay(ms) {
  const date = new Date(ms);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** "14:03", with the day in front when it is not today's. */
export function shortTime(iso, nowMs) {
  const date = new Date(iso);
  const text = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (date.toDateString() === new Date(nowMs).toDateString()) return text;
  const day = language() === "zh" ? `${date.getMonth() + 1}月${date.getDate()}日` : `${date.getMonth() + 1}/${date.getDate()}`;
  return `${day} ${text}`;
}
