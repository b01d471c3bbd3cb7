import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const css = readFileSync(new URL("../../vms/web/wall.css", import.meta.url), "utf8");

function colours(selector) {
  const block = css.slice(css.indexOf(`${selector} {`)).split("}")[0];
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]+);/g)].map(([, name, value]) => [name, value]));
}

function luminance(hex) {
  const full = hex.length === 4 ? hex.replace(/[0-9a-f]/g, "$&$&") : hex;
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = parseInt(full.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const dark = colours(":root");
const themes = { dark, light: { ...dark, ...colours(':root[data-theme="light"]') } };

/** Text on what it stands on (WCAG 2.2, 1.4.3: 4.5), and shapes that must be seen (1.4.11: 3). */
const TEXT = [
  ["text", "ground panel panel-high button button-high critical-tint major-tint minor-tint device-tint"],
  ["text-soft", "ground panel panel-high critical-tint major-tint minor-tint device-tint"],
  ["on-colour", "critical major minor device"],
  ["critical-text", "ground panel critical-tint"],
  ["major-text", "major-tint panel"],
  ["minor-text", "minor-tint panel"],
  ["device-text", "device-tint panel"],
  ["taken", "panel"],
  ["good", "ground panel button"],
  ["warn", "ground button"],
  ["ground", "text"],
];
const SHAPES = [
  ["focus", "ground panel"], ["line-strong", "ground panel panel-high button"], ["taken", "panel-high"], ["warn", "panel-high"],
];

for (const [name, theme] of Object.entries(themes)) {
  for (const [pairs, least] of [[TEXT, 4.5], [SHAPES, 3]]) {
    test(`contrast of at least ${least} in the ${name} theme`, () => {
      for (const [front, backs] of pairs) {
        for (const back of backs.split(" ")) {
          const ratio = contrast(theme[front], theme[back]);
          assert.ok(ratio >= least, `${front} on ${back}: ${ratio.toFixed(2)}`);
        }
      }
    });
  }
}
