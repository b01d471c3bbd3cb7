// One room followed for as long as the page is open: a snapshot, then notifications, and again whenever in doubt.
//
// load (GET wall) -> socket since last_seq -> notifications -> Alerts
//                 -> every minute: the wall again; if the socket missed anything, the wall has it
//
// Nothing is lost: a reload begins with the wall; a break resumes at the last seq; a computer that slept connects
// afresh; and a socket that is open but deaf is found by the pulse of the other requests.

import { Alerts } from "./alerts.js";
import { backoff, RoomSocket } from "./socket.js";

const CHECK_EVERY_MS = 60_000;
/** The page's own timer was late by this much: the computer slept. */
const SLEPT_MS = 15_000;

export class RoomWatch {
  alerts = new Alerts();
  /** { connected, ever: connected at least once, sinceMs: of the last change (this computer's clock) } */
  connection = { connected: false, ever: false, sinceMs: Date.now() };
  #server;
  #on;
  #socket;
  #stopped = false;
  #loading = 0;
  #checkedMs = Date.now();
  #tickedMs = Date.now();

  /**
   * on.change()          the alerts may have changed
   * on.raised(alerts)    raised just now, or while we were not connected
   * on.levelled(before, after)  how full a place is has changed
   * on.connection()      connected or not
   * on.trouble(error)    the wall cannot be read; retried until it can
   * on.message({en,zh})  the server said what is wrong
   */
  constructor({ room, server, on }) {
    this.room = room;
    this.#server = server;
    this.#on = on;
    this.#socket = new RoomSocket({
      address: () => server.socketAddress(room.id, this.alerts.lastSeq),
      onMessage: (message) => this.#received(message),
      onState: (connected) => this.#connection(connected),
    });
  }

  async start({ forget = false } = {}) {
    const turn = ++this.#loading;
    this.#socket.close();
    for (let attempt = 0; ; attempt += 1) {
      try {
        const wall = await this.#server.wall(this.room.id);
        if (this.#stopped || turn !== this.#loading) return;
        this.#take(wall, { forget });
        break;
      } catch (error) {
        if (this.#stopped || turn !== this.#loading) return;
        this.#on.trouble(error);
        await new Promise((resolve) => setTimeout(resolve, backoff(attempt) * 1000));
      }
    }
    this.#socket.open();
  }

  stop() {
    this.#stopped = true;
    this.#socket.close();
  }

  /** Take the alert that an action returned, without waiting for its notification. */
  accept(alert) {
    if (this.alerts.accept(alert)) this.#on.change();
  }

  /** Look at the wall again, and take it if it is as new as what we have. */
  async check() {
    this.#checkedMs = Date.now();
    const turn = this.#loading;
    try {
      const wall = await this.#server.wall(this.room.id);
      if (this.#stopped || turn !== this.#loading) return;
      const missed = wall.last_seq > this.alerts.lastSeq;
      this.#take(wall);
      if (missed) this.#socket.renew();
    } catch {
      this.doubt();
    }
  }

  /** Something says that the connection may be dead: prove it. One that is known to be broken keeps its own rhythm. */
  doubt() {
    if (this.connection.connected) this.#socket.renew();
  }

  /** The network came back, or the page was woken. */
  wake() {
    this.#socket.renew();
  }

  /** Call every second. */
  tick() {
    const now = Date.now();
    const slept = now - this.#tickedMs > SLEPT_MS;
    this.#tickedMs = now;
    if (slept) this.wake();
    if (this.connection.connected && now - this.#checkedMs > CHECK_EVERY_MS) this.check();
  }

  #received(message) {
    if (message.type === "notification") {
      const known = this.alerts.get(message.alert.id);
      if (!this.alerts.apply(message)) return;
      this.#on.change();
      if (!known && message.alert.state === "raised") this.#on.raised([message.alert]);
      else if (known && known.level !== message.alert.level) this.#on.levelled(known, message.alert);
    } else if (message.type === "hello") {
      // The server knows less than we do: it was restored from a backup. Begin again from what it has.
      if (message.last_seq < this.alerts.lastSeq) this.start({ forget: true });
    } else if (message.type === "error") {
      this.#on.message(message.message);
    }
  }

  #take(wall, options) {
    const first = !this.connection.ever;
    const raised = this.alerts.replace(wall, options);
    if (raised === null) return;
    this.#checkedMs = Date.now();
    this.#on.change();
    if (raised.length && !first) this.#on.raised(raised);
  }

  #connection(connected) {
    const { ever } = this.connection;
    this.connection = { connected, ever: ever || connected, sinceMs: Date.now() };
    this.#on.connection();
  }
}
