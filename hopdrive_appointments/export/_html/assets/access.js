// The access of each member of a body, as the tables of the rulebook have it. Values are never judged.
const fields = rowsBy("fields", "name");
const systemFields = rowsBy("system_fields", "name");
const statuses = rowsBy("statuses", "status");
const kinds = rowsBy("kinds", "kind");
const codeRows = rowsBy("codes", "code");
const operations = rowsBy("operations", "operation");
const changeWords = new Map(pageData.change_words.map((row) => [row.code, row]));
const { codes: CODES, access: ACCESS } = pageData;
const LONGEST_NAME = 80;

function jsonType(value) {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

// A name as people can read it: in quotes and with escapes, unless it is plain.
function shown(name) {
  const shortened = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}...` : name;
  if (/^[\w.-]+$/.test(shortened)) return shortened;
  return JSON.stringify(shortened).replace(/\p{C}/gu, (character) => `\\u{${character.codePointAt(0).toString(16)}}`);
}

// The object in a text area, or undefined, with the problem shown next to it.
function readObject(name) {
  const area = byId(name);
  let value;
  let problem = "";
  try {
    value = JSON.parse(area.value);
    const type = jsonType(value);
    const found = type === "null" ? type : `a JSON ${type}`;
    if (type !== "object") problem = `The ${name} is ${found}. Enter a JSON object, or choose an example above.`;
  } catch (error) {
    problem = area.value.trim()
      ? `The ${name} is not valid JSON (${error.message}). Correct the text, or choose an example above.`
      : `The ${name} is empty. Enter a JSON object, or choose an example above.`;
  }
  return settle(name, problem) ? undefined : value;
}

function settle(name, problem) {
  byId(`${name}-problem`).textContent = problem;
  byId(name).setAttribute("aria-invalid", String(problem !== ""));
  return problem;
}

// The status of the record, or undefined.
function readStatus() {
  const record = readObject("record");
  if (record === undefined) return undefined;
  const status = Object.hasOwn(record, "status") ? record.status : undefined;
  if (statuses.has(status)) return status;
  const wrong = status === undefined ? 'has no member "status"' : "has a status that does not exist";
  settle("record", `The record ${wrong}. Give it one of these: ${[...statuses.keys()].join(", ")}.`);
  return undefined;
}

function note(text) {
  return element("span", { className: "note", textContent: text });
}

function badge(word, text) {
  const parts = [element("span", { className: `badge ${word.style}`, textContent: word.word })];
  if (text) parts.push(" ", note(text));
  return parts;
}

// What the tables say about one name: whether it is known, its access, what can change, and the finding with its rule.
function lookUp(name, isLeftOut, operation, group) {
  const field = fields.get(name);
  if (!field) {
    const system = systemFields.get(name);
    const code = system ? CODES.not_allowed : CODES.unknown;
    const word = system ? pageData.body_words[ACCESS.not_allowed] : pageData.unknown_word;
    const rule = system ? system.rule : codeRows.get(code).rule;
    return { known: system ? "system field" : "no", body: word, code, rule };
  }
  const body = pageData.body_words[field.body[operation]];
  const absence = field.not_allowed.find((row) => row.operation === operation);
  if (absence) return { known: "yes", body, note: absence.hint, code: CODES.not_allowed, rule: absence.rule };
  if (isLeftOut && field.body[operation] === ACCESS.required) {
    return { known: "yes", body, note: "left out", code: CODES.missing, rule: codeRows.get(CODES.missing).rule };
  }
  const code = group === null ? null : field.change[operation][group];
  const rule = code === null ? operations.get(operation).rule : codeRows.get(code).rule;
  const change = group === null ? undefined : changeWords.get(code);
  return { known: "yes", body, change, note: isLeftOut ? "left out: counts as null" : "", code, rule };
}

function kindOf(name) {
  return (fields.get(name) ?? systemFields.get(name))?.kind ?? "";
}

function row(name, body, operation, group) {
  const isLeftOut = !Object.hasOwn(body, name);
  const access = lookUp(name, isLeftOut, operation, group);
  const kind = kindOf(name);
  const types = [kind && `JSON ${kinds.get(kind).json_type}`, isLeftOut ? "" : `here ${jsonType(body[name])}`];
  const finding = access.code ? [element("code", { textContent: access.code })] : ["–"];
  if (access.change?.condition) finding.push(" ", note(access.change.condition));
  const made = tableRow(element("code", { textContent: shown(name) }), {
    known: [access.known],
    method: badge(access.body, access.note),
    change: access.change ? badge(access.change) : ["–"],
    kind: [kind, " ", note(types.filter(Boolean).join(", "))],
    finding,
    rule: access.rule,
  });
  made.dataset.code = access.code ?? "";
  made.dataset.outcome = outcome(access);
  return made;
}

// The row of a code that refuses every body.
function bodyRow(code) {
  const word = changeWords.get(code);
  const finding = [element("code", { textContent: code }), " ", note(word.condition)];
  const { rule } = codeRows.get(code);
  const cells = { known: ["–"], method: ["–"], change: badge(word), kind: ["–"], finding, rule };
  const made = tableRow("(whole body)", cells);
  made.dataset.code = code;
  made.dataset.outcome = word.word;
  return made;
}

function tableRow(heading, { known, method, change, kind, finding, rule }) {
  const link = element("a", { href: `#${rule}`, className: "id", textContent: rule });
  const { method: label } = operations.get(byId("operation").value);
  const cells = Object.entries({ known, [label]: method, change, kind, finding, rule: [link] });
  return element("tr", {}, element("th", { scope: "row" }, heading), ...cells.map(([label, content]) => {
    const cell = element("td", {}, element("div", {}, ...content));
    cell.dataset.label = label;
    return cell;
  }));
}

function outcome(access) {
  if (access.code === CODES.missing) return "required but left out";
  return (access.change ?? access.body).word;
}

// The members of the body, then the fields that it leaves out and that count: required ones, and in a PUT all others.
function namesToShow(body, operation) {
  const counting = operation === pageData.replace ? [ACCESS.required, ACCESS.optional] : [ACCESS.required];
  const leftOut = [...fields.values()].filter(
    (field) => counting.includes(field.body[operation]) && !Object.hasOwn(body, field.name),
  );
  return [...Object.keys(body), ...leftOut.map((field) => field.name)];
}

function tableOf(rows, title) {
  const labels = ["member", ...[...rows[0].querySelectorAll("td")].map((cell) => cell.dataset.label)];
  const headings = labels.map((label) => element("th", { scope: "col", textContent: label }));
  const head = element("thead", {}, element("tr", {}, ...headings));
  return element("table", {}, element("caption", { textContent: title }), head, element("tbody", {}, ...rows));
}

function evaluate() {
  const operation = byId("operation").value;
  const { method } = operations.get(operation);
  const isCreation = operation === pageData.create;
  byId("access-command").textContent = isCreation
    ? `${pageData.command} body.json`
    : `${pageData.command} --operation ${operation} --record record.json body.json`;
  const body = readObject("body");
  const status = isCreation ? settle("record", "") : readStatus();
  const isUsable = body !== undefined && status !== undefined;
  const names = isUsable ? namesToShow(body, operation) : [];
  const group = isUsable && !isCreation ? statuses.get(status).group : null;
  const rows = names.map((name) => row(name, body, operation, group));
  const title = isCreation ? method : `${method} in ${status}`;
  const closing = group === null ? [] : pageData.closed[group];
  const allRows = [...closing.map(bodyRow), ...rows];
  byId("access-result").replaceChildren(...(allRows.length ? [tableOf(allRows, title)] : []));
  byId("access-summary").textContent = isUsable ? summary(rows, title, closing) : advice(body, status);
}

// What to do before the access can be shown.
function advice(body, status) {
  const unusable = [body === undefined ? "body" : "", status === undefined ? "record" : ""].filter(Boolean);
  const where = unusable.length > 1 ? "see the messages below them" : "see the message below it";
  return `To see the access, correct the ${unusable.join(" and the ")}: ${where}.`;
}

function summary(rows, title, closing) {
  const always = closing.map((code) => `${code} (${codeRows.get(code).rule})`).join(", ");
  if (rows.length === 0) {
    if (always) return `${title}: the request is refused, whatever its body has: ${always}.`;
    return `${title}: the body has no members. Add a field to see its access.`;
  }
  const counts = new Map();
  for (const { dataset } of rows) counts.set(dataset.outcome, (counts.get(dataset.outcome) ?? 0) + 1);
  const outcomes = [...counts].map(([word, count]) => `${count} ${word}`).join(", ");
  if (always) return `${title}: the request is refused, whatever its body has: ${always}. Members: ${outcomes}.`;
  return `${title}: ${outcomes}.`;
}

function fillBody() {
  const example = pageData.bodies[byId("body-example").value];
  if (!example) return;
  byId("operation").value = example.operation;
  byId("body").value = JSON.stringify(example.body, null, 2);
  evaluate();
}

function fillRecord() {
  const record = pageData.records[byId("record-example").value];
  if (!record) return;
  byId("record").value = JSON.stringify(record, null, 2);
  evaluate();
}

byId("access-form").addEventListener("input", evaluate);
byId("access-form").addEventListener("submit", (event) => event.preventDefault());
byId("body-example").addEventListener("change", fillBody);
byId("record-example").addEventListener("change", fillRecord);
byId("access-form").hidden = false;
byId("body-example").value = pageData.first_body;
byId("record-example").value = pageData.first_record;
fillBody();
fillRecord();
