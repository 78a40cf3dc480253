/** Browser: a page in a real browser, anew for each test; a test also fails on what goes wrong in the page without a word. */
import { expect } from "chai";
import { existsSync } from "node:fs";
import type { Context } from "mocha";
import { type Browser, chromium, type Page } from "playwright-core";

const browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export class Browsing {
  /** Faults, dialogs and errors of the page, and what its server complained of. */
  readonly troubles: string[] = [];
  private browser: Browser | undefined;
  private open: Page | undefined;

  get page(): Page {
    return this.open!;
  }

  /** Declare hooks in the suite around. @param expected answers of the server that a test brings about */
  constructor(private readonly what: string, expected: RegExp) {
    beforeEach(async () => {
      this.troubles.length = 0;
      this.open = await this.browser!.newPage();
      this.page.on("dialog", (dialog) => { this.troubles.push(`dialog: ${dialog.message()}`); void dialog.dismiss(); });
      this.page.on("pageerror", (fault) => this.troubles.push(fault.message));
      this.page.on("console", (message) => { if (message.type() === "error" && !expected.test(message.text())) this.troubles.push(message.text()); });
    });
    afterEach(async () => {
      await this.open?.close();
      expect(this.troubles).to.deep.equal([]);
    });
    after(() => this.browser?.close());
  }

  /** Start the browser; where none is installed the suite is skipped, and says so. */
  async start(suite: Context): Promise<void> {
    const executablePath = browsers.find((path) => existsSync(path));
    if (!executablePath) {
      console.log(`    no browser is installed (chromium, chromium-browser or google-chrome): ${this.what} is not tested`);
      suite.skip();
    }
    this.browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  }
}
