// One room's socket: open it, hand on its messages, and come back when it breaks, resuming after the last seq applied.
// It does not know what a message means, except `hello`: only that proves a connection.

export const BACKOFF = { firstS: 0.5, lastS: 10 };
const HELLO_WITHIN_MS = 5000;

/** Seconds until attempt `attempt` (0, 1, …): jittered, so that a hundred rooms do not return at the same instant. */
export function backoff(attempt, random = Math.random) {
  const ceiling = Math.min(BACKOFF.lastS, 2 * BACKOFF.firstS * 2 ** attempt);
  return BACKOFF.firstS + random() * (ceiling - BACKOFF.firstS);
}

export class RoomSocket {
  #address;
  #onMessage;
  #onState;
  #env;
  #socket = null;
  #timer = null;
  #attempt = 0;
  #connected = false;
  #closed = true;

  /**
   * @param address   () => URL with `since`, asked at each attempt
   * @param onMessage (message) => void
   * @param onState   (connected: boolean) => void, on each change
   */
  constructor({ address, onMessage, onState, env = globalThis }) {
    this.#address = address;
    this.#onMessage = onMessage;
    this.#onState = onState;
    this.#env = env;
  }

  open() {
    this.#closed = false;
    this.#attempt = 0;
    this.#connect();
  }

  close() {
    this.#closed = true;
    this.#drop();
    this.#tell(false);
  }

  /** Connect afresh now: after sleep an open socket may be deaf without knowing it, and a wait has lost its point. */
  renew() {
    if (!this.#closed) this.open();
  }

  #connect() {
    this.#drop();
    const socket = new this.#env.WebSocket(this.#address());
    this.#socket = socket;
    this.#timer = this.#env.setTimeout(() => this.#broken(socket), HELLO_WITHIN_MS);
    socket.addEventListener("message", (event) => this.#received(socket, event.data));
    socket.addEventListener("close", () => this.#broken(socket));
  }

  #received(socket, data) {
    if (socket !== this.#socket) return;
    const message = JSON.parse(data);
    if (message.type === "hello") {
      this.#env.clearTimeout(this.#timer);
      this.#attempt = 0;
      this.#tell(true);
    }
    this.#onMessage(message);
  }

  #broken(socket) {
    if (socket !== this.#socket) return;
    this.#drop();
    this.#tell(false);
    this.#timer = this.#env.setTimeout(() => this.#connect(), backoff(this.#attempt, this.#env.random) * 1000);
    this.#attempt += 1;
  }

  #drop() {
    this.#env.clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #tell(connected) {
    if (connected === this.#connected) return;
    this.#connected = connected;
    this.#onState(connected);
  }
}
