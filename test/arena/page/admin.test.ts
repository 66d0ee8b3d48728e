import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { BoardView, SessionView } from "../../../src/protocol/arena.ts";
import { adminKey, type Stage, stageArena } from "../running-arena.ts";
import { Visitor } from "../visitor.ts";
import { browserPath, launchBrowser, openPage, type Watched } from "./browser.ts";

describe.skipIf(!browserPath)("the admin in the browser", () => {
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

  const stranger = () => new Visitor(stage.arena.url);
  const counted = async () =>
    (await stranger().get<BoardView>("/api/leaderboard")).body.board.counts.battles;

  async function enter(): Promise<Page> {
    watched = await openPage(browser, `${stage.arena.url}/admin`);
    const { page } = watched;
    await page.getByLabel("Admin key").fill("not the key");
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByText("This is not the key.").waitFor();
    await page.getByLabel("Admin key").fill(adminKey);
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByRole("link", { name: "Quarantine" }).waitFor();
    return page;
  }

  test("holds a battle back and releases it; the board follows", async () => {
    stage = await stageArena();
    const visitor = await stage.visitor();
    const chat = await visitor.ask("Hello");
    await visitor.vote(chat, "model_a");
    await visitor.vote(await visitor.ask("Hello again"), "model_b");
    expect(await counted()).toBe(2);
    const page = await enter();
    await page.getByRole("link", { name: "Quarantine" }).click();
    await page.getByPlaceholder("Battle number").fill(chat.id);
    await page.getByRole("button", { name: "Quarantine", exact: true }).click();
    await page.getByText("Its votes do not count.").waitFor();
    expect(await counted()).toBe(1);
    await page.getByRole("button", { name: `Release battle ${chat.id}` }).click();
    await page.getByRole("button", { name: "Release", exact: true }).last().click();
    await page.getByText("Its votes count again.").waitFor();
    expect(await counted()).toBe(2);
  });

  test("takes a model out of battles, and closes a report", async () => {
    const echo = (text: string) => text;
    stage = await stageArena({}, { models: { alpha: echo, beta: echo, gamma: echo } });
    const visitor = await stage.visitor();
    const chat = await visitor.ask("Hello");
    await visitor.post(`/api/chats/${chat.id}/report`, { reason: "harmful", comment: "Look here" });
    const page = await enter();
    await page.getByRole("link", { name: "Models" }).click();
    const outage = page.getByRole("switch", { name: "Outage: gamma" });
    await outage.click(); // it shows what the server has stored, not what was clicked
    await page.locator('[aria-label="Outage: gamma"][aria-checked="true"]').waitFor();
    await expect
      .poll(async () => (await stranger().get<SessionView>("/api/session")).body.models.length)
      .toBe(2);
    await page.getByRole("link", { name: "Reports" }).click();
    await page.getByText("Look here").waitFor();
    await page.getByRole("button", { name: /^Close report/ }).click();
    await page.getByText(/is closed/).waitFor();
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByLabel("Admin key").waitFor();
  });

  test("lets everybody read battles of those who agreed, and no others", async () => {
    stage = await stageArena();
    const [open, secret] = [await stage.visitor(), await stranger().agree(false)];
    await open.vote(await open.ask("For all to read"), "model_a");
    await secret.vote(await secret.ask("Not for others"), "tie");
    watched = await openPage(browser, `${stage.arena.url}/explore`);
    const { page } = watched;
    await page.getByText("For all to read").first().click();
    await page.getByText("You said: For all to read").first().waitFor();
    await page.goBack();
    await page.getByText("For all to read").first().waitFor();
    expect(await page.getByText("Not for others").count()).toBe(0);
  });
});
