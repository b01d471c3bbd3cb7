// The alerts of one room, by id, and the last notification applied. No DOM, no network.
//
// wall (a snapshot) -> notifications in order of seq -> what the wall shows
//
// An alert only moves forward: raised, acknowledged, dispatched, ended. So of two versions the one that is further on is
// the newer, whichever way it came; a notification written before it brings nothing new.

const STAGE = { raised: 0, acknowledged: 1, dispatched: 2, resolved: 3, dismissed: 3 };

export const isEnded = (alert) => STAGE[alert.state] === 3;

/** About cameras, not about people: it stands below whatever is about people. */
export const isOutage = (alert) => Boolean(alert.outage);

/** What is unknown is urgent. */
const URGENCY = { critical: 0, major: 1, minor: 2 };

const newestFirst = (a, b) => Date.parse(b.raised_at) - Date.parse(a.raised_at) || b.id - a.id;

const peopleFirst = (a, b) => isOutage(a) - isOutage(b);

const mostUrgentFirst = (a, b) =>
  peopleFirst(a, b) || (URGENCY[a.severity] ?? 0) - (URGENCY[b.severity] ?? 0) || newestFirst(a, b);

export class Alerts {
  #byId = new Map();
  /** seq of the last notification that the state includes. */
  lastSeq = 0;

  get(id) {
    return this.#byId.get(id);
  }

  /**
   * Take a snapshot of the room. One that is older than what is held is refused (null); otherwise the alerts that are now
   * raised and were not held before. `forget` drops what is held first: the server's history is not the one we knew.
   */
  replace(wall, { forget = false } = {}) {
    if (forget) {
      this.#byId.clear();
      this.lastSeq = 0;
    }
    if (wall.last_seq < this.lastSeq) return null;
    const before = this.#byId;
    this.#byId = new Map();
    for (const alert of wall.alerts) {
      const held = before.get(alert.id);
      this.#byId.set(alert.id, held && STAGE[held.state] > STAGE[alert.state] ? held : alert);
    }
    this.lastSeq = wall.last_seq;
    return wall.alerts.filter((alert) => alert.state === "raised" && !before.has(alert.id));
  }

  /** Apply one notification; false when it was already applied. */
  apply(notification) {
    if (notification.seq <= this.lastSeq) return false;
    this.lastSeq = notification.seq;
    this.accept(notification.alert);
    return true;
  }

  /** Take a version of one alert, as an answer to a request brings it; false when what is held is further on. */
  accept(alert) {
    const held = this.#byId.get(alert.id);
    if (held && STAGE[held.state] > STAGE[alert.state]) return false;
    this.#byId.set(alert.id, alert);
    return true;
  }

  raised() {
    return this.#where((alert) => alert.state === "raised").sort(mostUrgentFirst);
  }

  taken() {
    return this.#where((alert) => alert.state === "acknowledged" || alert.state === "dispatched").sort(peopleFirst);
  }

  ended() {
    return this.#where(isEnded);
  }

  #where(test) {
    return [...this.#byId.values()].filter(test).sort(newestFirst);
  }
}
