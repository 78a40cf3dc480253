/**
 * Glue crawlers: READY ─StartCrawler─▶ RUNNING ─▶ STOPPING ─▶ READY, with a LastCrawl that tells the truth.
 *
 * A crawl that the end of the lab cut off is FAILED when it comes back. What crawlers do stands in run.ts.
 */
import { randomUUID } from "node:crypto";
import { ApiFault, jsonHandler, type Json, type JsonActions, type Service } from "../../gateway/service";
import type { Lab } from "../../lab";
import type { Store } from "../../store";
import { paged } from "../glue-catalog/answers";
import type { LogsService } from "../logs/service";
import { Cancelled, crawlOf } from "./crawl";
import { defined, history, logGroup, shown, withCrawl, type Crawl, type Crawler, type State } from "./crawler";
import { run } from "./run";

const now = (): number => Date.now() / 1000;

interface Running {
  state: State;
  stopped: boolean;
  done: Promise<void>;
}

export class GlueCrawlersService implements Service {
  readonly names = ["glue"];
  private readonly crawlers: Store<Crawler>;
  private readonly running = new Map<string, Running>();

  private readonly calls: JsonActions = {
    CreateCrawler: (input) => {
      const { Name } = input;
      if (typeof Name !== "string" || !/^.{1,255}$/.test(Name)) throw new ApiFault("InvalidInputException", "Name must have 1 to 255 characters.");
      if (this.crawlers.has(Name)) throw new ApiFault("AlreadyExistsException", `${Name} already exists.`);
      this.crawlers.put(Name, { definition: defined(input), created: now(), updated: now(), version: 1, crawls: [] });
    },
    UpdateCrawler: (input) => {
      const was = this.idle(input.Name);
      this.crawlers.put(input.Name, { ...was, definition: defined(input, was.definition), updated: now(), version: was.version + 1 });
    },
    DeleteCrawler: ({ Name }) => {
      this.idle(Name);
      this.crawlers.delete(Name);
    },
    GetCrawler: ({ Name }) => ({ Crawler: this.shown(Name) }),
    GetCrawlers: (input) => paged("Crawlers", this.crawlers.entries().map(([name]) => this.shown(name)), input),
    BatchGetCrawlers: ({ CrawlerNames }) => {
      const there = (CrawlerNames as string[]).filter((name) => this.crawlers.has(name));
      return { Crawlers: there.map((name) => this.shown(name)), CrawlersNotFound: (CrawlerNames as string[]).filter((name) => !there.includes(name)) };
    },
    ListCrawlers: (input) => paged("CrawlerNames", this.crawlers.entries().map(([name]) => name), input),
    ListCrawls: (input) => paged("Crawls", [...this.found(input.CrawlerName).crawls].reverse().map(history), input),
    StartCrawler: ({ Name }) => this.begin(Name, this.found(Name)),
    StopCrawler: ({ Name }) => {
      this.found(Name);
      const one = this.running.get(Name);
      if (!one) throw new ApiFault("CrawlerNotRunningException", `Crawler with name ${Name} isn't running`);
      if (one.stopped) throw new ApiFault("CrawlerStoppingException", `Crawler with name ${Name} is already stopping`);
      one.stopped = true;
      one.state = "STOPPING";
    },
  };

  readonly actions = new Set(Object.keys(this.calls));
  readonly handle = jsonHandler("glue", this.calls);

  constructor(private readonly lab: Lab, private readonly logs: LogsService) {
    this.crawlers = lab.store<Crawler>("glue-crawlers");
    for (const [name, crawler] of this.crawlers.entries()) {
      const cut = crawler.crawls.find(({ status }) => status === "RUNNING");
      if (cut) this.crawlers.put(name, withCrawl(crawler, { ...cut, status: "FAILED", ended: now(), error: "The lab ended while it ran; start it again." }));
    }
  }

  /** Those at work are stopped and told of as cancelled. */
  async stop(): Promise<void> {
    for (const one of this.running.values()) one.stopped = true;
    await Promise.all([...this.running.values()].map(({ done }) => done));
  }

  private begin(name: string, crawler: Crawler): void {
    if (this.running.has(name)) throw new ApiFault("CrawlerRunningException", `Crawler with name ${name} has already started`);
    const crawl: Crawl = { id: randomUUID(), started: now(), status: "RUNNING", logStream: name };
    const one: Running = { state: "RUNNING", stopped: false, done: Promise.resolve() };
    this.running.set(name, one);
    this.crawlers.put(name, withCrawl(crawler, crawl));
    one.done = this.crawled(name, crawler.definition, crawl, one);
  }

  private async crawled(name: string, definition: Json, crawl: Crawl, one: Running): Promise<void> {
    const log = (line: string) => this.logs.write(logGroup, name, `[${crawl.id}] ${line}`);
    const goesOn = () => {
      if (one.stopped) throw new Cancelled();
    };
    const ended = (status: Crawl["status"], error?: string): Crawl => ({ ...crawl, status, ended: now(), ...(error === undefined ? {} : { error }) });
    let outcome: Crawl;
    try {
      log("started");
      await run(crawlOf(this.lab, name, definition, log, goesOn), () => (one.state = "STOPPING"));
      outcome = ended("SUCCEEDED");
    } catch (fault) {
      outcome = fault instanceof Cancelled ? ended("CANCELLED") : ended("FAILED", (fault as Error).message || String(fault));
    }
    log(`${outcome.status}${outcome.error === undefined ? "" : `: ${outcome.error}`}`);
    this.lab.log("glue-crawlers", `${name} ${outcome.status} in ${Math.round((now() - crawl.started) * 1000)} ms${outcome.error === undefined ? "" : `: ${outcome.error}`}`);
    const crawler = this.crawlers.get(name);
    if (crawler) this.crawlers.put(name, withCrawl(crawler, outcome));
    this.running.delete(name);
  }

  private shown(name: string): Json {
    return shown(name, this.found(name), this.running.get(name)?.state ?? "READY");
  }

  private idle(name: string): Crawler {
    const crawler = this.found(name);
    if (this.running.has(name)) throw new ApiFault("CrawlerRunningException", `Crawler with name ${name} is running`);
    return crawler;
  }

  private found(name: string): Crawler {
    const crawler = this.crawlers.get(name);
    if (!crawler) throw new ApiFault("EntityNotFoundException", `Crawler entry with name ${name} does not exist`);
    return crawler;
  }
}
