import assert from "node:assert/strict";
import { test } from "node:test";

import { backoff, RoomSocket } from "../../vms/web/socket.js";

/** Time and network, ruled by the test. */
class World {
  sockets = [];
  timers = new Map();
  #next = 1;

  env = {
    random: () => 0,
    setTimeout: (run, ms) => {
      this.timers.set(this.#next, { run, ms });
      return this.#next++;
    },
    clearTimeout: (id) => this.timers.delete(id),
    WebSocket: this.#socketClass(),
  };

  #socketClass() {
    const { sockets } = this;
    return class extends EventTarget {
      constructor(url) {
        super();
        this.url = url;
        this.closed = false;
        sockets.push(this);
      }

      close() {
        this.closed = true;
      }

      say(message) {
        this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(message) }));
      }

      die() {
        this.dispatchEvent(new Event("close"));
      }
    };
  }

  get last() {
    return this.sockets.at(-1);
  }

  /** Let the one pending timer fire; how long it would have taken. */
  fire() {
    assert.equal(this.timers.size, 1);
    const [[id, { run, ms }]] = this.timers;
    this.timers.delete(id);
    run();
    return ms;
  }
}

function opened() {
  const world = new World();
  const seen = { messages: [], states: [], lastSeq: 41 };
  const socket = new RoomSocket({
    address: () => `ws://room?since=${seen.lastSeq}`,
    onMessage: (message) => seen.messages.push(message),
    onState: (connected) => seen.states.push(connected),
    env: world.env,
  });
  socket.open();
  return { world, seen, socket };
}

test("the wait grows from half a second to ten, jittered", () => {
  for (const attempt of [0, 1, 2, 3, 8, 50]) {
    assert.equal(backoff(attempt, () => 0), 0.5);
    assert.ok(backoff(attempt, () => 0.9999) <= 10);
  }
  assert.deepEqual([0, 1, 2, 3, 4].map((attempt) => backoff(attempt, () => 1)), [1, 2, 4, 8, 10]);
});

test("a connection counts from hello, and a broken one resumes at the last seq", () => {
  const { world, seen } = opened();
  assert.deepEqual(seen.states, []);
  world.last.say({ type: "hello", last_seq: 41 });
  assert.deepEqual(seen.states, [true]);
  seen.lastSeq = 44;
  world.last.die();
  assert.deepEqual(seen.states, [true, false]);
  assert.equal(world.fire(), 500);
  assert.equal(world.last.url, "ws://room?since=44");
});

test("a server that accepts and says nothing is left", () => {
  const { world } = opened();
  world.fire();
  assert.equal(world.sockets[0].closed, true);
  world.fire();
  assert.equal(world.sockets.length, 2);
});

test("what a replaced socket still says is not heard", () => {
  const { world, seen, socket } = opened();
  world.last.say({ type: "hello", last_seq: 41 });
  socket.renew();
  world.sockets[0].say({ type: "notification", seq: 42 });
  world.sockets[0].die();
  assert.deepEqual(seen.messages.map((message) => message.type), ["hello"]);
  assert.deepEqual(seen.states, [true]);
  assert.equal(world.sockets.length, 2);
});

test("a renewal that fails is told", () => {
  const { world, seen, socket } = opened();
  world.last.say({ type: "hello", last_seq: 41 });
  socket.renew();
  world.fire();
  assert.deepEqual(seen.states, [true, false]);
});

test("closed is closed", () => {
  const { world, socket } = opened();
  socket.close();
  socket.renew();
  assert.equal(world.sockets.length, 1);
  assert.equal(world.timers.size, 0);
});
