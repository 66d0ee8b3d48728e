/** @file Hostile templates cost at most their own render, and the child lives no longer than its parent. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ChatTemplateError } from "../../src/errors/chat-template-error.ts";
import { findLibraries } from "../../src/llama/libraries.ts";
import { type TemplateRenderer, templateRenderer } from "../../src/llama/template-renderer.ts";
import { eventually } from "../support/eventually.ts";

const { directory } = findLibraries("cpu");
let renderer: TemplateRenderer;
beforeEach(() => {
  renderer = templateRenderer({ directory, limitMs: 1000 });
});
afterEach(() => renderer.close());

const growing = `{% set ns = namespace(s='${"x".repeat(64)}') %}`;
const spin = "{% for j in range(1000000) %}{% endfor %}";

/** Template → what the error says. */
const hostile: Record<string, [template: string, says: RegExp]> = {
  "an endless loop": [`{% for i in range(1000000) %}${spin}{% endfor %}`, /512 MiB|did not finish/],
  "a slow loop in little memory": [
    `{% for i in range(3000) %}{% for j in range(3000) %}{% for k in range(3000) %}{% endfor %}{% endfor %}{% endfor %}`,
    /did not finish within 1 s/,
  ],
  "a huge range": ["{{ range(1000000000) | length }}", /512 MiB|did not finish/],
  "a text that doubles": [
    `${growing}{% for i in range(60) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ ns.s }}`,
    /512 MiB|did not finish/,
  ],
  "a text of 64 MiB": [
    `${growing}{% for i in range(20) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ ns.s }}`,
    /33554432 characters|512 MiB|did not finish/,
  ],
  "endless recursion": ["{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}", /crashed|failed/],
  "deep nesting": [`{{ ${"(".repeat(200000)}1${")".repeat(200000)} }}`, /crashed|cannot be parsed/],
  "a syntax error": ["{% if %}", /cannot be parsed \(Unexpected token/],
  "an unknown filter": ["{{ messages | nofilter }}", /failed \(.*nofilter/],
  "an include": ["{% include '/etc/passwd' %}", /cannot be parsed/],
};

describe("templateRenderer", () => {
  test("renders as Jinja does", async () => {
    const template = "{% for m in messages %}{{ m.role | upper }}: {{ m.text }}\n{% endfor %}";
    const messages = [
      { role: "a", text: "ein „Käse“ 🙂" },
      { role: "b", text: "2" },
    ];
    expect(await renderer.render(template, { messages })).toBe("A: ein „Käse“ 🙂\nB: 2\n");
  });

  test("answers in the order of asking, whatever the templates", async () => {
    const asked = Array.from({ length: 50 }, (_, n) => renderer.render(`${n % 3}:{{ n }}`, { n }));
    expect(await Promise.all(asked)).toEqual(asked.map((_, n) => `${n % 3}:${n}`));
  });

  test.for(Object.entries(hostile))("survives %s", async ([, [template, says]]) => {
    await renderer.render("warm", {});
    const start = performance.now();
    const outcome = await renderer.render(template, {}).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(ChatTemplateError);
    expect(String(outcome)).toMatch(says);
    expect(performance.now() - start).toBeLessThan(3000);
    expect(await renderer.render("{{ n }}", { n: 1 })).toBe("1");
  });

  test("bounds the very first render too, to 2 s unless told", async () => {
    const unhurried = templateRenderer({ directory });
    const [template] = hostile["a slow loop in little memory"] ?? [""];
    const start = performance.now();
    await expect(unhurried.render(template, {})).rejects.toThrow(/did not finish within 2 s/);
    expect(performance.now() - start).toBeLessThan(5000);
    unhurried.close();
  });

  test("lets a crash fail its own render only", async () => {
    const [crash] = hostile["endless recursion"] ?? [""];
    const asked = ["before", crash, "after"].map((template) => renderer.render(template, {}));
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  test("gives a refusal as the template worded it", async () => {
    const refused = renderer.render("{{ raise_exception('Only\\nuser roles.') }}", {});
    await expect(refused).rejects.toMatchObject({ status: 400, message: "Only\nuser roles." });
  });

  test("shows a template nothing of the engine's own objects", async () => {
    const walk = "{{ m.__proto__ }}{{ m.constructor }}{{ m.__class__ }}";
    expect(await renderer.render(walk, { m: {} })).toBe("");
  });

  test("rejects what waits when it is closed", async () => {
    const waiting = [renderer.render("a", {}), renderer.render("b", {})];
    renderer.close();
    const outcomes = await Promise.allSettled(waiting);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await expect(renderer.render("c", {})).rejects.toThrow(/stopping/);
  });

  test("tells of an addon that cannot be loaded", async () => {
    const lost = templateRenderer({ directory: "/nowhere" });
    await expect(lost.render("a", {})).rejects.toBeInstanceOf(ChatTemplateError);
    lost.close();
  });
});

describe.runIf(process.platform === "linux")("the renderer's process", () => {
  test.for(["idle", "hanging"])("dies with its parent, %s", async (state) => {
    const path = fileURLToPath(new URL("./template-parent.ts", import.meta.url));
    const parent = fork(path, [state], { execArgv: ["--import", "tsx"], stdio: "inherit" });
    await once(parent, "message");
    const [child] = renderersOf(parent.pid ?? 0);
    expect(child).toBeDefined();
    parent.kill("SIGKILL");
    await eventually(() => !isRunning(child ?? 0));
  });
});

function renderersOf(pid: number): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter(
      (each) => statusOf(each)?.parent === pid && commandOf(each).includes("template-process"),
    );
}

function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8");
}

function isRunning(pid: number): boolean {
  const status = statusOf(pid);
  return status !== undefined && status.state !== "Z";
}

function statusOf(pid: number): { state: string; parent: number } | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return { state: fields[0] ?? "", parent: Number(fields[1]) };
  } catch {
    return undefined; // it is gone
  }
}
