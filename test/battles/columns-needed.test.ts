import { describe, expect, test } from "vitest";
import { neededColumns } from "../../src/battles/columns-needed.ts";
import { nothing } from "./battle-files.ts";

const columns = [
  ...["id", "model_a", "model_b", "winner", "language", "timestamp", "is_code"],
  ...["conversation_a", "conversation_b", "full_conversation", "conv_metadata", "category_tag"],
];
const fields = ["sum_user_tokens", "sum_assistant_a_tokens", "sum_assistant_b_tokens"];
const few = ["model_a", "model_b", "winner", "language", "timestamp"];

describe("the columns that are read", () => {
  test("are few where only ratings are asked for", () => {
    expect(neededColumns(columns, fields, nothing)).toEqual(few);
  });

  test("have no texts where the metadata say all that is asked for", () => {
    expect(neededColumns(columns, fields, { ...nothing, features: ["length"] })).toEqual([
      ...few,
      "conv_metadata",
    ]);
    expect(neededColumns(columns, fields, { ...nothing, withCategories: true })).toEqual([
      ...few,
      "is_code",
      "conv_metadata",
      "category_tag",
    ]);
  });

  test.for([
    { features: ["length", "bold"] },
    { withPrompts: true },
    { withCategories: true, fields: [] },
    { detectLanguage: () => null, columns: columns.filter((name) => name !== "language") },
  ])("have the texts where these must be read: %j", (asked) => {
    const wanted = { ...nothing, ...asked };
    const found = neededColumns(asked.columns ?? columns, asked.fields ?? fields, wanted);
    expect(found).toContain("conversation_a");
    expect(found).toContain("conversation_b");
    expect(found).not.toContain("full_conversation");
  });
});
