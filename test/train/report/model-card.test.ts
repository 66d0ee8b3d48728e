/** @file The README of a run's folder: front matter that parses, and how to serve what lies there. */
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { TrainEnd, TrainRecord } from "../../../src/protocol/training.ts";
import { toModelCard } from "../../../src/train/report/model-card.ts";
import { toHistory } from "../../../src/train/report/run-history.ts";
import { believableRun } from "./believable-run.ts";

const plain = (text: string) => text.replaceAll("\u00a0", " ");

function cardOf(records: readonly TrainRecord[], changes: Partial<TrainEnd> = {}): string {
  const history = toHistory(records);
  if (!history?.end) throw new Error("the run did not end");
  return plain(toModelCard(history, { ...history.end, ...changes }));
}
const frontOf = (card: string): unknown => parse(card.split("---\n")[1] ?? "");

describe("toModelCard", () => {
  test("begins with front matter that names the base and its digest", () => {
    expect(frontOf(cardOf(believableRun()))).toEqual({
      library_name: "gguf",
      pipeline_tag: "text-generation",
      tags: ["fastchat", "gguf", "conversational", "lora"],
      fastchat: {
        version: "0.1.0",
        method: "lora",
        base: "Qwen2.5 0.5B Instruct",
        base_sha256: "a".repeat(64),
      },
    });
  });

  test("says how to serve the adapter, without anybody's folders", () => {
    const card = cardOf(believableRun());
    expect(card).toContain(
      "```sh\nfastchat worker --model-path base.gguf --lora adapter.gguf\n```",
    );
    expect(card).not.toContain("somebody");
  });

  test("says how to serve a whole model", () => {
    const run = believableRun({ config: { quantize: ["Q8_0"] } });
    const card = cardOf(run, { outputs: ["model-f32.gguf", "model-Q8_0.gguf"] });
    expect(card).toContain("fastchat worker --model-path model-Q8_0.gguf\n");
  });

  test("has the curves, the data and the options as tables", () => {
    const card = cardOf(believableRun());
    expect(card).toContain("| eval loss | 2.46 | 0.95 | 0.92 | 180 |");
    expect(card).toContain(`| \`faq/two.json\` | 40 | 3 | \`${"c".repeat(64)}\` |`);
    expect(card).toContain("| `lora_r` | 8 |");
    expect(card).toContain("Eval loss fell from 2.46 to 0.95 in 200 steps");
  });

  test("says of a new model that it is one", () => {
    const [start, ...rest] = believableRun({ config: { model_path: null, method: "full" } });
    if (start?.event !== "start") throw new Error("it begins with a start");
    const fresh = { ...start, model: { ...start.model, name: "tiny", sha256: null } };
    const card = cardOf([fresh, ...rest], { outputs: ["model.gguf"] });
    expect(card).toContain("# tiny\n");
    expect(card).toContain("A new qwen2 model of 494 032 768 parameters, from random weights.");
    expect(card).toContain("fastchat worker --model-path model.gguf\n");
  });

  test("lets no name become markup", () => {
    const [start, ...rest] = believableRun();
    if (start?.event !== "start") throw new Error("it begins with a start");
    const named = { ...start, model: { ...start.model, name: 'a|b <i> "c"' } };
    const card = cardOf([named, ...rest]);
    expect(card).toContain('# A LoRA adapter for a\\|b \\<i\\> "c"');
    expect(frontOf(card)).toMatchObject({ fastchat: { base: 'a|b <i> "c"' } });
  });
});
