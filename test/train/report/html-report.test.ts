/** @file The page of a training run: whole, harmless, and true to the records. */
import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import type { TrainRecord } from "../../../src/protocol/training.ts";
import { toHtml } from "../../../src/train/report/html-report.ts";
import { toHistory } from "../../../src/train/report/run-history.ts";
import { believableRun } from "./believable-run.ts";

/** What the tests ask of a document; the compiler knows no browser. */
type Element = {
  textContent: string;
  querySelector(selector: string): Element | null;
  querySelectorAll(selector: string): Iterable<Element>;
};

function htmlOf(records: readonly TrainRecord[]): string {
  const history = toHistory(records);
  if (history === undefined) throw new Error("the run did not begin");
  return toHtml(history);
}
const parse = (html: string): Element => parseHTML(html).document;
const textsOf = (root: Element, selector: string) =>
  [...root.querySelectorAll(selector)].map((one) => one.textContent.replaceAll("\u00a0", " "));

const page = parse(htmlOf(believableRun({ resumedAfter: 120 })));

describe("toHtml", () => {
  test("is one file that runs nothing and fetches nothing", () => {
    const html = htmlOf(believableRun());
    expect(
      html.match(/<script|<link|<img|<iframe|@import|url\(|https?:|\bsrc=|\bhref=/i),
    ).toBeNull();
    expect(html).toContain("default-src &#39;none&#39;");
  });

  test("is the same for the same records", () => {
    expect(htmlOf(believableRun())).toBe(htmlOf(believableRun()));
  });

  test("says what became of the loss first", () => {
    expect(textsOf(page, "h1")).toEqual(["Training of Qwen2.5 0.5B Instruct"]);
    expect(textsOf(page, "header p")).toEqual([
      "Eval loss fell from 2.46 to 0.95 in 200 steps; best at step 180 with 0.92.",
      "Finished with step 200 of 200.",
    ]);
  });

  test("has a figure for the loss, the learning rate, the gradient and the speed", () => {
    expect(textsOf(page, "figcaption h3")).toEqual([
      "The eval loss fell from 2.46 to 0.95",
      "The learning rate was 2e-4 at its highest, at step 6",
      "The gradient was clipped in 26 % of the steps",
      "Half of the steps learned from at least 899 tokens a second",
    ]);
  });

  test("names the lines of the loss, rings the best, and marks where the run was resumed", () => {
    const labels = textsOf(page, "#loss .broad svg text");
    for (const words of ["training", "eval", "best 0.92", "resumed", "Step"])
      expect(labels).toContain(words);
    expect(textsOf(page, "#gradient-norm .broad svg text")).toContain("max_grad_norm 1");
  });

  test("draws a fall of many factors on a scale of factors", () => {
    const deep = believableRun({ measured: false }).map((one) =>
      one.event === "step" ? { ...one, loss: 8 * 0.95 ** one.step } : one,
    );
    const labels = textsOf(parse(htmlOf(deep)), "#loss .broad svg text");
    for (const tick of ["1", "0.1", "0.01"]) expect(labels).toContain(tick);
  });

  test("has every evaluation in the table of the loss, and few of the steps", () => {
    const rows = textsOf(page, "#loss tbody tr");
    expect(rows.length).toBeLessThan(70);
    expect(rows.filter((row) => !row.endsWith("–"))).toHaveLength(10);
    expect(rows.at(-1)).toMatch(/^200/);
  });

  test("has the run, the data with its digests, and the options, and no home folder", () => {
    const text = textsOf(page, "main").join("");
    expect(text).toContain("b".repeat(64));
    expect(textsOf(page, "table tbody th bdi")).toEqual(["one.jsonl", "faq/two.json"]);
    expect(textsOf(page, "dl div")).toContain("lora_targetsq, v");
    expect(textsOf(page, "dl div")).toContain("resumedafter step 120, 2026-11-22 20:40 UTC");
    expect(text).not.toContain("somebody");
    expect(text).toContain("3 bad rows were left out.");
  });

  test("shows a run that broke off before its first step", () => {
    const html = parse(htmlOf(believableRun().slice(0, 1)));
    expect(textsOf(html, "header p")[1]).toBe(
      "Broke off after step 0 of 200; no checkpoint was written.",
    );
    expect(textsOf(html, "figure")).toEqual([]);
  });

  test.for([1, 2, 5000])("draws a run of %i steps in a page of modest size", (steps) => {
    const html = htmlOf(believableRun({ steps }));
    expect(html).not.toMatch(/NaN|Infinity|undefined/);
    expect(html.length).toBeLessThan(400_000);
  });

  test("lets no name become markup", () => {
    const [start, ...rest] = believableRun();
    if (start?.event !== "start") throw new Error("it begins with a start");
    const named = { ...start, model: { ...start.model, name: "<b>x</b>" } };
    expect(textsOf(parse(htmlOf([named, ...rest])), "h1")).toEqual(["Training of <b>x</b>"]);
  });
});
