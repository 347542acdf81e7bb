// What the tracker just sent, for a person to read: the newest on top.

const MOST_ROWS = 60;

/** Fills a list from the tracker's own reports of its requests. */
export class EventLog {
  #list;
  #status;
  #sent = 0;

  constructor(list, status) {
    this.#list = list;
    this.#status = status;
  }

  /** Take what `onRequestSuccess` gets: the events of one request. */
  sent(events) {
    this.#sent += events.length;
    this.#say("good", `${this.#sent} sent`);
    this.#list.prepend(...events.map(row).reverse());
    while (this.#list.children.length > MOST_ROWS) this.#list.lastChild.remove();
  }

  /** Take what `onRequestFailure` gets. */
  failed({ events, status, message, willRetry }) {
    const why = status ?? message;
    const fate = willRetry
      ? "waiting for the next event to try again"
      : "refused for good";
    this.#say("bad", `${events.length} not taken (${why}): ${fate}`);
  }

  #say(kind, text) {
    this.#status.dataset.kind = kind;
    // Read out what goes wrong, and not each event.
    this.#status.ariaLive = kind === "bad" ? "polite" : "off";
    this.#status.textContent = text;
  }
}

function row(event) {
  const what = describe(event);
  const entities = JSON.parse(event.co ?? '{"data":[]}').data.map(selfDescribing);
  const summary = element("summary", "", [
    element("time", new Date(Number(event.dtm)).toISOString().slice(11, 23)),
    element("b", what.name.replace(/_event$/, "")),
    element("span", event.uid ?? "anonymous"),
    element("small", entities.map(({ name }) => name).join(", ")),
  ]);
  const details = [what, ...entities].flatMap(({ name, data }) => [
    element("h4", name),
    element("pre", JSON.stringify(data, null, 1)),
  ]);
  return element("li", "", [element("details", "", [summary, ...details])]);
}

function describe(event) {
  if (event.e === "pv") return { name: "page_view", data: { title: event.page } };
  return selfDescribing(JSON.parse(event.ue_pr).data);
}

function selfDescribing({ schema, data }) {
  return { name: schema.split("/")[1], data };
}

// Text only: a title or a viewer's name is nobody's markup.
function element(tag, text, children = []) {
  const made = document.createElement(tag);
  made.textContent = text;
  made.append(...children);
  return made;
}
