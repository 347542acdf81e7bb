// Shows HTML, and changes no more of it than differs: what has the focus keeps it.
export function render({model}) {
  const shown = document.createElement("div")
  shown.innerHTML = html(model)
  const update = () => {
    const next = document.createElement("div")
    next.innerHTML = html(model)
    morphChildren(shown, next)
  }
  model.on("whole", update)
  model.on("changes", update)
  return shown
}

function html({whole: [number, text], changes: [of, changes]}) {
  // Of two properties that change together, one is the first to arrive.
  if (number !== of || changes.length === 0) return text
  const lines = text.split("\n")
  for (const [place, line] of changes) lines[place] = line
  return lines.join("\n")
}

function morphChildren(shown, next) {
  const [old, fresh] = [[...shown.childNodes], [...next.childNodes]]
  fresh.forEach((node, i) => {
    if (i >= old.length) shown.append(node)
    else if (!morph(old[i], node)) old[i].replaceWith(node)
  })
  old.slice(fresh.length).forEach((node) => node.remove())
}

function morph(shown, next) {
  if (shown.nodeName !== next.nodeName) return false
  if (shown.nodeType !== Node.ELEMENT_NODE) {
    if (shown.data !== next.data) shown.data = next.data
    return true
  }
  for (const {name, value} of next.attributes) {
    if (shown.getAttribute(name) !== value) shown.setAttribute(name, value)
  }
  for (const {name} of [...shown.attributes]) {
    if (!next.hasAttribute(name)) shown.removeAttribute(name)
  }
  morphChildren(shown, next)
  return true
}
