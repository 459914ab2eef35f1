/** The answer to POST /solve, as JSON Schema. */
const numbers = { type: "array", items: { type: "number" } };

export const answerSchema = {
  type: "object",
  required: ["times", "series", "stats"],
  additionalProperties: false,
  properties: {
    times: { ...numbers, description: "The output times" },
    series: {
      type: "object",
      description:
        "Expectation values at the output times, by name; of an operator that is not Hermitian name_re and name_im",
      additionalProperties: numbers,
    },
    stats: {
      type: "object",
      required: ["method", "steps"],
      properties: { method: { type: "string" }, steps: { type: "integer" } },
    },
  },
};
