// A table whose rows belong to keys: of a change, only the cells that differ are touched,
// and a row that moves stays the same element, with its focus.
export function render({model}) {
  const table = make("table")
  const body = make("tbody")
  const note = make("p", {className: "note", role: "status"})
  const frame = make("div", {className: "frame", tabIndex: 0, role: "region"})
  frame.setAttribute("aria-label", model.label)
  const width = model.columns.reduce((sum, column) => sum + column.width, 0)
  table.style.minWidth = `${width}px`
  table.append(head(model), body)
  frame.append(table, note)

  let seen = 0
  const rows = new Map()

  function show({number, keys, fresh, cells}) {
    seen = number
    if (keys != null) arrange(keys)
    for (const [row, texts] of fresh ?? []) texts.forEach((text, i) => write(row, i, text))
    for (const [row, column, text] of cells) write(row, column, text)
    mark()
  }

  function arrange(keys) {
    const wanted = new Set(keys)
    const focused = frame.getRootNode().activeElement
    for (const [key, row] of rows) {
      if (wanted.has(key)) continue
      row.remove()
      rows.delete(key)
    }
    keys.forEach((key, i) => {
      if (!rows.has(key)) rows.set(key, line(key))
      const there = body.rows[i] ?? null
      if (there !== rows.get(key)) body.insertBefore(rows.get(key), there)
    })
    // Moving an element takes the focus from it.
    if (focused?.isConnected) focused.focus({preventScroll: true})
  }

  function line(key) {
    const row = make("tr")
    const link = make("a", {href: "?" + new URLSearchParams({...model.address, [model.key]: key})})
    model.columns.forEach((column, i) => {
      const cell = make(i ? "td" : "th", {className: column.right ? "right" : ""})
      if (i === 0) {
        cell.scope = "row"
        cell.append(link)
      }
      row.append(cell)
    })
    row.addEventListener("click", (event) => {
      const reading = !(document.getSelection()?.isCollapsed ?? true)
      if (!reading && !event.composedPath().includes(link)) link.click()
    })
    return row
  }

  function write(row, column, text) {
    const cell = body.rows[row].cells[column]
    const place = cell.firstElementChild ?? cell
    place.textContent = text
    cell.title = text
    cell.classList.toggle("unknown", text === model.unknown)
    const colour = model.columns[column].colours?.[text]
    if (colour) cell.style.setProperty("--mark", colour)
  }

  function mark() {
    for (const [key, row] of rows) {
      if (key === model.selected) row.setAttribute("aria-selected", "true")
      else row.removeAttribute("aria-selected")
    }
    note.textContent = model.note
    note.hidden = model.note === ""
  }

  model.on("rows", () => show(model.rows))
  model.on("changes", () => {
    if (model.changes.number === seen + 1) show(model.changes)
    // Some were lost on the way.
    else if (model.changes.number > seen) model.send_msg({rows: true})
  })
  model.on(["selected", "note"], mark)
  show(model.rows)
  return frame
}

function head(model) {
  const row = make("tr")
  const cells = model.columns.map((column) => {
    const cell = make("th", {scope: "col", className: column.right ? "right" : ""})
    const button = make("button", {type: "button", title: column.tip})
    const arrow = make("span", {className: "arrow"})
    arrow.setAttribute("aria-hidden", "true")
    button.append(column.title, arrow)
    button.addEventListener("click", () => model.send_msg({sort: column.name}))
    cell.style.width = `${column.width}px`
    cell.append(button)
    row.append(cell)
    return [cell, arrow]
  })
  const tell = () => cells.forEach(([cell, arrow], i) => {
    const way = model.columns[i].name === model.sort[0] ? model.sort[1] : "none"
    cell.setAttribute("aria-sort", way)
    arrow.textContent = {ascending: "▲", descending: "▼", none: ""}[way]
  })
  model.on("sort", tell)
  tell()
  const whole = make("thead")
  whole.append(row)
  return whole
}

function make(name, properties = {}) {
  return Object.assign(document.createElement(name), properties)
}
