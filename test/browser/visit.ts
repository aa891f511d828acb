import { mkdirSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from "playwright-core";
import { CLONE } from "../../cli/start/settings.ts";
import type { Product } from "./product.ts";

const FAILURES = join(CLONE, ".unboxed/test-failures");
/** Milliseconds that anything on the page may take: what takes longer does not work. */
const PATIENCE = 30_000;

/** With real device pixels where `scale` is given: a context's own scale only pretends, and canvases are then drawn wrong. */
export function openBrowser(scale = 1): Promise<Browser> {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
      `--force-device-scale-factor=${scale}`,
    ],
  });
}

export type VisitOptions = BrowserContextOptions & {
  /** Errors on the console that the test provokes. */
  expected?: RegExp;
};

/** One learner's browser. What the page should not do fails the test: errors, and requests that leave the site. */
export class Visit<Site extends { readonly url: string } = Product> {
  readonly product: Site;
  readonly context: BrowserContext;
  readonly page: Page;
  readonly problems: string[] = [];

  constructor(product: Site, context: BrowserContext, page: Page, expected?: RegExp) {
    this.product = product;
    this.context = context;
    this.page = page;
    const report = (problem: string) => {
      if (!expected?.test(problem)) this.problems.push(problem);
    };
    context.on("weberror", (error) => report(`an error on the page: ${error.error().stack ?? error.error().message}`));
    context.on("console", (message) => {
      if (message.type() === "error") report(`an error on the console: ${message.text()} (${message.location().url})`);
    });
    context.on("request", (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol !== "data:" && protocol !== "blob:" && origin !== product.url)
        report(`a request that leaves the site: ${request.url()}`);
    });
  }

  /** Opens a path of the site. */
  async open(path: string): Promise<void> {
    await this.page.goto(new URL(path, this.product.url).href);
  }

  task(id: string): Locator {
    // While React puts a streamed part of the page in its place there may be a hidden copy.
    return this.page.locator(`[data-task="${id}"]`).filter({ visible: true });
  }

  get terminal(): Locator {
    return this.page.getByRole("region", { name: "Terminal" });
  }

  /** Waits until the terminal in front shows text that matches. */
  async terminalShows(text: string | RegExp): Promise<void> {
    await this.terminal.locator(".xterm-accessibility-tree:visible").filter({ hasText: text }).waitFor();
  }

  /** Waits for the first prompt. */
  async prompt(): Promise<void> {
    await this.terminalShows(/#\s*$/);
  }

  /** Types a line into the terminal in front, as a learner does. */
  async type(line: string): Promise<void> {
    await this.terminal.locator(".xterm:visible").click();
    await this.page.keyboard.type(line);
    await this.page.keyboard.press("Enter");
  }

  async isDone(task: string): Promise<void> {
    await this.page.locator(`[data-task="${task}"][data-state="done"]`).filter({ visible: true }).waitFor();
  }

  async screenshot(name: string): Promise<string> {
    mkdirSync(FAILURES, { recursive: true });
    const path = join(FAILURES, `${name.replaceAll(/[^\w]+/g, "-")}.png`);
    await this.page.screenshot({ path });
    return path;
  }
}

/** A test in a browser of its own. Where it fails a screenshot is kept. */
export function visit(
  name: string,
  stage: () => { product: Product; browser: Browser },
  play: (visit: Visit) => Promise<void>,
  { expected, ...options }: VisitOptions = {},
): void {
  test(name, async () => {
    const { product, browser } = stage();
    product.link.restore();
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
    try {
      context.setDefaultTimeout(PATIENCE);
      const visitor = new Visit(product, context, await context.newPage(), expected);
      try {
        await play(visitor);
        if (visitor.problems.length > 0) throw new Error(`The page had problems:\n${visitor.problems.join("\n")}`);
      } catch (error) {
        const shot = await visitor.screenshot(name);
        const also = visitor.problems.length > 0 ? `\nThe page had problems:\n${visitor.problems.join("\n")}` : "";
        throw new Error(`${error instanceof Error ? error.message : error}${also}\nScreenshot: ${shot}`, { cause: error });
      }
    } finally {
      await context.close();
    }
  });
}
