// An alert in words, in the language in use.

import { isEnded, isOutage } from "./alerts.js";
import { say } from "./language.js";

const KINDS = new Set(["fall", "person_down", "crowd", "camera_offline", "camera_blind", "camera_unrecorded"]);
/** How full a place is, from empty to full. */
export const LEVELS = ["clear", "busy", "crowded", "dangerous"];

export const iconOf = (alert) => (isOutage(alert) ? "#icon-camera" : `#icon-${KINDS.has(alert.kind) ? alert.kind : "fall"}`);

/** "拥挤": of an open crowd, how full it is now; of one that is over, what it was about. */
export function kindOf(alert) {
  if (LEVELS.includes(alert.level) && !isEnded(alert)) return say(`kind.crowd.${alert.level}`);
  return say(`kind.${KINDS.has(alert.kind) ? alert.kind : "other"}`);
}

/** 1 where the level of an alert rose from one version to the next, -1 where it fell, else 0. */
export const levelStep = (before, after) => Math.sign(LEVELS.indexOf(after.level) - LEVELS.indexOf(before.level));

/** "有人跌倒 · 光明路东口 · 广场", "摄像机离线 · 示范社区 37 路" */
export const describe = (alert) => [kindOf(alert), placeOf(alert), alert.zone?.name].filter(Boolean).join(" · ");

/** The camera; of several, the unit that they all belong to and how many they are, or at the most were. */
export function placeOf(alert) {
  const { outage } = alert;
  if (!outage || outage.most === 1) return alert.camera.name;
  const n = outage.cameras || outage.most;
  return say("outage.place", { unit: outage.unit_name ?? outage.network ?? alert.camera.name, n });
}

/** "至少 34 人，上限 20 人 · 证据 83%": what the rule found, of what it says. */
export function facts(alert) {
  if (isOutage(alert)) return outageFacts(alert.outage);
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

/** "网络不通 · 网段 10.1.2.0/24 · 最多时 40 路" */
function outageFacts({ cameras, most, network, causes: why }) {
  return [
    causes(why),
    network && say("outage.network", { network }),
    cameras && cameras < most && say("outage.most", { n: most }),
  ].filter(Boolean).join(" · ");
}

/** "帧率低、丢包": what is unknown is left out. */
export const causes = (list) =>
  (list ?? []).map((cause) => say(`cause.${cause}`)).filter((text) => !text.startsWith("cause.")).join(say("list.comma"));

/** Footage that was rendered, not filmed, says so in its camera's name, and wherever it is shown. */
export const isSynthetic = (camera) => /模拟|simulated/i.test(camera.name);

/** The name without the "（模拟）" that the badge beside it already says. */
export const nameOf = (camera) => camera.name.replace(/\s*[(（]\s*(模拟|simulated)\s*[)）]\s*/gi, "") || camera.name;
