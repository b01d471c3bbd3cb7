// What is asked of the server over HTTP, and how it can fail.

const PREFIX = "/api/v1";
const ANSWER_WITHIN_MS = 10_000;
/** Also the pulse of the connection (see room.js), hence the shorter patience. */
const CAMERAS_WITHIN_MS = 5_000;

/** The server answered, and refused: `application/problem+json` where it could say why. */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || `HTTP ${status}`);
    this.status = status;
    this.code = problem.code ?? null;
    this.takenBy = problem.context?.taken_by ?? null;
    /** `{en, zh}`, either of which may be missing. */
    this.inWords = { en: problem.detail || problem.title, zh: problem.detail_zh };
  }
}

/** No answer: `sent` says whether the request may have been carried out all the same. */
export class Unreachable extends Error {
  constructor(cause) {
    super("no answer from the server", { cause });
    this.sent = cause.name === "TimeoutError";
  }
}

export class Server {
  #clock;

  constructor(clock) {
    this.#clock = clock;
  }

  rooms() {
    return this.#ask("GET", "/rooms");
  }

  wall(roomId) {
    return this.#ask("GET", `/rooms/${roomId}/wall`);
  }

  /** Those that the room watches. */
  cameras(roomId) {
    return this.#ask("GET", `/rooms/${roomId}/cameras`, undefined, CAMERAS_WITHIN_MS);
  }

  /** One alert with its latest events, and why each was stated. */
  alert(alertId) {
    return this.#ask("GET", `/alerts/${alertId}`);
  }

  /** The cameras of an alert about cameras: { cameras, next }. */
  outage(alertId) {
    return this.#ask("GET", `/alerts/${alertId}/cameras`);
  }

  /** `verb`: acknowledge, dispatch, resolve, dismiss. Returns the alert as it now is. */
  act(verb, alertId, { roomId, author, note = "" }) {
    return this.#ask("POST", `/alerts/${alertId}/${verb}`, { room_id: roomId, author, note });
  }

  socketAddress(roomId, since) {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    return `${scheme}//${location.host}${PREFIX}/rooms/${roomId}/socket?since=${since}`;
  }

  async #ask(method, path, body, withinMs = ANSWER_WITHIN_MS) {
    let answer;
    let content;
    try {
      answer = await fetch(PREFIX + path, {
        method,
        headers: { accept: "application/json", ...(body && { "content-type": "application/json" }) },
        body: body && JSON.stringify(body),
        cache: "no-store",
        signal: AbortSignal.timeout(withinMs),
      });
      content = await answer.text();
    } catch (error) {
      throw new Unreachable(error);
    }
    this.#clock.learn(answer.headers.get("date"));
    const parsed = parse(content);
    if (!answer.ok || parsed === null) throw new Refused(answer.status, parsed ?? {});
    return parsed;
  }
}

/** A proxy in between may answer in HTML: that is no content, not a crash. */
function parse(content) {
  try {
    return JSON.parse(content);
  } catch {
    return null;
  }
}
