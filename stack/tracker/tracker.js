// All that talks to Snowplow: copy this file into a page of your own. It needs the two
// scripts that index.html loads, and nothing else of this folder.
//
// https://docs.snowplow.io/docs/sources/web-trackers/tracking-events/media/

const snowplow = globalThis.snowplowBrowserTracking;
const media = globalThis.snowplowMedia;

/**
 * Start a tracker and track the page view.
 *
 * A site starts one. The name matters only to a page that plays several viewers at once:
 * each has a tracker of its own, and `VideoTracking` is told which.
 */
export function startTracker(collector, options = {}) {
  const { name = "player", viewer, anonymous = false, persistent = true } = options;
  snowplow.newTracker(name, collector, {
    appId: "live-viewer-profiles",
    plugins: [media.SnowplowMediaPlugin()],
    contexts: { webPage: true, session: !anonymous },
    // Anonymous: no user or session id, and the collector is asked to set no cookie.
    anonymousTracking: anonymous && { withServerAnonymisation: true },
    // Cookies know the browser again; local storage keeps what could not be sent.
    stateStorageStrategy: persistent && !anonymous ? "cookieAndLocalStorage" : "none",
    // Requests outlive the page, so that its last events are not lost.
    keepalive: persistent,
    onRequestSuccess: options.onSent,
    onRequestFailure: options.onFailed,
  });
  if (viewer && !anonymous) snowplow.setUserId(viewer, [name]);
  snowplow.trackPageView({}, [name]);
}

/**
 * Track one playback in a <video>, from loading a title to leaving it.
 *
 * What the element tells by itself is tracked by itself. The page adds what only it knows:
 * `track("QualityChange", ...)`, ads, and `track("End")`, since a post-roll comes first.
 */
export class VideoTracking {
  /** While ads are on: "playing" or "paused". The content's own events mean nothing then. */
  ad = null;
  /** True while the page itself pauses, loads and seeks, as for another quality. */
  switching = false;

  #video;
  #live;
  #trackers;
  #id = crypto.randomUUID(); // the media session's
  #listeners = new AbortController();
  #lastTime = 0;
  #lastRate;
  #lastVolume;
  #laps = 0;
  #stalled = false;

  constructor(
    video,
    { label, live = false, quality, pingInterval = 10, tracker = "player" },
  ) {
    this.#video = video;
    this.#live = live;
    this.#trackers = [tracker];
    this.#lastRate = video.playbackRate;
    this.#lastVolume = this.#heard;
    media.startMediaTracking(
      {
        id: this.#id,
        player: {
          label,
          quality,
          livestream: live,
          mediaType: "video",
          playerType: "org.whatwg-media_element",
          ...this.#player(),
        },
        session: { startedAt: new Date() },
        // Without `pings` there are none, and nobody can tell a viewer from a closed tab.
        // Whole seconds: the schema of the session takes no others.
        pings: { pingInterval, maxPausedPings: 1 },
        boundaries: live ? undefined : [10, 25, 50, 75, 90],
        // Seeks and changes of volume come in bursts, and one of each burst is tracked:
        // half a second after the last, instead of five.
        filterOutRepeatedEvents: { flushTimeoutMs: 500 },
      },
      this.#trackers,
    );
    this.#listen();
  }

  /** Track an event: `track("AdStart", { ad })` is Snowplow's `trackMediaAdStart`. */
  track(event, details = {}) {
    const player = { ...this.#player(), ...details.player };
    media[`trackMedia${event}`]({ id: this.#id, ...details, player }, this.#trackers);
  }

  /** Leave the title: send what is held back, and ping no more. */
  stop() {
    this.#listeners.abort();
    media.endMediaTracking({ id: this.#id });
  }

  /** The player as it is now; the tracker sends it with every event. */
  #player() {
    const video = this.#video;
    return {
      currentTime: this.#time,
      duration: Number.isFinite(video.duration) && !this.#live ? video.duration : null,
      paused: this.ad ? this.ad === "paused" : video.paused,
      ended: this.ad ? false : video.ended,
      muted: video.muted,
      volume: this.#heard,
      playbackRate: video.playbackRate,
      loop: video.loop && !this.#live,
      fullscreen: document.fullscreenElement?.contains(video) ?? false,
      pictureInPicture: document.pictureInPictureElement === video,
    };
  }

  /** The volume in percent as one hears it, so that muting is a change of it. */
  get #heard() {
    return this.#video.muted ? 0 : Math.round(this.#video.volume * 100);
  }

  get #time() {
    // The live channel is a clip that starts over: count on.
    const before = this.#laps && this.#laps * this.#video.duration;
    return before + this.#video.currentTime;
  }

  #listen() {
    const video = this.#video;
    const { signal } = this.#listeners;
    const on = (target, type, handler, more) =>
      target.addEventListener(type, handler, { signal, ...more });
    const onContent = (type, handler) =>
      on(video, type, () => this.ad || this.switching || handler());

    // Metadata may be there before this line is reached.
    if (video.readyState >= HTMLMediaElement.HAVE_METADATA) this.track("Ready");
    else on(video, "loadedmetadata", () => this.track("Ready"), { once: true });

    onContent("play", () => this.track("Play"));
    // The browser says "pause" before "ended" too.
    onContent("pause", () => video.ended || this.track("Pause"));
    onContent("timeupdate", () => this.#update());
    onContent("seeking", () => this.#seekStart());
    onContent("seeked", () => this.#live || this.track("SeekEnd"));
    // "stalled" tells of the network only; the picture stands still at "waiting".
    onContent("waiting", () => video.seeking || this.#stall(true));
    onContent("playing", () => this.#stall(false));
    onContent("ratechange", () => this.#rateChange());
    on(video, "volumechange", () => this.#volumeChange());
    on(video, "error", () => this.#error());
    on(document, "fullscreenchange", () =>
      this.track("FullscreenChange", { fullscreen: this.#player().fullscreen }),
    );
    for (const type of ["enterpictureinpicture", "leavepictureinpicture"]) {
      on(video, type, () =>
        this.track("PictureInPictureChange", {
          pictureInPicture: type.startsWith("enter"),
        }),
      );
    }
    // Closing the tab sends nothing by itself; this at least lets go what is held back.
    on(window, "pagehide", () => this.stop());
  }

  #update() {
    if (this.#video.seeking) return;
    this.#lastTime = this.#time;
    // Not an event: what the next ping and the boundaries of progress go by.
    media.updateMediaTracking({ id: this.#id, player: this.#player() }, this.#trackers);
  }

  #seekStart() {
    if (this.#live) {
      this.#laps += 1;
      return;
    }
    // `currentTime` is where the seek goes to already; this is where it came from.
    this.track("SeekStart", { player: { currentTime: this.#lastTime } });
  }

  #stall(stalled) {
    if (stalled === this.#stalled) return;
    this.#stalled = stalled;
    this.track(stalled ? "BufferStart" : "BufferEnd");
  }

  #rateChange() {
    const newRate = this.#video.playbackRate;
    const previousRate = this.#lastRate;
    // The browser tells of the default rate, too.
    if (newRate === previousRate) return;
    this.#lastRate = newRate;
    this.track("PlaybackRateChange", { previousRate, newRate });
  }

  #volumeChange() {
    const newVolume = this.#heard;
    const previousVolume = this.#lastVolume;
    if (newVolume === previousVolume) return;
    this.#lastVolume = newVolume;
    this.track("VolumeChange", { previousVolume, newVolume });
  }

  #error() {
    const { code, message } = this.#video.error;
    const names = ["", "ABORTED", "NETWORK", "DECODE", "SRC_NOT_SUPPORTED"];
    this.track("Error", {
      errorCode: String(code),
      errorName: `MEDIA_ERR_${names[code]}`,
      errorDescription: message,
    });
  }
}
