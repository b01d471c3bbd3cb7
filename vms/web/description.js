// An alert in words, in the language in use.

import { isEnded } from "./alerts.js";
import { say } from "./language.js";

const KINDS = new Set(["fall", "person_down", "crowd"]);
/** How full a place is, from empty to full. */
export const LEVELS = ["clear", "busy", "crowded", "dangerous"];

export const iconOf = (alert) => `#icon-${KINDS.has(alert.kind) ? alert.kind : "fall"}`;

/** "拥挤": of an open crowd, how full it is now; of one that is over, what it was about. */
export function kindOf(alert) {
  if (LEVELS.includes(alert.level) && !isEnded(alert)) return say(`kind.crowd.${alert.level}`);
  return say(`kind.${KINDS.has(alert.kind) ? alert.kind : "other"}`);
}

/** 1 where the level of an alert rose from one version to the next, -1 where it fell, else 0. */
export const levelStep = (before, after) => Math.sign(LEVELS.indexOf(after.level) - LEVELS.indexOf(before.level));

/** "有人跌倒 · 光明路东口 · 广场" */
export const describe = (alert) => [kindOf(alert), alert.camera.name, alert.zone?.name].filter(Boolean).join(" · ");

/** "至少 34 人，上限 20 人 · 证据 83%": what the rule found, of what it says. */
export function facts(alert) {
  const { count, limit, persons_per_m2: density, at_least: atLeast, score } = alert.facts ?? {};
  const parts = [];
  if (alert.kind === "crowd" && count != null) {
    const persons = atLeast ? say("fact.at_least", { count: Math.round(count) }) : Math.round(count);
    if (density != null) parts.push(say("fact.density", { count: persons, density: density.toFixed(1) }));
    else if (limit != null) parts.push(say("fact.count", { count: persons, limit }));
    else parts.push(say("fact.count.alone", { count: persons }));
  }
  if (score != null) parts.push(say("fact.score", { percent: Math.round(score * 100) }));
  return parts.join(" · ");
}

/** Footage that was rendered, not filmed, says so in its camera's name, and wherever it is shown. */
export const isSynthetic = (camera) => /模拟|simulated/i.test(camera.name);

/** The name without the "（模拟）" that the badge beside it already says. */
export const nameOf = (camera) => camera.name.replace(/\s*[(（]\s*(模拟|simulated)\s*[)）]\s*/gi, "") || camera.name;
