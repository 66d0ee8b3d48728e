/** @file What a document must satisfy, as another implementation of JSON Schema reads it. */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const ajv = new Ajv2020({ strict: false, logger: false });
addFormats.default(ajv);

/** Draft 2020-12 with full checks of formats, whatever draft the schema names. */
export function validatorOf(schema: unknown): ValidateFunction {
  if (typeof schema !== "object" || schema === null) return ajv.compile(schema as boolean);
  const { $schema: _, ...rest } = schema as { $schema?: unknown };
  return ajv.compile(rest);
}

/** What is wrong with a text as a document; undefined if nothing is. */
export function flaw(validate: ValidateFunction, text: string): string | undefined {
  try {
    return validate(JSON.parse(text)) ? undefined : `${text}: ${ajv.errorsText(validate.errors)}`;
  } catch (error) {
    return `${text}: ${error}`;
  }
}
