// What there is to watch here. `at` is where a break stands in the title, in seconds:
// 0 is a pre-roll, Infinity a post-roll.

const SOAP = {
  adId: "ad-100",
  name: "Fresh Soap",
  creativeId: "ad-100-a",
  duration: 6,
  skippable: false,
  src: "clips/soap.webm",
};

const COFFEE = {
  adId: "ad-120",
  name: "Hillside Coffee",
  creativeId: "ad-120-a",
  duration: 10,
  skippable: true,
  skipAfter: 3,
  src: "clips/coffee.webm",
};

const renditions = (clip) => [
  { name: "360p", src: `clips/${clip}-360p.webm`, bitrate: 16000 },
  { name: "180p", src: `clips/${clip}-180p.webm`, bitrate: 12000 },
];

export const TITLES = [
  {
    id: "lighthouse",
    label: "The Lighthouse",
    note: "30 s, ads before, in the middle and after",
    renditions: renditions("lighthouse"),
    breaks: [
      { name: "pre-roll", at: 0, ads: [SOAP, COFFEE] },
      { name: "mid-roll", at: 15, ads: [COFFEE] },
      { name: "post-roll", at: Infinity, ads: [SOAP] },
    ],
  },
  {
    id: "orchard",
    label: "The Orchard",
    note: "20 s, one ad before",
    renditions: renditions("orchard"),
    breaks: [{ name: "pre-roll", at: 0, ads: [COFFEE] }],
  },
  {
    id: "channel-one",
    label: "Channel One",
    note: "live, one ad break on the way",
    live: true,
    renditions: renditions("channel"),
    breaks: [{ name: "mid-roll", at: 12, ads: [SOAP] }],
  },
  {
    id: "lost-reel",
    label: "The Lost Reel",
    note: "its file is missing: see the error",
    renditions: [{ name: "360p", src: "clips/missing.webm" }],
    breaks: [],
  },
];
