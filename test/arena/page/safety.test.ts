import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Stage, stageArena } from "../running-arena.ts";
import { browserPath, launchBrowser, openPage, type Watched } from "./browser.ts";
import { payloads } from "./payloads.ts";

/** Elements and attributes by which a text could do something. */
const findDanger = () => {
  const found: string[] = [];
  for (const element of document.querySelectorAll("#app *")) {
    if (
      /^(script|iframe|object|embed|form|base|meta|link|style|video|audio)$/i.test(element.tagName)
    )
      if (!element.matches("form.composer, form")) found.push(element.outerHTML.slice(0, 100));
    for (const { name, value } of element.attributes) {
      if (name.startsWith("on") || name === "srcdoc") found.push(`${element.tagName} ${name}`);
      if (/^\s*(javascript|data:text|vbscript)/i.test(value)) found.push(`${name}=${value}`);
      if (name === "src" && !/^(data:image|blob:)/.test(value)) found.push(`src=${value}`);
    }
  }
  return found;
};

describe.skipIf(!browserPath)("hostile words in the browser (S15)", () => {
  let browser: Browser;
  let stage: Stage;
  let watched: Watched;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  async function begin(models: Record<string, (prompt: string) => string>, pauseMs = 0) {
    stage = await stageArena({}, { models, pauseMs });
    watched = await openPage(browser, stage.arena.url);
    return watched.page;
  }

  async function end() {
    const danger = await watched.page.evaluate(findDanger);
    await watched.context.close();
    await stage.close();
    expect(danger).toEqual([]);
    expect(watched.troubles).toEqual([]);
  }

  test(`${payloads.length} payloads, as the message and as both models' answers: nothing happens`, async () => {
    const page = await begin({ alpha: (text) => text, beta: (text) => [...text].join("") });
    const box = page.getByRole("textbox", { name: "Message" });
    for (const [i, payload] of payloads.entries()) {
      await box.fill(`${payload}\n`);
      await box.press("Enter");
      if (i === 0) await page.getByRole("button", { name: "Agree" }).click();
      await page.waitForFunction(
        (turns) =>
          document.querySelectorAll(".turn").length === turns &&
          document.querySelectorAll('[data-status="done"]').length === 2 * turns,
        i + 1,
      );
      expect(await page.evaluate(findDanger), payload).toEqual([]);
    }
    await end();
  }, 120_000);

  test("streamed slowly, one piece at a time", async () => {
    const whole = payloads.slice(0, 20).join("\n\n");
    const page = await begin({ alpha: () => whole, beta: () => whole }, 2);
    const box = page.getByRole("textbox", { name: "Message" });
    await box.fill("go");
    await box.press("Enter");
    await page.getByRole("button", { name: "Agree" }).click();
    await page.waitForFunction(
      () => document.querySelectorAll('[data-status="done"]').length === 2,
    );
    await end();
  }, 60_000);

  test("as the name of a model, on every page that shows it", async () => {
    const names = ["<img src=x onerror=alert(1)>", '"><script>alert(1)</script>'];
    const page = await begin(
      Object.fromEntries(names.map((name) => [name, (text: string) => text])),
    );
    const visitor = await stage.visitor();
    await visitor.vote(await visitor.ask("Hello"), "model_a");
    await visitor.vote(await visitor.ask("Hello again"), "model_b");
    for (const path of ["/leaderboard", "/explore", "/chat", "/side-by-side"]) {
      await page.goto(stage.arena.url + path);
      await page
        .getByText("onerror=alert(1)", { exact: false })
        .first()
        .waitFor({ state: "attached" });
      expect(await page.evaluate(findDanger), path).toEqual([]);
    }
    await end();
  }, 60_000);

  test("as an error of the server", async () => {
    const page = await begin({ alpha: (text) => text, beta: (text) => text });
    await page.route("**/api/chats", (route) =>
      route.fulfill({
        status: 500,
        json: {
          error: { message: payloads.join(" "), type: "server_error", param: null, code: null },
        },
      }),
    );
    const box = page.getByRole("textbox", { name: "Message" });
    await box.fill("x");
    await box.press("Enter");
    await page.getByRole("button", { name: "Agree" }).click();
    await page.getByRole("alert").getByText("evil.example", { exact: false }).waitFor();
    await end();
  }, 60_000);
});
