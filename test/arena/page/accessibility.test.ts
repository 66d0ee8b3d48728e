import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { adminKey, type Stage, stageArena } from "../running-arena.ts";
import { browserPath, launchBrowser, openPage, type Watched } from "./browser.ts";
import { stageLivelyArena } from "./lively-arena.ts";

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Each state is looked at twice: on a desk by day, in the hand by night. */
const looks = [
  { name: "wide, light", width: 1440, height: 900, colorScheme: "light" },
  { name: "narrow, dark", width: 360, height: 740, colorScheme: "dark" },
] as const;

describe.skipIf(!browserPath)("what axe finds in the page", () => {
  let browser: Browser;
  let stage: Stage;
  /** Nobody has voted there. */
  let quiet: Stage;
  let watched: Watched;
  let found: string[];
  beforeAll(async () => {
    browser = await launchBrowser();
    stage = await stageLivelyArena(300);
    quiet = await stageArena();
  });
  beforeEach(async () => {
    found = [];
    watched = await openPage(browser, `${stage.arena.url}/`);
  });
  afterEach(async () => {
    await watched.context.close();
    expect(found).toEqual([]);
    expect(watched.troubles).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await stage.close();
    await quiet.close();
  });

  async function check(state: string): Promise<void> {
    const { page } = watched;
    for (const { name, width, height, colorScheme } of looks) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height });
      await page.waitForTimeout(50); // charts are drawn anew for their width
      // As high as all of it: what the bar at the bottom covers can be scrolled to.
      const whole = await page.evaluate(() => document.documentElement.scrollHeight);
      await page.setViewportSize({ width, height: Math.max(height, whole) });
      for (const violation of await violations(page)) found.push(`${state}, ${name}: ${violation}`);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  }

  async function visit(path: string): Promise<Page> {
    await watched.page.goto(stage.arena.url + path);
    return watched.page;
  }

  async function ask(page: Page, text: string): Promise<void> {
    const box = page.getByRole("textbox", { name: "Message" });
    await box.fill(text);
    await box.press("Enter");
  }

  const agree = (page: Page) => page.getByRole("button", { name: "Agree" }).click();

  async function untilAnswered(page: Page): Promise<void> {
    await page.locator(".card").first().waitFor();
    await page.locator('[aria-busy="true"]').first().waitFor({ state: "detached" });
  }

  test("battle: begin, terms, answered, voted, and its dialogs", async () => {
    const page = await visit("/");
    await page.getByText("Examples").waitFor();
    await check("battle begins");
    await ask(page, "Why is the sky blue?");
    await page.getByRole("dialog").waitFor();
    await check("terms");
    await agree(page);
    await untilAnswered(page);
    await check("battle answered");
    await page.getByRole("button", { name: "Assistant A is better" }).click();
    await page.getByText("Your vote: A is better").waitFor();
    await check("battle voted");
    for (const name of ["Share", "Report"]) {
      await page.getByRole("button", { name }).click();
      await page.getByRole("dialog").waitFor();
      await check(`${name} dialog`);
      await page.keyboard.press("Escape");
    }
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await check("keys");
  });

  test("a new arena: an answering, a stopped, a failed battle, and empty lists", async () => {
    await watched.context.close();
    watched = await openPage(browser, quiet.arena.url);
    const { page } = watched;
    await ask(page, "hang alpha");
    await agree(page);
    await page.getByText("You said: hang alpha").nth(1).waitFor();
    await check("battle answering");
    await page.keyboard.press("Escape");
    await page.getByText("Stopped", { exact: true }).waitFor();
    await check("battle stopped");
    await page.goto(quiet.arena.url);
    await page.getByText("Continue your open battle").waitFor();
    await check("battle left open");
    await ask(page, "fail alpha");
    await page.getByText(/This model/).waitFor();
    await check("battle failed");
    await page.goto(`${quiet.arena.url}/leaderboard`);
    await untilLoaded(page);
    await check("empty leaderboard");
    await page.goto(`${quiet.arena.url}/explore`);
    await untilLoaded(page);
    await check("empty explorer");
  });

  test("side by side and chat", async () => {
    for (const path of ["/side-by-side", "/chat"]) {
      const page = await visit(path);
      await page.getByRole("combobox").first().waitFor();
      await check(`${path} begins`);
      await ask(page, "Why is the sky blue?");
      if (path === "/side-by-side") await agree(page);
      await untilAnswered(page);
      await check(`${path} answered`);
    }
    const page = await visit("/chat");
    await page.getByRole("button", { name: "Export all" }).waitFor();
    await check("/chat with what was kept");
  });

  test("leaderboard with its charts", async () => {
    const page = await visit("/leaderboard");
    await page.getByRole("table").first().waitFor();
    await check("leaderboard");
    await page.locator("#charts-title").scrollIntoViewIfNeeded();
    await page.locator(".chart svg").first().waitFor();
    await check("charts");
    for (const table of await page.locator(".chart summary").all()) await table.click();
    await check("charts as tables");
  });

  test("explorer, shared conversation, nothing there", async () => {
    const page = await visit("/explore");
    await page.locator('a[href^="/explore/"]').first().waitFor();
    await check("explorer");
    await page.locator('a[href^="/explore/"]').first().click();
    await page.locator(".past-answer").first().waitFor();
    await check("one battle");
    await visit(await sharedBattle());
    await page.getByRole("heading", { level: 1 }).waitFor();
    await untilLoaded(page);
    await check("shared conversation");
    await visit("/explore/none");
    await untilLoaded(page);
    await check("nothing there");
  });

  test("admin: the way in, and every tab", async () => {
    await reportedBattle();
    const page = await visit("/admin");
    await page.getByLabel(/key/i).fill("wrong");
    await page.keyboard.press("Enter");
    await page
      .getByText(/wrong|not the key/i)
      .first()
      .waitFor();
    await check("admin login");
    await page.getByLabel(/key/i).fill(adminKey);
    await page.keyboard.press("Enter");
    await page.locator(".admin-tabs").waitFor();
    for (const tab of ["activity", "quarantine", "reports", "models", "export"]) {
      await visit(`/admin?tab=${tab}`);
      await page.locator(".admin-tabs").waitFor();
      await untilLoaded(page);
      await check(`admin ${tab}`);
    }
    await page.setViewportSize({ width: 360, height: 740 });
    for (const language of ["de", "en"]) {
      await page.locator(".rail-foot select").nth(1).selectOption(language, { force: true });
      await page.locator(`html[lang="${language}"]`).waitFor();
      expect(await cutNames(page)).toEqual([]);
    }
  });

  async function sharedBattle(): Promise<string> {
    const visitor = await stage.visitor();
    const chat = await visitor.ask("Why is the sky blue?");
    await visitor.vote(chat, "model_a");
    const { body } = await visitor.post<{ id: string }>(`/api/chats/${chat.id}/share`);
    return `/s/${body.id}`;
  }

  async function reportedBattle(): Promise<void> {
    const visitor = await stage.visitor();
    const { id } = await visitor.ask("Why is the sky blue?");
    await visitor.post(`/api/chats/${id}/report`, { reason: "wrong", comment: "It is not." });
  }
});

const untilLoaded = (page: Page) => page.waitForLoadState("networkidle");

/** Of the bar at the bottom, with all its views. */
const cutNames = (page: Page) =>
  page
    .locator(".rail-short")
    .evaluateAll((names) =>
      names.filter((it) => it.scrollWidth > it.clientWidth).map((it) => it.textContent),
    );

/** As `rule: element`. */
async function violations(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  return page.evaluate(async (values) => {
    const { axe } = window as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run(document, { runOnly: { type: "tag", values } });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, any }) => `${id}: ${target.join(" ")} ${any[0]?.message ?? ""}`),
    );
  }, tags);
}
