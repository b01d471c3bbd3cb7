import assert from "node:assert/strict";
import { test } from "node:test";

import { Alerts } from "../../vms/web/alerts.js";

const at = (seconds) => new Date(Date.UTC(2026, 10, 24, 5, 0, seconds)).toISOString();
const alert = (id, state = "raised", fields = {}) => ({ id, state, raised_at: at(id), event_count: 1, ...fields });
const notification = (seq, of) => ({ type: "notification", seq, alert: of });
const ids = (list) => list.map((each) => each.id);

function wallOf(lastSeq, ...alerts) {
  const held = new Alerts();
  held.replace({ last_seq: lastSeq, alerts });
  return held;
}

test("the newest stands first among those in the same group", () => {
  const held = wallOf(5, alert(1), alert(3), alert(2, "dispatched"), alert(4, "acknowledged"), alert(5, "dismissed"));
  assert.deepEqual([ids(held.raised()), ids(held.taken()), ids(held.ended())], [[3, 1], [4, 2], [5]]);
});

test("what is more urgent stands before what is newer, and moves when that changes", () => {
  const held = wallOf(3, alert(1, "raised", { severity: "critical" }), alert(2, "raised", { severity: "minor" }), alert(3, "raised", { severity: "major" }));
  assert.deepEqual(ids(held.raised()), [1, 3, 2]);
  held.apply(notification(4, alert(2, "raised", { severity: "critical" })));
  assert.deepEqual(ids(held.raised()), [2, 1, 3]);
});

test("what is about cameras stands below what is about people, waiting or taken", () => {
  const outage = { cameras: 9, most: 9 };
  const held = wallOf(
    4,
    alert(1, "raised", { severity: "minor" }),
    alert(2, "raised", { severity: "major", outage }),
    alert(3, "acknowledged", { severity: "minor" }),
    alert(4, "acknowledged", { severity: "major", outage }),
  );
  assert.deepEqual([ids(held.raised()), ids(held.taken())], [[1, 2], [3, 4]]);
});

test("a notification is applied once", () => {
  const held = wallOf(5, alert(1));
  assert.equal(held.apply(notification(6, alert(1, "raised", { event_count: 2 }))), true);
  assert.equal(held.apply(notification(6, alert(1, "raised", { event_count: 99 }))), false);
  assert.equal(held.apply(notification(5, alert(7))), false);
  assert.equal(held.get(1).event_count, 2);
  assert.equal(held.get(7), undefined);
});

test("a notification written before the answer we already have does not take the alert back", () => {
  const held = wallOf(5, alert(1));
  held.accept(alert(1, "acknowledged", { taken_by: "王芳" }));
  assert.equal(held.apply(notification(6, alert(1, "raised", { event_count: 2 }))), true);
  assert.equal(held.get(1).state, "acknowledged");
  assert.equal(held.lastSeq, 6);
});

test("a late answer does not take back what a notification has brought further", () => {
  const held = wallOf(5, alert(1));
  held.apply(notification(7, alert(1, "dispatched")));
  assert.equal(held.accept(alert(1, "acknowledged")), false);
  assert.equal(held.get(1).state, "dispatched");
});

test("an older snapshot is refused", () => {
  const held = wallOf(5, alert(1));
  held.apply(notification(6, alert(2)));
  assert.equal(held.replace({ last_seq: 5, alerts: [alert(1)] }), null);
  assert.deepEqual(ids(held.raised()), [2, 1]);
});

test("a newer snapshot tells which alerts were raised meanwhile, and drops what is no longer shown", () => {
  const held = wallOf(5, alert(1), alert(2, "resolved"));
  const raised = held.replace({ last_seq: 9, alerts: [alert(4), alert(3, "resolved"), alert(1)] });
  assert.deepEqual(ids(raised), [4]);
  assert.deepEqual(ids(held.ended()), [3]);
});

test("a server with a shorter history is believed when asked to forget", () => {
  const held = wallOf(50, alert(1, "acknowledged"));
  held.replace({ last_seq: 3, alerts: [alert(1)] }, { forget: true });
  assert.equal(held.lastSeq, 3);
  assert.equal(held.get(1).state, "raised");
});
