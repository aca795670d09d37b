// Choose a status: in the diagram, in the list, or by the fragment of the address.
const panels = new Map([...document.querySelectorAll(".panel")].map((panel) => [panel.dataset.status, panel]));
const choices = [...document.querySelectorAll(".choices a")];
const diagram = byId("diagram").querySelector("svg");
const nodes = [...diagram.querySelectorAll(".status")];
const go = byId("go");
const STATUS_PREFIX = "status=";
// Otherwise, the panels are below the diagram and the list.
const besideDiagram = matchMedia("(min-width: 70rem)");
const lessMotion = matchMedia("(prefers-reduced-motion: reduce)");

function statusInAddress() {
  const target = fragment();
  const status = target.startsWith(STATUS_PREFIX) ? target.slice(STATUS_PREFIX.length).split("&")[0] : "";
  return panels.has(status) ? status : null;
}

function show(status) {
  for (const [name, panel] of panels) panel.hidden = name !== status;
  for (const choice of choices) {
    if (choice.hash === `#${STATUS_PREFIX}${status}`) choice.setAttribute("aria-current", "true");
    else choice.removeAttribute("aria-current");
  }
  for (const node of nodes) {
    const isChosen = node.dataset.status === status;
    node.setAttribute("aria-selected", String(isChosen));
    node.tabIndex = isChosen ? 0 : -1;
  }
  for (const line of diagram.querySelectorAll(".transition")) {
    const leaves = line.dataset.from === status;
    line.classList.toggle("leaves", leaves);
    line.classList.toggle("stays", !leaves);
  }
  go.href = `#${STATUS_PREFIX}${status}`;
  go.replaceChildren("Go to what ", element("code", { textContent: status }), " allows");
  bringIntoView(nodes.find((node) => node.dataset.status === status));
  byId("chosen").textContent = `Shown: ${status}, ${panels.get(status).dataset.group}.`;
}

// On a narrow screen, only a part of the diagram is visible.
function bringIntoView(node) {
  const box = byId("diagram");
  const { left, width } = node.getBoundingClientRect();
  box.scrollLeft += left + width / 2 - (box.getBoundingClientRect().left + box.clientWidth / 2);
}

// Shade each side on which the diagram continues.
function showEdges() {
  const box = byId("diagram");
  const hidden = box.scrollWidth - box.clientWidth;
  box.parentElement.classList.toggle("more-left", box.scrollLeft > 1);
  box.parentElement.classList.toggle("more-right", box.scrollLeft < hidden - 1);
}

function choose(status) {
  if (fragment() !== `${STATUS_PREFIX}${status}`) history.pushState(null, "", `#${STATUS_PREFIX}${status}`);
  show(status);
}

// Scroll to the panel and move the focus there, so that the next Tab leads on from it.
function goToPanel(status) {
  const panel = panels.get(status);
  panel.querySelector("h3").focus({ preventScroll: true });
  panel.scrollIntoView({ behavior: lessMotion.matches ? "auto" : "smooth", block: "start" });
}

// The nearest status in a direction. A status that is straight ahead is nearer than one at the side.
function neighbour(node, key) {
  const [x, y] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  const from = centre(node);
  let nearest = null;
  let least = Infinity;
  for (const other of nodes) {
    const to = centre(other);
    const ahead = (to.x - from.x) * x + (to.y - from.y) * y;
    const aside = Math.abs((to.x - from.x) * y) + Math.abs((to.y - from.y) * x);
    if (ahead > 1 && ahead + 2 * aside < least) {
      nearest = other;
      least = ahead + 2 * aside;
    }
  }
  return nearest;
}

function centre(node) {
  const box = node.getBBox();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

function focusOn(node) {
  for (const other of nodes) other.tabIndex = other === node ? 0 : -1;
  node.focus();
}

function onKey(event) {
  const node = event.currentTarget;
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Enter" || event.key === " ") choose(node.dataset.status);
  else if (event.key === "Home") focusOn(nodes[0]);
  else if (event.key === "End") focusOn(nodes.at(-1));
  else if (event.key.startsWith("Arrow")) focusOn(neighbour(node, event.key) ?? node);
  else return;
  event.preventDefault();
}

// With JavaScript, the diagram is a list box; the tables have its lines and labels.
function makeInteractive() {
  diagram.setAttribute("role", "group");
  const list = diagram.querySelector(".statuses");
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Statuses");
  for (const hidden of diagram.querySelectorAll(".transitions, .legend")) hidden.setAttribute("aria-hidden", "true");
  for (const node of nodes) {
    node.setAttribute("role", "option");
    const words = [...node.querySelectorAll("text")].map((text) => text.textContent).join(" ");
    node.setAttribute("aria-label", `${words}, ${node.dataset.group}`);
    node.addEventListener("click", () => {
      choose(node.dataset.status);
      if (besideDiagram.matches) focusOn(node);
      else goToPanel(node.dataset.status);
    });
    node.addEventListener("keydown", onKey);
  }
  for (const panel of panels.values()) panel.querySelector("h3").tabIndex = -1;
  for (const choice of [...choices, go]) {
    choice.addEventListener("click", (event) => {
      if (event.ctrlKey || event.shiftKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const status = decodeURIComponent(choice.hash.slice(1 + STATUS_PREFIX.length));
      choose(status);
      if (!besideDiagram.matches) goToPanel(status);
    });
  }
  byId("diagram").addEventListener("scroll", showEdges, { passive: true });
  new ResizeObserver(showEdges).observe(byId("diagram"));
}

makeInteractive();
show(statusInAddress() ?? rulebook.statuses.find((row) => row.initial).status);
