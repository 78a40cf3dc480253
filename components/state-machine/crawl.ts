/**
 * Crawl: one crawler, started by us, seen to its end. Input `{"crawler": "<name>"}`.
 *
 *   remember its last crawl ─▶ is it free? ─▶ start ─▶ wait ─▶ check ─┬─ a newer crawl SUCCEEDED ─▶ done
 *             ▲                   │ no         │ running already      ├─ a newer crawl, but not so ─▶ fail, with its message
 *             └── wait for the other crawl ◀───┘                      └─ still at it ─▶ wait
 *
 * A crawl counts only when it began after the one remembered before our start. Times are compared with the crawler's
 * own, never with this machine's clock. Someone else's crawl is waited for: it may have begun before our data was there.
 */
import type { Condition, Definition } from "./language";
import { getCrawler, startCrawler } from "./tasks";

export interface CrawlSettings {
  /** Seconds between two looks at the crawler, at least 1. */
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

export function crawl({ pollSeconds, timeoutMinutes }: CrawlSettings): Definition {
  const start = startCrawler("$.crawler", { seconds: callSeconds, failure, to: null, next: "Wait For Crawl" });
  return {
    Comment: "Start a crawler and see its crawl to the end; a crawl that someone else started is waited for first.",
    StartAt: "Remember Last Crawl",
    TimeoutSeconds: timeoutMinutes * 60,
    States: {
      "Remember Last Crawl": getCrawler("$.crawler", { seconds: callSeconds, failure, to: "$.before", next: "Is Crawler Free" }),
      "Is Crawler Free": { Type: "Choice", Choices: [{ ...free("$.before"), Next: "Start Crawler" }], Default: "Wait For Other Crawl" },
      "Wait For Other Crawl": { Type: "Wait", Seconds: pollSeconds, Next: "Remember Last Crawl" },
      "Start Crawler": {
        ...start,
        Catch: [{ ErrorEquals: ["Glue.CrawlerRunningException"], Next: "Wait For Other Crawl", ResultPath: "$.other" }, ...(start.Catch ?? [])],
      },
      "Wait For Crawl": { Type: "Wait", Seconds: pollSeconds, Next: "Check Crawl" },
      "Check Crawl": getCrawler("$.crawler", { seconds: callSeconds, failure, to: "$.now", next: "Has Crawl Ended" }),
      "Has Crawl Ended": {
        Type: "Choice",
        Choices: [
          { And: [...ended, status("SUCCEEDED")], Next: "Crawled" },
          { And: [...ended, { Variable: "$.now.Crawler.LastCrawl.ErrorMessage", IsPresent: true }], Next: "Crawl Failed" },
          { And: ended, Next: "Crawl Cancelled" },
        ],
        Default: "Wait For Crawl",
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
