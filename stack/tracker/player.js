// A player as any site has one: a <video>, its controls, and breaks for ads. What it tells
// Snowplow stands in tracker.js and ads.js.

import { AdLayer } from "./ads.js";
import { VideoTracking } from "./tracker.js";

const SEEK_STEP_S = 5;

/** One player; `root` is a copy of the template in index.html. */
export class Player {
  /** "idle", "playing", "paused", "stalled", "ad", "ad-paused", "ended" or "error". */
  state = "idle";

  #root;
  #video;
  #ads;
  #options; // of VideoTracking: tracker and pingInterval
  #title;
  #tracking;
  #breaks = [];
  #leaving = new AbortController();
  #ready; // a promise: metadata, or an error
  #inBreak = false;
  #seeking = false;
  #place; // where to go on, while another quality loads

  constructor(root, options) {
    this.#root = root;
    this.#options = options;
    this.#video = root.querySelector("video");
    this.#ads = new AdLayer(this.part("ad"), (state) => this.#show(state));
    this.#watch();
    this.#bindControls();
  }

  /** Return a piece of the player, such as its "play" button. */
  part(name) {
    return this.#root.querySelector(`[data-part="${name}"]`);
  }

  get video() {
    return this.#video;
  }

  /** Show a title from its start: a media session of its own. */
  load(title, quality = title.renditions[0]) {
    this.#title = title;
    this.close();
    this.#breaks = [...title.breaks];
    this.#leaving = new AbortController();
    this.#video.loop = Boolean(title.live);
    this.#video.src = quality.src;
    this.part("label").textContent = title.label;
    this.part("live").hidden = !title.live;
    this.part("quality").replaceChildren(
      ...title.renditions.map(({ name }) => new Option(name, name)),
    );
    this.part("quality").value = quality.name;
    this.#tracking = new VideoTracking(this.#video, {
      ...this.#options,
      label: title.label,
      live: title.live,
      quality: quality.name,
    });
    this.#ready = new Promise((resolve) => {
      for (const type of ["loadedmetadata", "error"]) {
        this.#video.addEventListener(type, resolve, { once: true });
      }
    });
  }

  /** Leave the title, in whatever state it is. */
  close() {
    this.#leaving.abort();
    this.#inBreak = this.#seeking = false;
    this.#place = undefined;
    this.#tracking?.stop();
    this.#tracking = undefined;
    this.#video.removeAttribute("src");
    this.#video.load();
    this.#show("idle");
  }

  /** Play or pause what is on screen, the ad or the title. */
  toggle() {
    if (this.#inBreak) this.#ads.toggle();
    else if (this.#video.paused) this.play();
    else this.#video.pause();
  }

  /** Play, after the ads that are due. */
  async play() {
    const { signal } = this.#leaving;
    await this.#ready;
    if (signal.aborted || this.#inBreak || this.#video.error) return;
    const due = this.#dueBreak(this.#video.currentTime);
    if (!due || (await this.#playBreak(due))) await this.#playContent();
  }

  /** Play on at the same place in another quality. */
  setQuality(name) {
    const video = this.#video;
    const tracking = this.#tracking;
    const { src, bitrate } = this.#title.renditions.find((each) => each.name === name);
    // One more change while the last one loads: the element is back at 0, and pauses.
    const place = (this.#place ??= {
      currentTime: video.currentTime,
      paused: video.paused,
    });
    const { signal } = this.#leaving;
    tracking.track("QualityChange", { newQuality: name, bitrate, automatic: false });
    tracking.switching = true;
    video.src = src;
    const once = (type, handler) =>
      video.addEventListener(type, handler, { once: true, signal });
    once("loadedmetadata", () => (video.currentTime = place.currentTime));
    once("seeked", async () => {
      this.#place = undefined;
      if (!place.paused && !this.#inBreak) await this.#playContent();
      tracking.switching = false;
    });
  }

  #dueBreak(time) {
    return this.#breaks.find(({ at }) => at <= time);
  }

  /** Play a break; return whether the title goes on, which a viewer may have left. */
  async #playBreak(due) {
    this.#breaks = this.#breaks.filter((each) => each !== due);
    const { signal } = this.#leaving;
    this.#inBreak = true;
    this.#video.pause();
    await this.#ads.play(due, this.#video, this.#tracking, signal);
    if (signal.aborted) return false;
    this.#inBreak = false;
    return true;
  }

  async #playContent() {
    try {
      await this.#video.play();
    } catch (error) {
      // The browser may want a click first, and a title may be left while it loads; what
      // can't be played has its own event.
      console.info(`${this.#title.label} does not play: ${error.message}`);
    }
  }

  #watch() {
    const video = this.#video;
    const on = (type, handler) => video.addEventListener(type, handler);
    on("timeupdate", () => this.#advance());
    // The browser says where a seek has got to before it says that the seek is over.
    on("seeking", () => (this.#seeking = true));
    on("seeked", () => (this.#seeking = false));
    on("durationchange", () => this.#showTime());
    on("playing", () => this.#show("playing"));
    on("pause", () => this.#inBreak || this.#show("paused"));
    on("waiting", () => this.#show("stalled"));
    on("error", () => this.#show("error"));
    on("ended", () => this.#finish());
    on("volumechange", () => {
      this.#ads.mix(video);
      this.part("volume").value = video.muted ? 0 : Math.round(video.volume * 100);
      this.part("mute").ariaPressed = String(video.muted);
    });
  }

  #advance() {
    this.#showTime();
    const { paused, currentTime } = this.#video;
    if (!paused && !this.#seeking && this.#dueBreak(currentTime)) this.play();
  }

  async #finish() {
    const tracking = this.#tracking;
    // A post-roll belongs to the playback: that ends after it.
    for (let due; (due = this.#dueBreak(Infinity));) {
      if (!(await this.#playBreak(due))) return;
    }
    tracking.track("End");
    this.#show("ended");
  }

  #bindControls() {
    const video = this.#video;
    const on = (name, type, handler) => this.part(name).addEventListener(type, handler);
    on("play", "click", () => this.toggle());
    video.addEventListener("click", () => this.toggle());
    on("stage", "keydown", (event) => this.#key(event));
    on("seek", "input", ({ target }) => (video.currentTime = target.value));
    on("mute", "click", () => (video.muted = !video.muted));
    on("volume", "input", ({ target }) => {
      video.muted = false;
      video.volume = target.value / 100;
    });
    // The default too, which the next source begins with.
    on("rate", "change", ({ target }) => {
      video.defaultPlaybackRate = video.playbackRate = target.value;
    });
    on("quality", "change", ({ target }) => this.setQuality(target.value));
    on("fullscreen", "click", () => this.#toggleFullscreen());
    on("pip", "click", () =>
      document.pictureInPictureElement
        ? document.exitPictureInPicture()
        : video.requestPictureInPicture(),
    );
    this.part("pip").hidden = !document.pictureInPictureEnabled;
  }

  #key(event) {
    const act = {
      " ": () => this.toggle(),
      k: () => this.toggle(),
      m: () => this.part("mute").click(),
      f: () => this.#toggleFullscreen(),
      ArrowLeft: () => this.#seekBy(-SEEK_STEP_S),
      ArrowRight: () => this.#seekBy(SEEK_STEP_S),
    }[event.key];
    // A button on the stage has its own meaning for the space bar.
    if (!act || event.target !== event.currentTarget) return;
    event.preventDefault();
    act();
  }

  #seekBy(seconds) {
    if (!this.#title.live && !this.#inBreak) this.#video.currentTime += seconds;
  }

  #toggleFullscreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.#root.requestFullscreen();
  }

  #show(state) {
    this.state = state;
    this.#root.dataset.state = state;
    const running = ["playing", "stalled", "ad"].includes(state);
    this.part("seek").disabled = this.#title.live || state.startsWith("ad");
    this.part("play").ariaLabel = running ? "Pause" : "Play";
  }

  #showTime() {
    const { currentTime, duration } = this.#video;
    const whole = Number.isFinite(duration) ? duration : 0;
    this.part("seek").max = whole;
    this.part("seek").value = currentTime;
    this.part("time").textContent = this.#title?.live
      ? clock(currentTime)
      : `${clock(currentTime)} / ${clock(whole)}`;
  }
}

function clock(seconds) {
  const rest = String(Math.floor(seconds % 60)).padStart(2, "0");
  return `${Math.floor(seconds / 60)}:${rest}`;
}
