// A break of ads, played in a second <video> laid over the first.

const QUARTILES = [
  [25, "AdFirstQuartile"],
  [50, "AdMidpoint"],
  [75, "AdThirdQuartile"],
];

/** The ad on screen, with its buttons; `root` is the layer over the content. */
export class AdLayer {
  #root;
  #video;
  #tracking;
  #onState;
  #onScreen = false;

  /** `onState` is called with "ad" and "ad-paused". */
  constructor(root, onState) {
    this.#root = root;
    this.#onState = onState;
    this.#video = root.querySelector("video");
    this.#find("click").addEventListener("click", () => this.#click());
  }

  /** Play a break to its end; `signal` says that the viewer has left the title. */
  async play({ name, at, ads }, content, tracking, signal) {
    this.#tracking = tracking;
    tracking.ad = "playing";
    tracking.track("AdBreakStart", {
      adBreak: {
        breakId: `${name}-${at}`,
        name,
        breakType: "linear",
        podSize: ads.length,
      },
    });
    this.#onState("ad");
    this.mix(content);
    this.#root.hidden = false;
    signal.addEventListener("abort", () => this.#clear());
    for (const [index, ad] of ads.entries()) {
      this.#find("note").textContent = `Ad ${index + 1} of ${ads.length}: ${ad.name}`;
      await this.#show(ad, signal);
      if (signal.aborted) return;
    }
    this.#clear();
    tracking.track("AdBreakEnd");
    tracking.ad = null;
  }

  /** Pause the ad, or go on. */
  toggle() {
    // Pausing what has not begun would end it.
    if (!this.#onScreen) return;
    if (this.#video.paused) this.#video.play();
    else this.#video.pause();
  }

  /** Follow the volume of the content. */
  mix({ volume, muted }) {
    this.#video.volume = volume;
    this.#video.muted = muted;
  }

  #clear() {
    this.#root.hidden = true;
    // Without a source the browser frees the decoder.
    this.#video.removeAttribute("src");
    this.#video.load();
  }

  async #show({ src, skipAfter, ...ad }, signal) {
    const video = this.#video;
    video.src = src;
    this.#offerSkip(skipAfter, 0);
    try {
      await video.play();
    } catch (error) {
      if (signal.aborted) return;
      // It never started, so the tracker need not hear that it is over.
      const errorName = "AD_NOT_PLAYABLE";
      this.#tracking.track("Error", { errorName, errorDescription: error.message });
      return;
    }
    if (signal.aborted) return;
    this.#tracking.track("AdStart", { ad });
    this.#onScreen = true;
    const shown = new AbortController();
    const over = AbortSignal.any([shown.signal, signal]);
    this.#follow(over, skipAfter, () => shown.abort());
    await new Promise((resolve) => over.addEventListener("abort", resolve));
    this.#onScreen = false;
    if (!signal.aborted) video.pause();
  }

  /** Track what becomes of the ad, until `signal`; `end` ends it. */
  #follow(signal, skipAfter, end) {
    const video = this.#video;
    const tracking = this.#tracking;
    const ahead = [...QUARTILES];
    const on = (target, type, handler) =>
      target.addEventListener(type, handler, { signal });
    const close = (event, details) => {
      tracking.track(event, details);
      end();
    };

    on(video, "timeupdate", () => {
      while (ahead.length && this.#percent >= ahead[0][0])
        tracking.track(ahead.shift()[1]);
      this.#offerSkip(skipAfter, video.currentTime);
    });
    on(video, "pause", () => {
      if (video.ended) return;
      tracking.ad = "paused";
      this.#onState("ad-paused");
      tracking.track("AdPause", { percentProgress: this.#percent });
    });
    on(video, "play", () => {
      tracking.ad = "playing";
      this.#onState("ad");
      tracking.track("AdResume", { percentProgress: this.#percent });
    });
    on(video, "ended", () => close("AdComplete"));
    on(this.#find("skip"), "click", () =>
      close("AdSkip", { percentProgress: this.#percent }),
    );
    // The tracker lets go of an ad only when it was completed or skipped.
    on(video, "error", () => close("AdSkip", { percentProgress: this.#percent }));
  }

  /** The viewer looks at what is advertised, and the ad waits. */
  #click() {
    this.#tracking.track("AdClick", { percentProgress: this.#percent });
    this.#video.pause();
    this.#find("note").textContent =
      "The advertiser's page would open now. Play goes on.";
  }

  #offerSkip(after, seconds) {
    const skip = this.#find("skip");
    const wait = Math.ceil(after - seconds);
    skip.hidden = after === undefined;
    skip.disabled = wait > 0;
    skip.textContent = wait > 0 ? `Skip in ${wait}` : "Skip ad";
  }

  get #percent() {
    const { currentTime, duration } = this.#video;
    return Math.floor((100 * currentTime) / duration) || 0;
  }

  #find(part) {
    return this.#root.querySelector(`[data-part="${part}"]`);
  }
}
