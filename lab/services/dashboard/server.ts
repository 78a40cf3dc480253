/** Server: the pages and their API over HTTP on loopback, with the guard in front of both. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type Sources, type Told, told } from "../../../functions/query/api";
import { refusal, rules } from "./guard";
import { type Asset, pageAssets } from "./page";

export class DashboardServer {
  private server: Server | undefined;
  private assets: Promise<Record<string, Asset>> | undefined;

  /**
   * @param sources asked anew for every request, as a deployment may come in between.
   * @param live answers how a machine stands; left out where there is none to look at.
   */
  constructor(private readonly port: number, private readonly sources: () => Sources, private readonly log: (line: string) => void, private readonly live?: (params: URLSearchParams) => Promise<Told>) {}

  async start(): Promise<void> {
    const server = createServer((incoming, outgoing) => void this.answer(incoming, outgoing));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.port, "127.0.0.1", resolve);
    });
    this.server = server;
  }

  async stop(): Promise<void> {
    const server = this.server;
    this.server = undefined;
    if (!server) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  private async answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const refused = refusal(incoming.method, incoming.headers, this.port);
    if (refused) return json(outgoing, refused.status, { error: refused.why });
    try {
      const [path = "/", query = ""] = (incoming.url ?? "/").split("?", 2);
      this.assets ??= pageAssets();
      const assets = await this.assets;
      const asset = Object.hasOwn(assets, path) ? assets[path] : undefined;
      if (asset) return send(outgoing, 200, asset.type, asset.body);
      const params = new URLSearchParams(query);
      const answer = path === "/api/live" && this.live ? await this.live(params) : path.startsWith("/api/") ? await told(path, params, this.sources()) : undefined;
      json(outgoing, answer?.status ?? 404, answer?.body ?? { error: "There is nothing here" });
    } catch (fault) {
      this.log((fault as Error).stack ?? String(fault));
      json(outgoing, 500, { error: (fault as Error).message });
    }
  }
}

const json = (outgoing: ServerResponse, status: number, body: object): void => send(outgoing, status, "application/json; charset=utf-8", Buffer.from(JSON.stringify(body)));

function send(outgoing: ServerResponse, status: number, type: string, body: Buffer): void {
  outgoing.writeHead(status, { ...rules, "content-type": type, "content-length": body.length });
  outgoing.end(outgoing.req.method === "HEAD" ? undefined : body);
}
