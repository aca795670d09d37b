// How the search of the site orders its results. The numbers are those of Sphinx, except in `score`.
var Scorer = {
  // Of several pages that match equally, readers want to see first what a status allows.
  score: ([page, , , , score]) => (page === "statuses" ? score + 5 : score),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
