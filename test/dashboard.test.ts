/** The dashboard in a real browser, on answers made here: what it shows of hostile names, of faults, and of nothing. */
import { expect } from "chai";
import type { Page } from "playwright-core";
import { loadChannel } from "../components/channel";
import type { Row } from "../functions/query/answer";
import type { Sources } from "../functions/query/api";
import { QueryFailed } from "../functions/query/ask";
import type { Query } from "../functions/query/question";
import { DashboardServer } from "../lab/services/dashboard/server";
import { freePort } from "../lab/services/testing";
import { Browsing } from "./browser";

const hostile = ["<img src=x onerror=alert(1)>", "\"><script>alert(2)</script>", "=cmd|'/C calc'!A0", "a\u202eb", "javascript:alert(3)", "office"];

/** Two days of hourly readings with one spike; the spike is the anomaly. */
const readings = (parameters: string[]): Row[] => Array.from({ length: 48 }, (_, at) => {
  const value = String(at === 30 ? 99 : 20 + Math.sin(at));
  const second = String(Number(parameters[0]) + at * 3600);
  return { bucket: String(at), readings: "1", low_at: second, low: value, high_at: second, high: value };
});
const rooms = (): Row[] => hostile.map((room) => ({ room, last_at: "2014-01-02 23:00:00.000", last_value: "21.5", first_at: "2014-01-01 00:00:00.000", readings: "48" }));

function answers({ sql, parameters }: Query): Row[] {
  if (sql.includes("AS bucket")) return readings(parameters);
  if (sql.includes("AS anomalies")) return [{ room: "office", anomalies: "1" }];
  if (sql.includes("AS score")) return [{ at: "1388642400", value: "99.0", score: "4.5", threshold: "3.0" }];
  return rooms();
}

describe("the dashboard in a browser", function () {
  let page: Page, server: DashboardServer, address: string;
  let answer: (query: Query) => Row[] = answers;
  let cause = "Error";
  const browsing = new Browsing("the dashboard's page", /status of 50\d/);
  const { troubles } = browsing;

  const sources = (): Sources => ({
    subject: { channel: loadChannel("temperature"), database: "temperatures_db" },
    ask: async (query) => answer(query),
    runs: async () => ({ runs: [{ id: "1", outcome: "failed", started: "2026-01-01T00:00:00Z", seconds: 83, cause, steps: [{ step: "curate", skipped: true, reason: "<b>no</b>" }], rejected: { x: 2 } }], running: false }),
    rejected: async () => ({ reasons: { "<i>it is no JSON</i>": 1234 }, complete: true }),
    windows: () => [[1_388_620_800, 1_388_650_000]],
  });

  before(async function () {
    await browsing.start(this);
    const port = await freePort();
    address = `http://127.0.0.1:${port}/`;
    server = new DashboardServer(port, sources, (line) => troubles.push(line));
    await server.start();
  });
  beforeEach(() => {
    answer = answers;
    ({ page } = browsing);
  });
  after(() => server?.stop());

  const open = async (hash = "") => {
    await page.goto(address + hash);
    await page.waitForFunction(() => !document.body.textContent?.includes("Loading"));
  };

  it("shows every hostile name as the text that it is, and runs none of it", async () => {
    cause = "<script>alert(4)</script>";
    await open();
    const names = await page.locator(".rooms .name").allTextContents();
    expect(names).to.deep.equal(hostile.map((name) => name.replace("\u202e", "\\u{202e}")));
    for (let at = 0; at < hostile.length; at += 1) {
      await page.locator(".rooms button").nth(at).click();
      await page.locator(".plot canvas").waitFor();
      expect(await page.locator("#room-title").textContent()).to.equal(names[at]);
    }
    expect(await page.locator("img, iframe, main script").count()).to.equal(0);
    expect(await page.locator("#runs").textContent()).to.contain("<script>alert(4)</script>").and.to.contain("<b>no</b>");
    expect(await page.locator("#figures").textContent()).to.contain("1,234 × <i>it is no JSON</i>");
  });

  it("draws readings, anomalies and labelled windows, and says in words what it drew", async () => {
    await open("#room=office&range=all");
    expect(await page.locator(".plot").getAttribute("aria-label")).to.match(/^temperature from 2014-01-01 00:00 to 2014-01-02 23:00 UTC, between 19\.0 °C and 99\.0 °C, 1 anomaly, 1 labelled window$/);
    expect(await page.locator(".legend li").allTextContents()).to.deep.equal(["temperature in °C", "anomaly (1)", "labelled: something was wrong"]);
    const drawn = await page.locator(".plot canvas").evaluate((canvas) => {
      const { data } = (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, (canvas as HTMLCanvasElement).width, (canvas as HTMLCanvasElement).height);
      return new Set(Array.from({ length: data.length / 4 }, (_, at) => `${data[at * 4]},${data[at * 4 + 1]},${data[at * 4 + 2]}`)).size;
    });
    expect(drawn).to.be.greaterThan(3);
  });

  it("shows a query that failed as a fault with its words, and no chart in its place", async () => {
    answer = (query) => { if (query.sql.includes("AS bucket")) throw new QueryFailed("Bytes scanned limit was exceeded"); return answers(query); };
    await open("#room=office");
    expect(await page.locator("#chart [role=alert]").textContent()).to.contain("The readings could not be read. Bytes scanned limit was exceeded");
    expect(await page.locator(".plot").count()).to.equal(0);
    answer = answers;
    await page.locator("#chart").getByRole("button", { name: "Try again" }).click();
    await page.locator(".plot canvas").waitFor();
  });

  it("tells that rooms could not be read, and invents no number for them", async () => {
    answer = () => { throw new QueryFailed("COLUMN_NOT_FOUND: x"); };
    await open();
    expect(await page.locator("#rooms [role=alert]").textContent()).to.contain("COLUMN_NOT_FOUND: x");
    expect(await page.locator(".figure p").allTextContents()).to.deep.equal(["could not be read", "could not be read", "could not be read", "1,234", "failed"]);
  });

  it("tells a lake without readings as such", async () => {
    answer = () => { throw new QueryFailed("TABLE_NOT_FOUND: line 1:1: Table 'a' does not exist"); };
    await open();
    expect(await page.locator("#rooms").textContent()).to.equal("No reading has been curated yet: the pipeline makes the table in its first run.");
    expect(await page.locator("[role=alert]").count()).to.equal(0);
  });

  it("can be used by keyboard alone", async () => {
    await open("#room=office&range=all");
    await page.locator(".rooms button").first().focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction((name) => document.getElementById("room-title")?.textContent === name, hostile[0]);
    expect(await page.locator('.rooms button[aria-pressed="true"]').count()).to.equal(1);
    await page.locator("#range button").first().focus();
    await page.keyboard.press("Space");
    await page.locator('#range button[aria-pressed="true"]', { hasText: "1 day" }).waitFor();
    expect(new URL(page.url()).hash).to.contain("range=day");
    expect(await page.evaluate(() => document.activeElement?.textContent)).to.equal("1 day");
  });

  it("has dark colours where the system asks for them, and fits a telephone", async () => {
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 390, height: 800 });
    await open("#room=office");
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).to.equal("rgb(14, 21, 28)");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).to.be.at.most(390);
  });
});
