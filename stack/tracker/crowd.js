// Many viewers in one page, each with a player, a tracker and a mind of its own. They press
// the same buttons as a person does.

import { TITLES } from "./catalogue.js";
import { Player } from "./player.js";
import { startTracker } from "./tracker.js";

// A browser plays some 75 videos at once, and each viewer may need two.
export const MOST_VIEWERS = 36;

const PLAYABLE = TITLES.filter(({ renditions }) => renditions.length > 1);

const within = (from, to) => from + Math.random() * (to - from);
const choose = (list) => list[Math.floor(Math.random() * list.length)];
const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

/** Let `size` viewers live in `grid`, named after `prefix`. */
export function openCrowd(
  grid,
  size,
  { prefix, collector, pingInterval, newRoot, reports },
) {
  for (let number = 1; number <= size; number += 1) {
    const viewer = `${prefix}-${String(number).padStart(2, "0")}`;
    startTracker(collector, { name: viewer, viewer, persistent: false, ...reports });
    const root = newRoot();
    root.classList.add("small");
    grid.append(root);
    live(new Player(root, { tracker: viewer, pingInterval }), viewer);
  }
}

async function live(player, viewer) {
  player.part("viewer").textContent = viewer;
  player.video.muted = true; // or the browser lets none play without a click
  for (;;) {
    await sleep(within(0, 3));
    await visit(player);
    // As with a closed tab, nothing is sent; the same viewer comes again later.
    player.close();
    player.part("label").textContent = "left";
    await sleep(within(5, 40));
  }
}

/** Watch one title until its end, or until it bores. */
async function visit(player) {
  const title = choose(PLAYABLE);
  player.load(title, title.renditions.at(-1));
  player.play();
  const leaveAt = Date.now() + 1000 * within(15, 90);
  while (Date.now() < leaveAt && !["ended", "error"].includes(player.state)) {
    await sleep(within(1.5, 6));
    await act(player);
  }
}

async function act(player) {
  const { state } = player;
  const press = (name) => player.part(name).click();
  const roll = Math.random();
  if (state === "ad") {
    const skip = player.part("skip");
    if (roll < 0.4 && !skip.hidden && !skip.disabled) press("skip");
    else if (roll > 0.95) await pauseFor(player, () => press("click"));
  } else if (state === "playing") {
    if (roll < 0.15) await pauseFor(player, () => press("play"));
    else if (roll < 0.25 && !player.part("seek").disabled) player.video.currentTime += 4;
  }
}

async function pauseFor(player, pause) {
  pause();
  await sleep(within(2, 12));
  player.toggle();
}
