// The JSON Schema of model files, as TypeScript reads it.
import schema from "lindblad/model/schema.json" with { type: "json" };

export const id: string = schema.$schema;
