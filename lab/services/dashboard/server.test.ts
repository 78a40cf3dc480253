import { expect } from "chai";
import { request } from "node:http";
import { loadChannel } from "../../../components/channel";
import type { Sources } from "../../../functions/query/api";
import { QueryFailed } from "../../../functions/query/ask";
import { freePort } from "../testing";
import { DashboardServer } from "./server";

const sources = (): Sources => ({
  subject: { channel: loadChannel("temperature"), database: "temperatures_db" },
  ask: async () => { throw new QueryFailed("SERVER_BUSY: try later"); },
  runs: async () => ({ runs: [], running: false }), rejected: async () => ({ reasons: {}, complete: true }), windows: () => [],
});

describe("the dashboard's server", () => {
  let port = 0;
  let server: DashboardServer;
  before(async () => {
    port = await freePort();
    server = new DashboardServer(port, sources, () => undefined);
    await server.start();
  });
  after(() => server.stop());

  const ask = (path: string, options: { method?: string; headers?: Record<string, string> } = {}) =>
    new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
      const sent = request({ host: "127.0.0.1", port, path, ...options }, (answer) => {
        let body = "";
        answer.setEncoding("utf8").on("data", (part: string) => (body += part)).on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
      });
      sent.on("error", reject).end();
    });

  it("serves the page with its script and style, all under its rules", async () => {
    for (const [path, type, holds] of [["/", "text/html", "<h1>sensorlake</h1>"], ["/page.js", "text/javascript", "/api/"], ["/page.css", "text/css", ".uplot"], ["/icon.svg", "image/svg+xml", "<svg"],
      ["/pipeline", "text/html", 'id="picture"'], ["/pipeline.js", "text/javascript", "/api/live"], ["/pipeline.css", "text/css", ".box"]] as const) {
      const { status, headers, body } = await ask(path);
      expect([status, String(headers["content-type"]).split(";")[0]], path).to.deep.equal([200, type]);
      expect(headers["content-security-policy"]).to.match(/^default-src 'none'; script-src 'self'/);
      expect(body).to.contain(holds);
    }
  });

  it("takes nothing from another machine's file or server into its page", async () => {
    const { body } = await ask("/");
    expect(body).to.not.match(/https?:|\/\/[a-z]|<script>|style=|\son\w+=/);
  });

  for (const path of ["/../package.json", "/%2e%2e/package.json", "/page.ts", "//etc/passwd", "/api/..%2f..%2fetc/passwd", "/api/rooms/../../package.json", "/constructor", "/api/nothing"]) {
    it(`has nothing at ${path}`, async () => {
      const { status, body } = await ask(path);
      expect([status, body]).to.deep.equal([404, '{"error":"There is nothing here"}']);
    });
  }

  it("answers neither another host nor another page, and changes nothing", async () => {
    expect((await ask("/api/runs", { headers: { host: "evil.example" } })).status).to.equal(403);
    expect((await ask("/api/runs", { headers: { origin: "https://evil.example" } })).status).to.equal(403);
    expect((await ask("/api/runs", { method: "POST" })).status).to.equal(405);
    expect((await ask("/api/runs", { headers: { origin: `http://127.0.0.1:${port}` } })).status).to.equal(200);
  });

  it("tells a query that failed as a fault, never as an empty answer", async () => {
    expect(await ask("/api/rooms")).to.deep.include({ status: 502, body: '{"error":"SERVER_BUSY: try later"}' });
  });
});
