// The wall of one room: builds the parts and joins them. Nothing else here knows more than its own part.
//
// server -> RoomWatch -> Alerts -> Wall (cards)        people -> keys, clicks -> server -> RoomWatch

import { ACTIONS } from "./actions.js";
import { isEnded, isOutage } from "./alerts.js";
import { POLL_MS } from "./cameras.js";
import "./connection.js";
import { describe, levelStep } from "./description.js";
import { askNote, Author } from "./dialogs.js";
import { Keys } from "./keys.js";
import { language, onLanguage, say, translate, useLanguage, words } from "./language.js";
import { recall, remember } from "./memory.js";
import { Picture } from "./picture.js";
import { RoomWatch } from "./room.js";
import { Refused, Server, Unreachable } from "./server.js";
import { backoff } from "./socket.js";
import { Bell, worst } from "./sound.js";
import { toggleTheme } from "./theme.js";
import { ServerClock, timeOfDay } from "./time.js";
import { Wall } from "./wall.js";

const $ = (id) => document.getElementById(id);
const NOTICE_MS = 10_000;
/** The page was out of sight for longer than this: its connection is not to be trusted. */
const AWAY_MS = 20_000;

const clock = new ServerClock();
const server = new Server(clock);
const nowMs = () => clock.now();
const cameras = document.querySelector("camera-list");
const author = new Author($("name"));
const picture = new Picture($("picture"), act, (alertId) => server.alert(alertId));
const bell = new Bell({ onChange: showControls });
const wall = new Wall({ raised: $("raised"), taken: $("taken"), ended: $("ended"), nowMs });
const keys = new Keys(pressed);
let rooms = null;
let watch = null;
let nextPoll = 0;
let newWhileCovered = 0;

// --- the room -------------------------------------------------------------------------------------------------------

async function loadRooms() {
  for (let attempt = 0; ; attempt += 1) {
    try {
      rooms = await server.rooms();
      if (rooms.length) return openRoom(rememberedRoom());
      showQuiet();
    } catch (error) {
      trouble(error);
    }
    await new Promise((resolve) => setTimeout(resolve, backoff(attempt) * 1000));
  }
}

function rememberedRoom() {
  const wanted = new URLSearchParams(location.search).get("room") ?? recall("room");
  return rooms.find((room) => String(room.id) === wanted) ?? rooms[0];
}

function openRoom(room) {
  watch?.stop();
  remember("room", String(room.id));
  history.replaceState(null, "", `?room=${room.id}`);
  watch = new RoomWatch({
    room,
    server,
    on: { change: showAlerts, raised: announce, levelled: announceLevel, connection: showConnection, trouble, message: (told) => notice(words(told)) },
  });
  showRoom();
  showAlerts();
  showConnection();
  watch.start();
  pollCameras();
}

function showRoom() {
  if (!watch) return;
  const { room } = watch;
  $("room-name").textContent = room.name;
  $("room-unit").textContent = room.unit?.name ?? "";
  const choice = $("room-choice");
  choice.hidden = rooms.length < 2;
  $("room-name").classList.toggle("unseen", rooms.length > 1);
  choice.replaceChildren(...rooms.map((each) => new Option(each.name, each.id, false, each.id === room.id)));
}

// --- what is shown --------------------------------------------------------------------------------------------------

function showAlerts() {
  wall.show(watch.alerts);
  picture.refresh(watch.alerts);
  const raised = watch.alerts.raised().length;
  const taken = watch.alerts.taken().length;
  const title = say("title", { room: watch.room.name });
  document.title = raised ? `(${raised}) ${title}` : title;
  $("icon").href = raised ? "/web/icon-alert.svg" : "/web/icon.svg";
  $("tally").dataset.raised = raised;
  $("tally").replaceChildren(
    ...[raised && ["raised", raised], taken && ["taken", taken]].filter(Boolean).map(([key, n]) => {
      const part = document.createElement("span");
      part.className = key;
      part.textContent = say(`tally.${key}`, { n });
      return part;
    }),
  );
  showQuiet();
}

/** The empty wall. It says that all is quiet only where it can know. */
function showQuiet() {
  const empty = !watch || (watch.alerts.raised().length === 0 && watch.alerts.taken().length === 0);
  $("quiet").hidden = !empty;
  if (!empty) return;
  const [mood, title, what, watched] = quietWords();
  $("quiet").dataset.mood = mood;
  const put = (selector, text) => {
    const node = $("quiet").querySelector(selector);
    if (node.textContent !== text) node.textContent = text;
  };
  put("h2", title);
  put(".quiet-what", what);
  put(".quiet-watch", watched);
}

function quietWords() {
  if (rooms?.length === 0) return ["waiting", say("room.none"), say("room.none.why"), ""];
  if (!watch?.connection.ever) return ["waiting", say("quiet.waiting"), say("quiet.waiting.what"), ""];
  if (!watch.connection.connected) return ["cut", say("quiet.cut.title"), "", ""];
  const { tally } = cameras;
  const live = tally?.live ? say("quiet.watch", { n: tally.live }) : "";
  if (!tally?.blind) return ["quiet", say("quiet.title"), say("quiet.what"), live];
  const title = say(tally.live ? "quiet.blind.title" : "quiet.unwatched.title");
  return ["blind", title, say("quiet.blind", { n: tally.blind }), live];
}

function showConnection() {
  $("connection").connection = watch.connection;
  showWarning();
  showQuiet();
}

function showWarning() {
  $("connection").reword();
  const { warning } = $("connection");
  if ($("banner").textContent !== warning) $("banner").textContent = warning;
  $("banner").hidden = !warning;
  document.body.toggleAttribute("data-cut", Boolean(warning));
}

function showControls() {
  const label = (id, text, tip) => {
    $(id).querySelector("span").textContent = text;
    $(id).title = tip;
  };
  const sound = { off: "sound.enable", waiting: "sound.waiting", on: "sound.on" }[bell.state];
  label("sound", say(sound), say("sound.tip"));
  $("sound").dataset.state = bell.state;
  $("sound").setAttribute("aria-pressed", String(bell.state === "on"));
  $("sound").querySelector("use").setAttribute("href", bell.state === "on" ? "#icon-sound" : "#icon-silent");
  label("author", author.name ?? say("name.set"), author.name ? say("name.change", { who: author.name }) : "");
  $("language").textContent = say("language.other");
  $("language").lang = language() === "zh" ? "en" : "zh-CN";
  $("keys-on").checked = keys.on;
  document.body.toggleAttribute("data-no-keys", !keys.on);
}

function showCameras() {
  const { tally } = cameras;
  document.querySelector("#cameras-title .number").textContent = tally ? say("cameras.tally", tally) : "";
  $("cameras").toggleAttribute("data-trouble", Boolean(tally?.blind));
  showQuiet();
}

function showShortcuts() {
  const entries = [
    [["↑", "↓", "J", "K"], "keys.move"], [["A"], "act.acknowledge"], [["S"], "act.dispatch"],
    [["R"], "act.resolve"], [["D"], "act.dismiss"], [["↵"], "keys.look"],
  ];
  $("shortcut-list").replaceChildren(
    ...entries.map(([names, key]) => {
      const item = document.createElement("li");
      for (const name of names) {
        const cap = document.createElement("kbd");
        cap.textContent = name;
        item.append(cap);
      }
      item.append(say(key));
      return item;
    }),
  );
}

function reword() {
  document.documentElement.lang = language() === "zh" ? "zh-CN" : "en";
  translate(document);
  showShortcuts();
  showControls();
  showRoom();
  cameras.reword(nowMs());
  showCameras();
  picture.reword();
  wall.reword();
  if (!watch) return;
  showAlerts();
  showConnection();
}

/** A sentence for everybody, gone after a while. */
function notice(text) {
  if (!text || [...$("notices").children].some((node) => node.textContent === text)) return;
  const node = document.createElement("p");
  node.textContent = text;
  $("notices").append(node);
  setTimeout(() => node.remove(), NOTICE_MS);
}

function trouble(error) {
  const told = error instanceof Refused && words(error.inWords);
  notice(say("error.load", { words: told || say("error.load.plain") }));
}

/** A crowd that grows is heard, even where somebody has taken it; one that eases is only said. */
function announceLevel(before, after) {
  const rose = levelStep(before, after) > 0;
  if (rose) bell.ring(after.severity);
  $("spoken").textContent = say(rose ? "spoken.rose" : "spoken.eased", { what: describe(after) });
}

function announce(alerts) {
  bell.ring(worst(alerts));
  $("spoken").textContent = alerts.map((alert) => say("spoken.raised", { what: describe(alert) })).join(" ");
  if (!picture.isOpen) {
    newWhileCovered = 0;
    return;
  }
  newWhileCovered += alerts.length;
  picture.news(newWhileCovered);
}

// --- what people do -------------------------------------------------------------------------------------------------

async function act(verb, id) {
  const alert = watch.alerts.get(id);
  const card = wall.card(id);
  if (!alert || !card || card.busy) return;
  if (!ACTIONS[alert.state].includes(verb)) return card.notice(say(alert.state === "raised" ? "act.first" : `state.${alert.state}`));
  const room = watch;
  if (picture.isOpen && (verb !== "acknowledge" || !author.name)) picture.close();
  const who = await author.known();
  showControls();
  if (!who) return;
  const note = verb === "resolve" || verb === "dismiss" ? await askNote($("note"), verb, alert) : "";
  if (note === null || card.busy) return;
  card.notice("");
  card.busy = verb;
  try {
    room.accept(await server.act(verb, id, { roomId: room.room.id, author: who, note }));
    $("spoken").textContent = say("spoken.state", { what: describe(alert), state: say(`state.${room.alerts.get(id).state}`) });
  } catch (error) {
    refusedAct(error, { card, who, verb, room });
  } finally {
    card.busy = null;
  }
}

/** Say it on the card; if the card has gone meanwhile (it ended), say it to all. */
function refusedAct(error, { card, who, verb, room }) {
  const text = inWords(error);
  // Our own first attempt arrived, though its answer did not: not a refusal.
  const ours = verb === "acknowledge" && error instanceof Refused && error.takenBy === who;
  if (!ours && card.isConnected) card.notice(text);
  else if (!ours) notice(text);
  if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
  room.check();
}

function inWords(error) {
  if (error instanceof Unreachable) return say(error.sent ? "error.slow" : "error.unreachable");
  if (!(error instanceof Refused)) return String(error);
  if (error.takenBy) return say("error.taken", { who: error.takenBy });
  return words(error.inWords) || say("error.other", { status: error.status });
}

/** A key with a meaning was pressed; true when it was used. */
function pressed(meaning) {
  if (!watch) return false;
  if (meaning === "next" || meaning === "previous") return move(meaning === "next" ? 1 : -1);
  if (meaning === "look") return look(wall.selected);
  if (wall.selected === null) return false;
  if (wall.unsettled) notice(say("act.moved"));
  else act(meaning, wall.selected);
  return true;
}

function move(step) {
  const inside = document.activeElement?.closest("alert-card");
  const id = inside || picture.isOpen ? wall.neighbour(step) : wall.selected;
  if (id == null) return false;
  wall.select(id);
  if (picture.isOpen && isOutage(watch.alerts.get(id))) picture.close();
  else if (picture.isOpen) picture.open(watch.alerts.get(id));
  return true;
}

function look(id) {
  const alert = watch.alerts.get(id);
  if (!alert) return false;
  if (!isEnded(alert)) wall.select(id);
  if (isOutage(alert)) {
    wall.card(id)?.unfold();
    return true;
  }
  newWhileCovered = 0;
  picture.open(alert);
  return true;
}

$("alerts").addEventListener("act", ({ detail }) => {
  if (detail.byPointer && wall.unsettled) notice(say("act.moved"));
  else act(detail.verb, detail.id);
});
$("alerts").addEventListener("look", ({ detail }) => look(detail.id));
$("alerts").addEventListener("unfold", async ({ detail }) => {
  try {
    const { cameras: shown, next } = await server.outage(detail.id);
    detail.list.show(shown, next !== null);
  } catch {
    detail.list.fail();
  }
});
$("ended").addEventListener("toggle", () => {
  remember("ended", $("ended").open ? "open" : "folded");
  if (watch) wall.show(watch.alerts);
});
$("room-choice").addEventListener("change", (event) => {
  openRoom(rooms.find((room) => String(room.id) === event.target.value));
});
$("sound").addEventListener("click", () => bell.toggle());
$("author").addEventListener("click", () => author.change().then(showControls));
$("language").addEventListener("click", () => useLanguage(language() === "zh" ? "en" : "zh"));
$("theme").addEventListener("click", toggleTheme);
$("keys-on").addEventListener("change", (event) => {
  keys.on = event.target.checked;
  showControls();
});
for (const touch of ["pointerdown", "keydown"]) {
  document.addEventListener(touch, (event) => {
    if (!event.target.closest?.("#sound")) bell.touch();
  });
}

// --- time, sleep, network -------------------------------------------------------------------------------------------

let hiddenMs = null;

function second() {
  $("clock").textContent = timeOfDay(nowMs());
  watch?.tick();
  // An outage rings once: it is somebody's work, not somebody's life.
  if (watch) bell.remind(worst(watch.alerts.raised().filter((alert) => !isOutage(alert))));
  if (document.hidden) return;
  wall.tick();
  if (watch) showWarning();
}

/** Begins when a room opens; of a room that was left meanwhile nothing is shown. */
async function pollCameras() {
  const asked = watch;
  try {
    const shown = await server.cameras(asked.room.id);
    if (asked === watch) cameras.show(shown, nowMs());
  } catch {
    if (asked === watch) {
      cameras.fail(nowMs());
      watch.doubt();
    }
  }
  showCameras();
  clearTimeout(nextPoll);
  nextPoll = setTimeout(pollCameras, POLL_MS);
}

addEventListener("online", () => watch?.wake());
addEventListener("offline", () => {
  if (!watch) return;
  watch.doubt();
  showConnection();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    hiddenMs = Date.now();
  } else if (watch && Date.now() - hiddenMs > AWAY_MS) {
    watch.wake();
    second();
  }
});

$("ended").open = recall("ended") === "open";
onLanguage(reword);
reword();
second();
setInterval(second, 1000);
loadRooms();
