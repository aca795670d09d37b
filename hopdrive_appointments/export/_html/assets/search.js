// Search: hide the entries that do not have every word. And follow links to what is hidden.
const search = byId("search");
const hits = byId("hits");
const sections = [...document.querySelectorAll("main > section")];
const entries = [...document.querySelectorAll("[data-entry]")].map((row) => {
  const text = row.textContent.toLowerCase();
  return { row, text: `${text} ${text.replaceAll("_", " ")}` };
});

function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const { row, text } of entries) {
    row.hidden = !words.every((word) => text.includes(word));
    count += row.hidden ? 0 : 1;
  }
  for (const section of sections) {
    for (const table of section.querySelectorAll(".table")) {
      if (section.classList.contains("reference")) table.hidden = !table.querySelector("tbody tr:not([hidden])");
    }
    const hasHits = section.classList.contains("reference") && section.querySelector(".table:not([hidden])");
    section.hidden = words.length > 0 && !hasHits;
  }
  hits.textContent = words.length === 0 ? "" : describe(count);
  mark(count > 0 ? words : []);
}

function describe(count) {
  if (count === 0) return "No entry has all of these words.";
  return count === 1 ? "1 entry" : `${count} entries`;
}

// Mark the words in the entries, where the browser can do it without changing the document.
function mark(words) {
  if (!CSS.highlights) return;
  const ranges = [];
  for (const { row } of words.length ? entries.filter((entry) => !entry.row.hidden) : []) {
    const texts = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode.data.toLowerCase();
      for (const word of words) {
        for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
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

// The address names a status, a rule or a section: show it, even if a search hides it.
function followAddress() {
  const status = statusInAddress();
  if (status) show(status);
  const target = byId(fragment());
  if (!target) return;
  if (target.closest("[hidden]")) clear();
  target.scrollIntoView({ block: "start" });
}

search.addEventListener("input", filter);
search.addEventListener("keydown", (event) => {
  if (event.key === "Escape") clear();
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
