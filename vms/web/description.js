// An alert in words, in the language in use.

import { say } from "./language.js";

const KINDS = new Set(["fall", "crowd"]);

export const iconOf = (alert) => `#icon-${KINDS.has(alert.kind) ? alert.kind : "fall"}`;

export const kindOf = (alert) => say(`kind.${KINDS.has(alert.kind) ? alert.kind : "other"}`);

/** "有人跌倒 · 光明路东口 · 广场" */
export const describe = (alert) => [kindOf(alert), alert.camera.name, alert.zone?.name].filter(Boolean).join(" · ");

/** "14 人，上限 8 人 · 把握 83%": what the rule found, of what it says. */
export function facts(alert) {
  const { count, limit, score } = alert.facts ?? {};
  const parts = [];
  if (alert.kind === "crowd" && count != null) {
    parts.push(limit == null ? say("fact.count.alone", { count }) : say("fact.count", { count, limit }));
  }
  if (score != null) parts.push(say("fact.score", { percent: Math.round(score * 100) }));
  return parts.join(" · ");
}

/** Footage that was rendered, not filmed, says so in its camera's name, and wherever it is shown. */
export const isSynthetic = (camera) => /模拟|simulated/i.test(camera.name);

/** The name without the "（模拟）" that the badge beside it already says. */
export const nameOf = (camera) => camera.name.replace(/\s*[(（]\s*(模拟|simulated)\s*[)）]\s*/gi, "") || camera.name;
