// Read SCXML documents with scion. Standard input: {documents, cells}, each cell [walk, event, facts], where a walk is a
// list of [event, facts]. Standard output: for each document, the statuses before and after the event of each cell.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";

const scxml = createRequire(import.meta.url)("@scion-scxml/scxml");
const { documents, cells } = JSON.parse(readFileSync(0, "utf-8"));

async function compile(text) {
  const model = await promisify(scxml.documentStringToModel)("lifecycle.scxml", text);
  return promisify(model.prepare.bind(model))();
}

function answer(factory, [walk, event, facts]) {
  const chart = new scxml.core.Statechart(factory);
  const status = () => chart.getConfiguration().join(" ");
  const send = (name, data) => {
    chart.gen({ name: "facts", data });
    chart.gen({ name });
  };
  chart.start();
  for (const step of walk) send(...step);
  const before = status();
  send(event, facts);
  return [before, status()];
}

const answers = [];
for (const text of documents) {
  const factory = await compile(text);
  answers.push(cells.map((cell) => answer(factory, cell)));
}
console.log(JSON.stringify(answers));
