/**
 * Crawl: one crawler, started by us, seen to its end. Input `{"crawler": "<name>"}`.
 *
 *   remember its last crawl ─▶ start ─▶ wait as long as a crawl takes ─▶ check ─┬─ a newer crawl SUCCEEDED ─▶ done
 *             ▲                  │ running already                       ▲      ├─ a newer crawl, but not so ─▶ fail, with its message
 *             └── wait for the other crawl ◀── it ran when we looked ────┼──────┤
 *                                                                        └ wait ┴─ still at it
 *
 * A crawl counts only when it began after the one remembered before our start, while the crawler was at rest. Times are
 * compared with the crawler's own, never with this machine's clock. Someone else's crawl is waited for: it may have begun
 * before our data was there. The first look comes late, since each costs three transitions.
 */
import type { Condition, Definition } from "./language";
import { getCrawler, startCrawler } from "./tasks";

export interface CrawlSettings {
  /** Seconds until the first look at the crawler: about as long as a crawl takes, at least 1. */
  crawlSeconds: number;
  /** Seconds between two looks after that, and between two starts while it is busy; at least 1. */
  pollSeconds: number;
  /** Minutes until the whole crawl, with waiting for another one, is given up. */
  timeoutMinutes: number;
}

const failure = "Crawl Failure";
/** Seconds for one call to Glue. */
const callSeconds = 60;

const status = (value: string): Condition => ({ Variable: "$.now.Crawler.LastCrawl.Status", StringEquals: value });
const free = (at: string): Condition => ({ Variable: `${at}.Crawler.State`, StringEquals: "READY" });

/** The crawler is at rest, and its last crawl is not the one it had before our start. */
const ended: Condition[] = [
  free("$.now"),
  { Variable: "$.now.Crawler.LastCrawl.StartTime", IsPresent: true },
  {
    Or: [
      { Not: { Variable: "$.before.Crawler.LastCrawl.StartTime", IsPresent: true } },
      { Variable: "$.now.Crawler.LastCrawl.StartTime", TimestampGreaterThanPath: "$.before.Crawler.LastCrawl.StartTime" },
    ],
  },
];

export function crawl({ crawlSeconds, pollSeconds, timeoutMinutes }: CrawlSettings): Definition {
  const start = startCrawler("$.crawler", { seconds: callSeconds, failure, to: null, next: "Wait For Crawl" });
  return {
    Comment: "Start a crawler and see its crawl to the end; a crawl that someone else started is waited for first.",
    StartAt: "Remember Last Crawl",
    TimeoutSeconds: timeoutMinutes * 60,
    States: {
      "Remember Last Crawl": getCrawler("$.crawler", { seconds: callSeconds, failure, to: "$.before", next: "Start Crawler" }),
      "Start Crawler": {
        ...start,
        Catch: [{ ErrorEquals: ["Glue.CrawlerRunningException"], Next: "Wait For Other Crawl", ResultPath: "$.other" }, ...(start.Catch ?? [])],
      },
      "Wait For Other Crawl": { Type: "Wait", Seconds: pollSeconds, Next: "Remember Last Crawl" },
      "Wait For Crawl": { Type: "Wait", Seconds: crawlSeconds, Next: "Check Crawl" },
      "Wait Some More": { Type: "Wait", Seconds: pollSeconds, Next: "Check Crawl" },
      "Check Crawl": getCrawler("$.crawler", { seconds: callSeconds, failure, to: "$.now", next: "Has Crawl Ended" }),
      "Has Crawl Ended": {
        Type: "Choice",
        Choices: [
          // Another crawl ended between our look and our start: which of the two this one is can't be told.
          { And: [...ended, { Not: free("$.before") }], Next: "Wait For Other Crawl" },
          { And: [...ended, status("SUCCEEDED")], Next: "Crawled" },
          { And: [...ended, { Variable: "$.now.Crawler.LastCrawl.ErrorMessage", IsPresent: true }], Next: "Crawl Failed" },
          { And: ended, Next: "Crawl Cancelled" },
        ],
        Default: "Wait Some More",
      },
      Crawled: {
        Type: "Pass", End: true,
        Parameters: { "crawler.$": "$.crawler", "started.$": "$.now.Crawler.LastCrawl.StartTime" },
      },
      "Crawl Failed": { Type: "Fail", Error: "CrawlFailed", CausePath: "$.now.Crawler.LastCrawl.ErrorMessage" },
      "Crawl Cancelled": { Type: "Fail", Error: "CrawlFailed", Cause: "The crawl ended without success and the crawler gave no message." },
      [failure]: { Type: "Fail", ErrorPath: "$.failure.Error", CausePath: "$.failure.Cause" },
    },
  };
}
