// One measurement over the seconds before an event, with the mark of the rule as a dashed line: a figure, made of DOM calls.

import { say, TEXTS } from "./language.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 240;
const HEIGHT = 54;
const LEFT = 30;
const RIGHT = 4;
const TOP = 5;
const BOTTOM = 12;
/** So that charts of several events compare: where the axis reaches at least. */
const REACH = { trunk_deg: 90, height: 1 };

/** The figure of `curve`; its seconds count from `zeroS` and go on to it at least. Null where there is no point to draw. */
export function chart(curve, zeroS) {
  const known = curve.values.filter((value) => value != null);
  if (!known.length) return null;
  const figure = document.createElement("figure");
  const name = document.createElement("p");
  name.textContent = measureName(curve.name);
  figure.append(name, draw(curve, known, zeroS));
  if (curve.limit != null) {
    const mark = document.createElement("figcaption");
    mark.textContent = say(`mark.${curve.name}` in TEXTS ? `mark.${curve.name}` : "mark.other");
    figure.append(mark);
  }
  return figure;
}

const measureName = (name) => (`measure.${name}` in TEXTS ? say(`measure.${name}`) : name);

/** The runs of points between which nothing could be measured: `[[[x, y], …], …]`. */
export function stretches(curve) {
  const found = [[]];
  curve.values.forEach((value, i) => {
    if (value != null) found.at(-1).push([curve.at_s[i], value]);
    else if (found.at(-1).length) found.push([]);
  });
  return found.filter((points) => points.length);
}

function draw(curve, known, zeroS) {
  const from = curve.at_s[0];
  const until = Math.max(curve.at_s.at(-1), zeroS);
  const span = until - from || 1;
  const low = Math.min(0, ...known);
  const high = 1.08 * Math.max(...known, curve.limit ?? 0, REACH[curve.name] ?? 0) || 1;
  const x = (atS) => LEFT + ((atS - from) / span) * (WIDTH - LEFT - RIGHT);
  const y = (value) => HEIGHT - BOTTOM - ((value - low) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const svg = element("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": summary(curve, known) });
  svg.append(element("line", { class: "axis", x1: LEFT, x2: WIDTH - RIGHT, y1: y(low), y2: y(low) }));
  svg.append(words(figureOf(from - zeroS, "s"), LEFT, HEIGHT - 2, "start"));
  svg.append(words(figureOf(until - zeroS, "s"), WIDTH - RIGHT, HEIGHT - 2, "end"));
  const most = Math.max(...known);
  if (curve.limit != null) {
    svg.append(element("line", { class: "limit", x1: LEFT, x2: WIDTH - RIGHT, y1: y(curve.limit), y2: y(curve.limit) }));
    svg.append(words(figureOf(curve.limit), LEFT - 4, y(curve.limit) + 4, "end"));
  }
  if (curve.limit == null || Math.abs(y(curve.limit) - y(most)) > 9) svg.append(words(figureOf(most), LEFT - 4, y(most) + 4, "end"));
  for (const points of stretches(curve)) {
    if (points.length === 1) svg.append(element("circle", { class: "dot", cx: x(points[0][0]), cy: y(points[0][1]), r: 2 }));
    else svg.append(element("polyline", { class: "curve", points: points.map(([atS, value]) => `${short(x(atS))},${short(y(value))}`).join(" ") }));
  }
  return svg;
}

/** What the picture says, for who does not see it. */
function summary(curve, known) {
  const last = figureOf(known.at(-1));
  const name = measureName(curve.name);
  if (curve.limit == null) return say("why.chart.plain", { name, last });
  return say("why.chart", { name, last, limit: figureOf(curve.limit) });
}

const short = (pixels) => pixels.toFixed(1);

/** "-4.9 s", "0.62", "35" */
function figureOf(value, unit = "") {
  const rounded = Number(Math.abs(value) >= 10 ? value.toFixed(0) : unit ? value.toFixed(1) : value.toFixed(2));
  return `${rounded === 0 ? 0 : rounded}${unit && ` ${unit}`}`;
}

function words(text, x, y, anchor) {
  const node = element("text", { x, y, "text-anchor": anchor });
  node.textContent = text;
  return node;
}

function element(name, attributes) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}
