// Read a Mermaid flowchart with Mermaid's own parser. Standard input: the text. Standard output: its nodes and edges.
import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";

const { window } = new JSDOM("");
Object.assign(globalThis, { window, document: window.document });
const { default: mermaid } = await import("mermaid");
const source = readFileSync(0, "utf-8");
await mermaid.parse(source); // this loads the parsers
const { type, db } = await mermaid.mermaidAPI.getDiagramFromText(source);
const nodes = [...db.getVertices().values()].map(({ id, type, text, classes }) => ({ id, type, text, classes }));
const edges = db.getEdges().map(({ start, end, text, stroke }) => ({ start, end, text, stroke }));
console.log(JSON.stringify({ type, nodes, edges }));
process.exit(0);
