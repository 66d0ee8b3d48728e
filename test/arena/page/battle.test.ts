import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { BoardView } from "../../../src/protocol/arena.ts";
import type { ModelApiOptions } from "../model-api.ts";
import { type Stage, stageArena } from "../running-arena.ts";
import { Visitor } from "../visitor.ts";
import { browserPath, launchBrowser, openPage, type Screen, type Watched } from "./browser.ts";

describe.skipIf(!browserPath)("a battle in the browser", () => {
  let browser: Browser;
  let stage: Stage;
  let watched: Watched;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    const { troubles, context } = watched;
    await context.close();
    await stage.close();
    expect(troubles).toEqual([]);
  });

  async function visit(
    path = "/",
    screen: Screen = {},
    models: ModelApiOptions = {},
  ): Promise<Page> {
    stage = await stageArena({}, models);
    watched = await openPage(browser, stage.arena.url + path, screen);
    return watched.page;
  }

  const box = (page: Page) => page.getByRole("textbox", { name: "Message" });
  const agree = (page: Page) => page.getByRole("button", { name: "Agree" }).click();
  const voteButton = (page: Page, name = "Assistant A is better") =>
    page.getByRole("button", { name });
  async function ask(page: Page, text: string): Promise<void> {
    await box(page).fill(text);
    await box(page).press("Enter");
  }
  const untilReady = (page: Page) =>
    page.waitForFunction(
      () =>
        [...document.querySelectorAll(".vote")].length === 4 &&
        [...document.querySelectorAll(".vote")].every(
          (one) => !(one as HTMLButtonElement).disabled,
        ) &&
        document.querySelectorAll('[aria-busy="true"]').length === 0,
    );

  test("first visit → consent → battle → vote → reveal → the board moves", async () => {
    const page = await visit();
    await ask(page, "Hello there");
    await page.getByRole("dialog").waitFor();
    expect(stage.api.asked).toEqual([]);
    await agree(page);
    await untilReady(page);
    expect(await page.locator(".card").allTextContents()).toEqual([
      expect.stringContaining("You said: Hello there"),
      expect.stringContaining("You said: Hello there"),
    ]);
    expect(await page.content()).not.toMatch(/alpha|beta/);
    await voteButton(page).click();
    await page.getByText("Your vote: A is better").waitFor();
    const names = await page.locator(".card h3").allTextContents();
    expect(names.toSorted()).toEqual(["alpha", "beta"]);
    await page.getByRole("link", { name: "Leaderboard" }).click();
    await page.getByText("1 vote", { exact: false }).first().waitFor();
    const board = await new Visitor(stage.arena.url).get<BoardView>("/api/leaderboard");
    expect(board.body.board.counts.battles).toBe(1);
  });

  test("by the keyboard alone", async () => {
    const page = await visit();
    await page
      .getByRole("heading", { name: "Which answer is better?" })
      .or(page.getByText("Which answer is better?"))
      .first()
      .waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("Only keys");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    for (let i = 0; i < 12; i++) {
      if (
        await page
          .getByRole("button", { name: "Agree" })
          .evaluate((it) => it === document.activeElement)
      )
        break;
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    await untilReady(page);
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.keyboard.press("3");
    await page.getByText("Your vote: Tie").waitFor();
    await page.keyboard.press("n");
    await page.getByText("Two models answer without their names").waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  test("on a phone: one card at a time, four large buttons, nothing to scroll sideways", async () => {
    const page = await visit("/", { width: 360, height: 740, touch: true });
    await ask(
      page,
      "A long word: Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrikantentochter",
    );
    await agree(page);
    await untilReady(page);
    expect(await page.locator(".card:visible").count()).toBe(1);
    await page.getByRole("button", { name: "Assistant B", exact: true }).click();
    expect(await page.locator(".card:visible h3").textContent()).toBe("Assistant B");
    for (const vote of await page.locator(".vote").all())
      expect((await vote.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    const overflow = () =>
      page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
    expect(await overflow()).toBe(0);
    for (const path of ["/leaderboard", "/explore", "/chat", "/side-by-side", "/admin"]) {
      await page.goto(stage.arena.url + path);
      await page.waitForLoadState("networkidle");
      expect(await overflow(), path).toBe(0);
    }
  });

  test("goes on after a reload in the middle, and the back button leads back", async () => {
    const page = await visit("/", {}, { pauseMs: 60 });
    await page.getByText("Examples").waitFor();
    await ask(page, "one two three four five six seven eight nine ten eleven twelve");
    await agree(page);
    await page.getByText("You said:").first().waitFor();
    await page.reload();
    await untilReady(page);
    expect(await page.locator(".card").first().textContent()).toContain("eleven twelve");
    await page.goBack();
    await page.getByText("Continue your open battle").click();
    await untilReady(page);
    await voteButton(page, "Both are bad").click();
    await page.getByText("Your vote: Both are bad").waitFor();
  });

  test("in two tabs is one battle: a vote in one is seen in the other", async () => {
    const page = await visit();
    await ask(page, "Hello");
    await agree(page);
    await untilReady(page);
    const other = await watched.context.newPage();
    await other.goto(page.url());
    await untilReady(other);
    await voteButton(page).click();
    await other.getByText("Your vote: A is better").waitFor();
  });

  test("with the API down says so, and begins by itself when it is back", async () => {
    const page = await visit();
    const { port } = stage.api;
    await stage.api.close();
    await new Promise((resolve) => setTimeout(resolve, 2100)); // a list so young is believed
    await page.reload();
    await page.getByText("The models cannot be reached").waitFor();
    const { serveModelApi } = await import("../model-api.ts");
    stage.api = await serveModelApi({ port });
    await page.getByText("Examples").waitFor({ timeout: 15_000 });
  });

  test("with one model failing keeps its text, lets the other go on, and can be retried", async () => {
    const page = await visit();
    await ask(page, "break beta after a few words of the answer");
    await agree(page);
    await page.getByText("This model failed while it answered.").waitFor();
    await page.getByText("after a few words of the answer", { exact: false }).nth(1).waitFor();
    expect(await voteButton(page).isDisabled()).toBe(true);
    await page.getByRole("button", { name: /^Retry/ }).click();
    await page.getByText("This model failed while it answered.").waitFor();
  });

  test("stops with Escape, and says what each side is doing", async () => {
    const page = await visit();
    await ask(page, "hang alpha");
    await agree(page);
    await page.getByText("You said: hang alpha").nth(1).waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("Stopped", { exact: true }).waitFor();
    await untilReady(page);
  });
});
