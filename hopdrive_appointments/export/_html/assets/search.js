// Search: list the best places that have every word, then the entries of the tables that have every word.
// And follow links to what is hidden.
const search = byId("search");
const hits = byId("hits");
const found = byId("found");
const sections = [...document.querySelectorAll("main > section:not(#found)")];
const entries = [...document.querySelectorAll("[data-entry]")].map((row) => {
  return { row, text: searchable(`${row.textContent} ${row.dataset.words ?? ""}`) };
});
const KINDS = ["rule", "status", "field", "trigger"];
const MOST_PLACES = 12;
const FILLERS = new Set(pageData.fillers);
const SYNONYMS = new Map(Object.entries(pageData.synonyms));
const ARROW = /(\w+)\s*(?:->|=>|→)\s*(\w*)/;
// A word of a query. "not allowed" is one word, because "allowed" is ignored.
const WORD = /not allowed|[^\s?!,;"'`]+/g;
const NAME_POINTS = 3;
const PREFIX_POINTS = 2;
const TEXT_POINTS = 1;
// A place with less than this part of the points of the best one is not listed.
const LEAST_PART = 0.6;

function searchable(text) {
  const lower = text.toLowerCase();
  return `${lower} ${lower.replaceAll("_", " ")}`;
}

// The text of an element without the ids of rules: a search for an id leads to the rule.
function withoutIds(node) {
  const copy = node.cloneNode(true);
  for (const id of copy.querySelectorAll(".id")) id.remove();
  return copy.textContent;
}

// Where a text has a word. A number is found only as a whole number.
function* positionsOf(word, text) {
  const isNumber = /^\d+$/.test(word);
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
    const around = (text[at - 1] ?? "") + (text[at + word.length] ?? "");
    if (!isNumber || !/\d/.test(around)) yield at;
  }
}

function has(text, word) {
  return !positionsOf(word, text).next().done;
}

function namesOf(...names) {
  return new Set(names.flatMap((name) => [name, ...name.split("_")]).map((name) => name.toLowerCase()));
}

const places = [
  ...[...document.querySelectorAll("#rules tbody tr, #decisions tbody tr, #sources tbody tr")].map(rulePlace),
  ...[...panels].flatMap(([status, panel]) => [statusPlace(status, panel), ...rowPlaces(status, panel)]),
];

// A rule, a decision or a source statement. It is found by its id; its text is found in the tables.
function rulePlace(row) {
  const { id } = row;
  const detail = row.querySelector("td").textContent;
  return { target: id, kind: "rule", name: id, status: id, detail, names: namesOf(id), text: "", about: null };
}

// A place in the panels: a status, or the row of a field or a trigger in a status.
function placeOf(target, kind, name, status, detail, text) {
  const names = namesOf(name, status, panels.get(status).dataset.group);
  return { target, kind, name, status, detail, names, text: searchable(text), about: null };
}

function statusPlace(status, panel) {
  const can = [...panel.querySelectorAll("[data-can]")];
  const parts = panel.querySelectorAll(".group, .meaning, [data-can], .key");
  const detail = can.map((each) => each.textContent).join(" ");
  return placeOf(panel.id, "status", status, status, detail, [...parts].map(withoutIds).join(" "));
}

function rowPlaces(status, panel) {
  return [...panel.querySelectorAll("[data-field], [data-trigger]")].map((row) => {
    const kind = row.dataset.field ? "field" : "trigger";
    const name = row.dataset[kind];
    const cells = [...row.querySelectorAll("td")];
    const detail = cells.map((cell) => `${cell.dataset.label}: ${cell.textContent.replace(/\s+/g, " ")}`).join(" · ");
    const values = cells.map(withoutIds).join(" ");
    const labels = cells.map((cell) => cell.dataset.label).join(" ");
    const place = placeOf(row.id, kind, name, status, detail, `${values} ${labels}`);
    const to = kind === "trigger" ? cells[0].textContent : "";
    return { ...place, to, about: searchable(`${name} ${values}`) };
  });
}

function pointsOf(place, word) {
  if (place.names.has(word)) return NAME_POINTS;
  if (place.kind === "rule") return 0;
  if ([...place.names].some((name) => name.startsWith(word))) return PREFIX_POINTS;
  return has(place.text, word) ? TEXT_POINTS : 0;
}

// The row of a field or a trigger is listed if a word is about it, and not only about its status or a method.
function isAbout(place, word) {
  return place.about === null || has(place.about, word);
}

// The places that have every word, the best ones first. Rows that say the same in several statuses are one place.
function placesWith(words) {
  const rated = [];
  for (const place of places) {
    const points = words.map((word) => pointsOf(place, word));
    if (!points.every(Boolean) || !words.some((word) => isAbout(place, word))) continue;
    rated.push({ place, points: points.reduce((sum, each) => sum + each, 0) });
  }
  const best = Math.max(...rated.map((each) => each.points));
  const merged = new Map();
  for (const { place, points } of rated.filter((each) => each.points >= best * LEAST_PART)) {
    const key = JSON.stringify([points, place.kind, place.name, place.detail]);
    merged.set(key, [...(merged.get(key) ?? []), place]);
    merged.get(key).points = points;
  }
  return [...merged.values()].sort(
    (one, other) => other.points - one.points || KINDS.indexOf(one[0].kind) - KINDS.indexOf(other[0].kind),
  );
}

function item(group) {
  const [{ kind, name, detail }] = group;
  const before = { rule: "", status: "", field: `${name} in `, trigger: `${name} from ` }[kind];
  const links = group.flatMap(({ target, status }, index) => {
    const text = element("code", { textContent: `${index ? "" : before}${status}` });
    const link = element("a", { href: `#${target}` }, text);
    return index ? [", ", link] : [link];
  });
  return element("li", {}, ...links, element("span", { className: "detail", textContent: detail }));
}

// The ids of rules by their letters and digits, and what a query can have instead of an id, such as "UP 2" and "up2".
const ids = new Map(places.filter(({ kind }) => kind === "rule").map(({ name }) => [plainId(name), name.toLowerCase()]));
const letters = new Set([...ids.keys()].map((id) => id.replace(/\d+/, "")));
const ID = new RegExp(`(?<![\\w-])(?:${[...letters].join("|")})[ -]?\\d+(?![\\w-])`, "g");

function plainId(id) {
  return id.toLowerCase().replace(/[ -]/, "");
}

// Whether a place is what an arrow between two statuses asks for. The second one can be incomplete.
function isOnArrow({ kind, status, to }, query) {
  const [, from, start] = query.toLowerCase().match(ARROW) ?? [];
  return from === undefined || (kind === "trigger" && status === from && to.startsWith(start));
}

// The words to find, without fillers, unless there is nothing else.
function wordsOf(query) {
  const text = query.toLowerCase().replace(ARROW, "$1 $2").replace(ID, (id) => ids.get(plainId(id)) ?? id);
  const words = text.match(WORD) ?? [];
  const telling = words.filter((word) => !FILLERS.has(word));
  return (telling.length ? telling : words).map((word) => SYNONYMS.get(word) ?? word);
}

function filter() {
  const words = wordsOf(search.value);
  const listed = words.length ? placesWith(words).filter(([place]) => isOnArrow(place, search.value)) : [];
  byId("places").replaceChildren(...listed.slice(0, MOST_PLACES).map(item));
  found.hidden = listed.length === 0;
  let count = 0;
  for (const { row, text } of entries) {
    row.hidden = !words.every((word) => has(text, word));
    count += row.hidden ? 0 : 1;
  }
  for (const section of sections) {
    for (const table of section.querySelectorAll(".table")) {
      if (section.classList.contains("reference")) table.hidden = !table.querySelector("tbody tr:not([hidden])");
    }
    const hasHits = section.classList.contains("reference") && section.querySelector(".table:not([hidden])");
    section.hidden = words.length > 0 && !hasHits;
  }
  hits.textContent = words.length === 0 ? "" : describe(words, listed.length, count);
  mark(listed.length + count > 0 ? words : []);
}

function describe(words, best, count) {
  if (best + count > 0) {
    const shown = best > MOST_PLACES ? ` (${MOST_PLACES} are listed)` : "";
    return `Best matches: ${best}${shown}. Entries in the tables: ${count}.`;
  }
  const nowhere = words.find((word) => !entries.some(({ text }) => has(text, word)));
  if (nowhere === undefined) return "Nothing has all of these words. Leave one out.";
  return `Nothing has the word “${nowhere}”. Try a status, a field, a code or the id of a rule.`;
}

// Mark the words in the results, where the browser can do it without changing the document.
function mark(words) {
  if (!CSS.highlights) return;
  const ranges = [];
  const rows = entries.filter((entry) => !entry.row.hidden).map((entry) => entry.row);
  for (const result of words.length ? [byId("places"), ...rows] : []) {
    const texts = document.createTreeWalker(result, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode.data.toLowerCase();
      for (const word of words) {
        for (const at of positionsOf(word, text)) {
          const range = new Range();
          range.setStart(texts.currentNode, at);
          range.setEnd(texts.currentNode, Math.min(at + word.length, texts.currentNode.length));
          ranges.push(range);
        }
      }
    }
  }
  CSS.highlights.set("hits", new Highlight(...ranges));
}

function clear() {
  search.value = "";
  filter();
}

// The address names a status, a row, a rule or a section: show it, even if a search hides it.
function followAddress() {
  const status = statusInAddress();
  if (status) show(status);
  const target = byId(fragment());
  if (!target) return;
  if (target.closest("[hidden]")) clear();
  target.scrollIntoView({ block: "start" });
}

// The results begin at the top of the contents, which can be far above.
search.addEventListener("input", () => {
  filter();
  const contents = byId("contents");
  if (contents.getBoundingClientRect().top < 0) contents.scrollIntoView({ block: "start" });
});
search.addEventListener("keydown", (event) => {
  if (event.key === "Escape") clear();
  if (event.key === "Enter") byId("places").querySelector("a")?.click();
});
// A link to a place ends the search, even if the place is in the tables or in the address already.
byId("places").addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.shiftKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  clear();
  if (link.hash === location.hash) followAddress();
  else location.hash = link.hash;
});
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select");
  if (event.key !== "/" || isTyping || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  search.focus();
});
window.addEventListener("hashchange", followAddress);
search.parentElement.hidden = false;
filter();
if (location.hash) followAddress();
