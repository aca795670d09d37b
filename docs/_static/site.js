// Tables on narrow screens: the style sheet shows each row as a card, with the heading of each cell beside it. A column
// with long text gets a least width, and a box that scrolls can be reached with the keyboard.
// It is not a module, because browsers load no modules from disk.
{
  const LONG = 40;

  for (const table of document.querySelectorAll("table.docutils")) {
    const headings = [...table.querySelectorAll("thead th")].map((heading) => heading.textContent.trim());
    const rows = [...table.querySelectorAll("tbody tr")];
    if (!headings.some(Boolean)) continue;
    for (const [index, heading] of headings.entries()) {
      const cells = rows.map((row) => row.cells[index]).filter(Boolean);
      const isLong = cells.some((cell) => cell.textContent.trim().length > LONG);
      for (const cell of cells) {
        cell.dataset.heading = heading;
        cell.classList.toggle("long", isLong);
        cell.classList.toggle("empty", cell.textContent.trim() === "");
      }
    }
    table.classList.add("cards");
  }

  const boxes = new ResizeObserver((changes) => {
    for (const { target } of changes) {
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  for (const box of document.querySelectorAll(".table-wrapper, .highlight pre")) boxes.observe(box);

  // The search of Sphinx drops numbers from a query. They are in its index (`search_words`), so keep them.
  if (typeof Search !== "undefined" && typeof Search._parseQuery === "function") {
    const parse = Search._parseQuery;
    Search._parseQuery = (query) => {
      const [text, terms, ...others] = parse(query);
      for (const number of query.match(/(?<![\w-])\d+(?![\w-])/g) ?? []) terms.add(number);
      return [text, terms, ...others];
    };
  }

  // The ids of rules, decisions and source statements, which are not broken at a hyphen.
  for (const link of document.querySelectorAll("article a")) {
    if (/^(?:[A-Z]{2}-|[DS])\d+$/.test(link.textContent)) link.classList.add("id");
  }
}
