// Check values with JSON Schemas, by ajv in strict mode. Input: a list of {schema, values}; output: the results as lists.
import addFormats from "ajv-formats";
import Ajv2020 from "ajv/dist/2020.js";
import { readFileSync } from "node:fs";

const cases = JSON.parse(readFileSync(0, "utf8"));
const [withFormats, withoutFormats] = [new Ajv2020.default(), new Ajv2020.default({ validateFormats: false })];
addFormats.default(withFormats);
const check = (ajv, { schema, values }) => {
  const isValid = ajv.compile(schema);
  return values.map((value) => isValid(value));
};
console.log(
  JSON.stringify(
    cases.map((each) => ({ withFormats: check(withFormats, each), withoutFormats: check(withoutFormats, each) })),
  ),
);
