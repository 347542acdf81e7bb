// The page: what its address asks for, and the pieces put together.
//
//   ?viewer=ID      who is watching; made up when absent      ?anonymous  tell no id at all
//   ?title=ID       of the catalogue; other text becomes the label of the first title
//   ?ads=pre,mid    which breaks to keep of pre, mid, post; ?ads=none for none
//   ?collector=URL  where events go, when not to where the page came from
//   ?ping=SECONDS   between pings      ?crowd=N  a crowd of N players instead of one

import { TITLES } from "./catalogue.js";
import { MOST_VIEWERS, openCrowd } from "./crowd.js";
import { EventLog } from "./log.js";
import { Player } from "./player.js";
import { startTracker } from "./tracker.js";

const query = new URLSearchParams(location.search);
const find = (id) => document.getElementById(id);
const newRoot = () => find("player").content.firstElementChild.cloneNode(true);
const whole = (name, least, most, otherwise) =>
  Math.min(most, Math.max(least, Math.trunc(query.get(name)) || otherwise));

const anonymous = query.has("anonymous");
const crowd = Boolean(query.get("crowd"));
const newName = () => `${crowd ? "crowd" : "viewer"}-${crypto.randomUUID().slice(0, 4)}`;
const viewer = query.get("viewer") || newName();
const collector = query.get("collector") || location.origin;
const pingInterval = whole("ping", 1, 600, 10);

const log = new EventLog(find("events"), find("status"));
const reports = {
  onSent: (events) => log.sent(events),
  onFailed: (failure) => log.failed(failure),
};

/** Return the titles, with only the breaks that are asked for. */
function titles() {
  const wanted = query.get("ads");
  if (!wanted) return TITLES;
  const kept = wanted.split(",").map((each) => `${each.trim()}-roll`);
  return TITLES.map((title) => ({
    ...title,
    breaks: title.breaks.filter(({ name }) => kept.includes(name)),
  }));
}

/** Return the title that the address asks for. */
function firstTitle(all) {
  const wanted = query.get("title");
  const known = all.find(({ id }) => id === wanted);
  return known ?? (wanted ? { ...all[0], label: wanted } : all[0]);
}

function openPlayer() {
  startTracker(collector, { viewer, anonymous, ...reports });
  const root = newRoot();
  find("stage").append(root);
  const player = new Player(root, { pingInterval });
  player.part("viewer").textContent = anonymous ? "anonymous" : viewer;
  player.load(firstTitle(titles()));
  for (const title of titles()) {
    const button = document.createElement("button");
    const note = document.createElement("small");
    note.textContent = title.note;
    button.append(title.label, note);
    button.addEventListener("click", () => {
      player.load(title);
      player.play();
    });
    const item = document.createElement("li");
    item.append(button);
    find("titles").append(item);
  }
}

function fillForm() {
  for (const name of ["title", "ping", "ads", "crowd", "collector"]) {
    find(name).value = query.get(name) ?? "";
  }
  find("viewer").value = viewer;
  find("anonymous").checked = anonymous;
  find("crowd").max = MOST_VIEWERS;
}

fillForm();
if (!globalThis.snowplowBrowserTracking || !globalThis.snowplowMedia) {
  find("status").textContent = "vendor/ lacks the tracker: see stack/vendoring.py";
} else if (crowd) {
  document.body.classList.add("crowd");
  const size = whole("crowd", 1, MOST_VIEWERS, 1);
  const options = { prefix: viewer, collector, pingInterval, newRoot, reports };
  openCrowd(find("stage"), size, options);
} else {
  openPlayer();
}

// A page that comes back from the browser's cache has said goodbye already.
addEventListener("pageshow", (event) => event.persisted && location.reload());
