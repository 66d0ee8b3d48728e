import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Stage, stageArena } from "../running-arena.ts";
import { browserPath, launchBrowser, openPage, type Watched } from "./browser.ts";

describe.skipIf(!browserPath)("the other views in the browser", () => {
  let browser: Browser;
  let stage: Stage;
  let watched: Watched;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    await watched.context.close();
    await stage.close();
    expect(watched.troubles).toEqual([]);
  });

  async function visit(path: string, vision: string[] = []): Promise<Page> {
    const echo = (text: string) => `You said: ${text}`;
    const models = { alpha: echo, beta: echo, gamma: echo };
    stage = await stageArena({}, { models, vision });
    watched = await openPage(browser, stage.arena.url + path);
    return watched.page;
  }

  async function ask(page: Page, text: string, first = true): Promise<void> {
    const box = page.getByRole("textbox", { name: "Message" });
    await box.fill(text);
    await box.press("Enter");
    if (first) await page.getByRole("button", { name: "Agree" }).click();
    await page.getByText(`You said: ${text}`).first().waitFor();
  }

  test("side by side: three models by name, parameters, an opinion that is not rated", async () => {
    const page = await visit("/side-by-side");
    await page.getByRole("button", { name: "Add a model" }).click();
    expect(new URL(page.url()).searchParams.get("models")).toBe("alpha,beta,gamma");
    await page.getByText("Parameters").click();
    await page.getByLabel("Temperature").fill("0.5");
    await page.getByLabel("Temperature").press("Tab");
    await page.getByLabel("System prompt").fill("Be brief.");
    await page.getByLabel("System prompt").press("Tab");
    await ask(page, "Hello");
    expect(await page.locator(".card h3").allTextContents()).toEqual(["alpha", "beta", "gamma"]);
    expect(stage.api.asked[0]).toMatchObject({ temperature: 0.5 });
    expect(stage.api.asked[0]?.messages[0]).toEqual({ role: "system", content: "Be brief." });
    const opinion = page.getByRole("button", { name: "beta", exact: true }).last();
    await opinion.click();
    await page.locator('.opinion-bar [aria-pressed="true"]').getByText("beta").waitFor();
    await page.goto(`${stage.arena.url}/leaderboard`);
    await page.getByText("No votes yet").waitFor();
  });

  test("chat: kept in this browser, gone on with later, exported, deleted", async () => {
    const page = await visit("/chat?model=beta");
    await ask(page, "Remember me");
    expect(stage.api.asked[0]?.model).toBe("beta");
    await page.getByRole("button", { name: "Good answer" }).click();
    await page.locator('[aria-pressed="true"]').waitFor();
    await page.getByRole("button", { name: "New chat" }).click();
    await page.getByText("Conversations in this browser").waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export all" }).click(),
    ]);
    expect(JSON.parse(readFileSync(await download.path(), "utf8"))).toEqual({
      model: "beta",
      messages: [
        { role: "user", content: "Remember me" },
        { role: "assistant", content: "You said: Remember me" },
      ],
    });
    await page.getByText("Remember me").click();
    await ask(page, "And again", false);
    expect(stage.api.asked.at(-1)?.messages).toHaveLength(3);
    await page.getByRole("button", { name: "New chat" }).click();
    await page.getByRole("button", { name: "Delete Remember me" }).click();
    await page.getByText("are kept in this browser, up to 100").waitFor();
  });

  test("a share: made after a warning, read by a stranger, taken back", async () => {
    const page = await visit("/");
    await ask(page, "To be shared");
    await page.getByRole("button", { name: "Share", exact: true }).click();
    await page.getByText("Everybody with the link can read").waitFor();
    await page.getByRole("button", { name: "Make a link" }).click();
    const link = await page.getByLabel("Link", { exact: true }).first().inputValue();
    const stranger = await openPage(browser, link);
    await stranger.page.getByText("You said: To be shared").first().waitFor();
    const [picture] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download as a picture" }).click(),
    ]);
    expect(
      readFileSync(await picture.path())
        .subarray(1, 4)
        .toString(),
    ).toBe("PNG");
    await page.getByRole("button", { name: "Revoke the link" }).click();
    await page.getByText("The link works no longer.").waitFor();
    await stranger.page.reload();
    await stranger.page.getByText("This link works no longer").waitFor();
    expect(stranger.troubles).toEqual([]);
    await stranger.context.close();
  });

  test("a picture: made smaller here, sent to models that can see", async () => {
    const page = await visit("/", ["beta", "gamma"]);
    const png = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    );
    await page
      .locator('input[type="file"]')
      .setInputFiles({ name: "dot.png", mimeType: "image/png", buffer: png });
    await page.getByRole("img", { name: "Picture 1 of your message" }).waitFor();
    const box = page.getByRole("textbox", { name: "Message" });
    await box.fill("What is this?");
    await box.press("Enter");
    await page.getByRole("button", { name: "Agree" }).click();
    await page.locator('[data-status="done"]').nth(1).waitFor();
    expect(stage.api.asked.map(({ model }) => model).toSorted()).toEqual(["beta", "gamma"]);
    expect(JSON.stringify(stage.api.asked[0]?.messages)).toContain("data:image/jpeg;base64,");
  });

  test("who does not agree sends nothing, and keeps what was written", async () => {
    const page = await visit("/");
    const box = page.getByRole("textbox", { name: "Message" });
    await box.fill("Not yet");
    await box.press("Enter");
    await page.getByRole("button", { name: "Not now" }).click();
    expect(await box.inputValue()).toBe("Not yet");
    expect(stage.api.asked).toEqual([]);
    await page.getByRole("button", { name: "Terms and my data" }).click();
    await page.getByRole("button", { name: "Delete my data" }).click();
    await page.getByRole("button", { name: "Delete for good" }).click();
    await page.getByText("Your data is deleted.").waitFor();
  });

  test("German, and dark, chosen once and kept", async () => {
    const page = await visit("/");
    await page.locator(".rail-foot select").nth(1).selectOption("de");
    await page.getByRole("link", { name: "Rangliste" }).waitFor();
    await page.locator(".rail-foot select").first().selectOption("dark");
    await page.reload();
    await page.getByRole("link", { name: "Rangliste" }).waitFor();
    expect(
      await page.evaluate(() => [
        document.documentElement.lang,
        document.documentElement.dataset.theme,
      ]),
    ).toEqual(["de", "dark"]);
  });

  test("FastChat's own addresses lead where they did", async () => {
    const page = await visit("/?direct&model=gamma");
    await page.getByRole("combobox", { name: "Model" }).waitFor();
    expect(page.url()).toBe(`${stage.arena.url}/chat?model=gamma`);
    await page.goto(`${stage.arena.url}/?leaderboard`);
    await page.getByRole("heading", { name: "Leaderboard" }).waitFor();
  });
});
