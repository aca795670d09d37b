// What the other scripts share: the data in the page, and elements. All text is inserted as text, never as markup.
const rulebook = JSON.parse(document.getElementById("rulebook").textContent);
const pageData = JSON.parse(document.getElementById("page-data").textContent);

function byId(id) {
  return document.getElementById(id);
}

function element(name, properties, ...children) {
  const made = document.createElement(name);
  Object.assign(made, properties);
  made.append(...children);
  return made;
}

function fragment() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return ""; // a % that is not part of an escape
  }
}

// The rows of a table by one of their members. A Map has no inherited names, such as "constructor".
function rowsBy(table, key) {
  return new Map(rulebook[table].map((row) => [row[key], row]));
}

// A table that is wider than its box can be scrolled with the keyboard.
const boxes = new ResizeObserver((changes) => {
  for (const { target } of changes) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
for (const box of document.querySelectorAll(".table, .diagram, .bar nav")) boxes.observe(box);
