// Open a JSON file as VS Code does. Input: {schemas, file, text, offset}, with the settings `json.schemas` whose members
// `url` are replaced by schemas. Output: the problems, and the completions and the hover at the offset.
import { readFileSync } from "node:fs";
import languages from "vscode-json-languageservice";

const { schemas, file, text, offset } = JSON.parse(readFileSync(0, "utf8"));
const service = languages.getLanguageService({});
service.configure({
  schemas: schemas.map(({ fileMatch, schema }, index) => ({ uri: `memory:${index}`, fileMatch, schema })),
});
const document = languages.TextDocument.create(`file:///project/${file}`, "json", 1, text);
const parsed = service.parseJSONDocument(document);
const position = document.positionAt(offset);
const problems = await service.doValidation(document, parsed);
const completions = await service.doComplete(document, position, parsed);
const hover = await service.doHover(document, position, parsed);
console.log(JSON.stringify({ problems, completions: completions.items, hover }));
