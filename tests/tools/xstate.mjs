// Read XState documents, as docs/exports.md shows. Standard input: {documents, cells}, each cell [walk, event, facts],
// where a walk is a list of [event, facts]. Standard output: for each document, the statuses before and after the event
// of each cell, the actions of the event, and the tags of the status after it.
import { readFileSync } from "node:fs";
import { initialTransition, setup, transition } from "xstate";

const { documents, cells } = JSON.parse(readFileSync(0, "utf-8"));

function machineOf(document) {
  const guards = Object.fromEntries(
    Object.entries(document.guards).map(([name, required]) => [
      name,
      ({ event }) => Object.entries(required).every(([fact, wanted]) => event.facts?.[fact] === wanted),
    ]),
  );
  return setup({ guards }).createMachine(document.config);
}

function answer(machine, [walk, type, facts]) {
  let [state] = initialTransition(machine);
  for (const [type, facts] of walk) [state] = transition(machine, state, { type, facts });
  const [next, actions] = transition(machine, state, { type, facts });
  return [state.value, next.value, actions.map((action) => action.type), [...next.tags], next.status];
}

const answers = documents.map((text) => {
  const machine = machineOf(JSON.parse(text));
  return cells.map((cell) => answer(machine, cell));
});
console.log(JSON.stringify(answers));
