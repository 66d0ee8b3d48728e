/** @file A real Chromium for the tests of the page, where there is one. */
import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

const places = [
  process.env.CHROMIUM_PATH,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** Undefined: the tests of the page are skipped. */
export const browserPath = places.find((path) => path !== undefined && existsSync(path));

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath ?? "",
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
}

/** Everything that should not happen in a page, as it happens. */
export type Watched = {
  page: Page;
  context: BrowserContext;
  /** Errors of scripts, of the console and of the policy, dialogs, and requests to other hosts. */
  troubles: string[];
};

export type Screen = { width?: number; height?: number; dark?: boolean; touch?: boolean };

export async function openPage(
  browser: Browser,
  url: string,
  screen: Screen = {},
): Promise<Watched> {
  const { width = 1440, height = 900, dark = false, touch = false } = screen;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    hasTouch: touch,
    isMobile: touch,
    locale: "en-GB",
    reducedMotion: "reduce",
  });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const troubles: string[] = [];
  watch(page, new URL(url).host, troubles);
  await page.goto(url);
  return { page, context, troubles };
}

function watch(page: Page, host: string, troubles: string[]): void {
  page.on("pageerror", (error) => troubles.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    const text = message.text();
    // Chromium itself says this of every answer that is not 2xx.
    if (message.type() === "error" && !text.startsWith("Failed to load resource"))
      troubles.push(`console: ${text}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.host !== host && !["data:", "blob:"].includes(url.protocol))
      troubles.push(`request: ${request.url()}`);
  });
}
