/** Fault F44: Athena fails, takes too long or takes no more queries, on the lab's Athena, the dashboard and the command line. */
import { expect } from "chai";
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { ApiFault } from "../../lab/gateway/service";
import { QueryFault } from "../../lab/services/athena/faults";
import { AskedLake } from "./asked/lake";
import { fault } from "./harness/fault";
import { mostAsked as most } from "./harness/list";

const span = "room=office&from=2014-04-01T00:00:00Z&to=2014-04-02T00:00:00Z";
/** What the page asks for, and a word that its statement has and no other. */
const questions = [["/api/rooms", "max_by"], ["/api/series?" + span, "bucket"], ["/api/anomalies?" + span, "ORDER BY score"]] as const;
const calls = ["StartQueryExecution", "GetQueryExecution", "GetQueryResults"];
const codes = ["HIVE_CANNOT_OPEN_SPLIT", "GENERIC_INTERNAL_ERROR", "EXCEEDED_LOCAL_MEMORY_LIMIT"];
const busy = (): ApiFault => new ApiFault("TooManyRequestsException", "You have exceeded the limit for the number of queries you can run concurrently.");

describe("Athena in trouble", function () {
  this.timeout(120_000);
  let lake: AskedLake;
  let browser: Browser | undefined;
  before(async () => {
    lake = await AskedLake.made();
    const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));
    if (executablePath) browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    else console.log("    no browser is installed: what the page shows of Athena in trouble is not tested");
  });
  afterEach(() => lake.calm());
  after(async () => {
    await browser?.close();
    await lake.stop();
  });

  /** Whether the page draws or counts anything while its readings can't be had. */
  async function pageTells(words: RegExp): Promise<void> {
    if (!browser) return;
    const page = await browser.newPage();
    await page.goto(`${lake.address}#room=office&range=all`);
    await page.waitForFunction(() => !document.body.textContent?.includes("Loading"));
    expect(await page.locator("[role=alert]").first().textContent()).to.match(words);
    expect(await page.locator(".plot").count(), "charts").to.equal(0);
    expect((await page.locator(".figure p").allTextContents()).slice(0, 3)).to.not.include("0");
    lake.calm();
    await page.getByRole("button", { name: "Try again" }).first().click();
    await page.locator(".plot canvas").waitFor();
    await page.close();
  }

  fault("F44", async ({ one, between }) => {
    const [path, word] = one(questions);
    const call = one(calls);
    const [code, times] = [one(codes), between(1, most - 1)];
    const sound = await lake.get(path);
    expect(sound.status, JSON.stringify(sound.body)).to.equal(200);
    let met = 0;
    const failing = (first: number, retryable: boolean) => (sql: string): void => {
      if (sql.includes(word) && (met += 1) <= first) throw new QueryFault(code, "the split is gone", "FAILED", retryable);
    };
    /** Ask with this trouble; answers how often it was met, too. */
    const asked = async (trouble: AskedLake["athena"]["trouble"]) => {
      met = 0;
      lake.calm();
      Object.assign(lake.athena.trouble, trouble);
      return { ...(await lake.get(path)), met };
    };
    const refusing = (first: number) => (action: string): ApiFault | undefined => (action === call && (met += 1) <= first ? busy() : undefined);

    expect(await asked({ meet: failing(Infinity, false) }), "a failure").to.deep.equal({ status: 502, body: { error: `${code}: the split is gone` }, met: 1 });
    await pageTells(/could not be read\. \w+: the split is gone/);
    expect(await asked({ meet: failing(times, true) }), "a failure that passes").to.deep.equal({ ...sound, met: times + 1 });
    expect(await asked({ meet: failing(Infinity, true) }), "a failure that stays").to.deep.equal({ status: 502, body: { error: `${code}: the split is gone` }, met: most });

    const passed = await asked({ refuse: refusing(times) });
    expect({ status: passed.status, body: passed.body }, "Athena is busy for a while").to.deep.equal(sound);
    const refused = await asked({ refuse: refusing(Infinity) });
    expect([refused.status, refused.body], "Athena is busy").to.deep.equal([503, { error: `Athena is too busy to answer: ${busy().message}` }]);
    expect(refused.met, "calls").to.be.at.least(most).and.at.most(2 * most);
    await pageTells(/Athena is too busy to answer/);

    const endless = (sql: string, stopped: AbortSignal): Promise<void> | undefined =>
      sql.includes(word) ? new Promise((resolve) => stopped.addEventListener("abort", () => resolve(), { once: true })) : undefined;
    const late = await asked({ meet: endless });
    expect([late.status, late.body], "no end").to.deep.equal([504, { error: "The query took longer than 2 s and was stopped" }]);
    expect(await lake.states(4), "what is left").to.include("CANCELLED").and.not.include("RUNNING");
    expect(await asked({ meet: endless, longestMs: 50 }), "Athena's own limit").to.deep.equal({ status: 502, body: { error: "Query timeout" }, met: 0 });

    lake.calm();
    lake.athena.trouble.meet = () => { throw new QueryFault(code, "the split is gone"); };
    expect(await lake.query("SELECT count(*) FROM temperatures")).to.deep.equal({ code: 1, out: "", said: `${code}: the split is gone\n` });
    lake.calm();
    expect((await lake.query("SELECT count(*) AS n FROM temperatures")).out).to.contain("600");
  });
});
