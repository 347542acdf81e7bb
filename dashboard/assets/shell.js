// What the page does without the server: addresses, dark and light, and coming back.
(() => {
  const root = document.documentElement
  const trouble = document.getElementById("trouble")
  const SILENT_MS = 10_000
  const RETRY_MS = 1_000
  let heard = Date.now()
  let lost = false
  let channel = null

  const text = () => location.search || "?page=live"

  function mark() {
    const fields = new URLSearchParams(location.search)
    const page = fields.get("page") || (fields.get("viewer") ? "viewer" : "live")
    for (const link of document.querySelectorAll("nav [data-page]")) {
      if (link.dataset.page === page) link.setAttribute("aria-current", "page")
      else link.removeAttribute("aria-current")
    }
  }

  // The server follows the address, and the address follows the server.
  function go(search) {
    history.pushState({}, "", search)
    mark()
    channel.value = text()
  }

  function follow() {
    if (channel.value === text()) return
    // The server spells out what the first address leaves to it: no step of its own.
    if (location.search === "") history.replaceState({}, "", channel.value)
    else history.pushState({}, "", channel.value)
    mark()
  }

  // What a figure means.
  const definitions = document.getElementById("definitions")
  function define(href) {
    definitions.showModal()
    for (const old of definitions.querySelectorAll(".meant")) old.className = ""
    const meant = document.getElementById(href.slice(1))
    meant?.classList.add("meant")
    meant?.scrollIntoView({block: "center"})
  }
  definitions.addEventListener("click", (event) => {
    if (event.target === definitions) definitions.close()
  })

  document.addEventListener("click", (event) => {
    const word = event.composedPath().find((e) => e.matches?.("a[href^='#definition-']"))
    if (word != null) {
      event.preventDefault()
      return define(word.getAttribute("href"))
    }
    const link = event.composedPath().find((e) => e.matches?.("a[href^='?']"))
    const plain = !(event.metaKey || event.ctrlKey || event.shiftKey || event.button)
    if (link == null || channel == null || lost || !plain) return
    event.preventDefault()
    go(link.getAttribute("href"))
  })
  window.addEventListener("popstate", () => {
    mark()
    if (channel != null) channel.value = text()
  })

  // Dark and light.
  const button = document.getElementById("theme")
  function dress(theme) {
    root.dataset.theme = theme
    button.setAttribute("aria-pressed", String(theme === "dark"))
    // Charts are drawn, not styled: they take their colours when they draw.
    for (const view of Object.values(window.Bokeh?.index ?? {})) repaint(view)
  }
  function repaint(view) {
    if (view.model.type === "Plot" || view.model.type === "Figure") view.request_repaint()
    for (const child of view.child_views ?? []) repaint(child)
  }
  button.addEventListener("click", () => {
    const theme = root.dataset.theme === "dark" ? "light" : "dark"
    localStorage.setItem("theme", theme)
    dress(theme)
  })
  window.addEventListener("storage", (event) => {
    if (event.key === "theme" && event.newValue) dress(event.newValue)
  })

  // A server that went away, and one that says nothing.
  function say(words) {
    trouble.hidden = words === ""
    if (trouble.textContent !== words) trouble.textContent = words
    root.toggleAttribute("data-stale", words !== "")
  }
  async function back() {
    try {
      // A file: asking for the page itself would make a session each time.
      const file = new URL("static/js/bokeh.min.js", location.href)
      const answer = await fetch(file, {method: "HEAD", cache: "no-store"})
      if (answer.ok) return location.reload()
    } catch { /* Not yet. */ }
    setTimeout(back, RETRY_MS)
  }
  function onLost() {
    if (lost) return
    lost = true
    say("✕ The dashboard's server is gone. What shows is old; trying to come back …")
    back()
  }
  setInterval(() => {
    if (lost || channel == null) return
    const silent = Date.now() - heard > SILENT_MS
    say(silent ? "▲ The dashboard's server is silent. What shows may be old." : "")
  }, RETRY_MS)

  function attach() {
    const doc = window.Bokeh?.documents?.[0]
    const found = doc?.get_model_by_name("address")
    if (found == null || !doc.is_idle) return setTimeout(attach, 50)
    channel = found
    document.getElementById("loading").remove()
    doc.on_change(() => { heard = Date.now() })
    doc.on_event("connection_lost", onLost)
    channel.properties.value.change.connect(follow)
    follow()
  }
  window.addEventListener("beforeunload", () => { lost = true })
  dress(root.dataset.theme)
  attach()
})()
