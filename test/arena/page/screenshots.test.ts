import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Stage } from "../running-arena.ts";
import { browserPath, launchBrowser, openPage, type Screen } from "./browser.ts";
import { stageLivelyArena } from "./lively-arena.ts";

const isForReadme = process.env.FASTCHAT_PICTURES === "1";

/** The README's pictures; they are renewed with FASTCHAT_PICTURES=1. */
describe.skipIf(!browserPath)("pictures of the page", () => {
  const folder = isForReadme
    ? join(import.meta.dirname, "pictures")
    : mkdtempSync(join(tmpdir(), "fastchat-pictures-"));
  let browser: Browser;
  let stage: Stage;
  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    browser = await launchBrowser();
    stage = await stageLivelyArena();
  });
  afterAll(async () => {
    await browser.close();
    await stage.close();
    if (!isForReadme) rmSync(folder, { recursive: true });
  });

  async function picture(
    name: string,
    path: string,
    screen: Screen,
    play: (page: Page) => Promise<void>,
  ): Promise<void> {
    const { page, context, troubles } = await openPage(browser, stage.arena.url + path, screen);
    await play(page);
    await page.evaluate(() => document.fonts.ready);
    const file = join(folder, `${name}.png`);
    const bytes = await page.screenshot({ path: file });
    await context.close();
    expect(troubles).toEqual([]);
    expect(bytes.subarray(1, 4).toString()).toBe("PNG");
    expect(bytes.readUInt32BE(16)).toBe(screen.width);
    expect(statSync(file).size).toBeGreaterThan(15_000);
    expect(statSync(file).size).toBeLessThanOrEqual(200_000);
  }

  async function battle(page: Page): Promise<void> {
    const box = page.getByRole("textbox", { name: "Message" });
    await box.fill("Why is the sky blue, and red at dusk?");
    await box.press("Enter");
    await page.getByRole("button", { name: "Agree" }).click();
    await page.locator(".card").first().waitFor();
    await page.locator('[aria-busy="true"]').first().waitFor({ state: "detached" });
    await page.waitForFunction(() => document.querySelector(".vote:disabled") === null);
  }

  test("a battle that waits for its vote", () =>
    picture("battle", "/", { width: 1440, height: 900 }, battle));

  test("the leaderboard", () =>
    picture("leaderboard", "/leaderboard", { width: 1440, height: 900 }, async (page) => {
      await page.getByRole("table").first().waitFor();
      await page.waitForLoadState("networkidle");
    }));

  test("a battle in the hand, by night", () =>
    picture(
      "battle-phone",
      "/",
      { width: 360, height: 740, dark: true, touch: true },
      async (page) => {
        await battle(page);
        await page.evaluate(() => scrollTo(0, 0));
      },
    ));
});
