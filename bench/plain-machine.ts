/**
 * Plain machine: the pattern that published pipelines of this kind follow: start the crawler, wait, look, and again while it
 * runs. It does all of the work in every run: crawls, imports, the lake's crawl, then the rest; it decides nothing and tells nobody.
 */
import type { Definition, States, Task } from "../components/state-machine/language";

const task = (resource: string, parameters: object, next?: string): Task => ({
  Type: "Task", Resource: `arn:aws:states:::${resource}`, Parameters: { ...parameters }, TimeoutSeconds: 3600, ResultPath: null, ...(next ? { Next: next } : { End: true as const }),
});

/** Start, wait, look, and again while it runs: whatever crawl it was, and however it ended. */
const crawlLoop = (crawler: string, pollSeconds: number, next?: string): States => ({
  [`Start ${crawler}`]: task("aws-sdk:glue:startCrawler", { Name: crawler }, `Wait ${crawler}`),
  [`Wait ${crawler}`]: { Type: "Wait", Seconds: pollSeconds, Next: `Get ${crawler}` },
  [`Get ${crawler}`]: { ...task("aws-sdk:glue:getCrawler", { Name: crawler }, `Is ${crawler} Running`), ResultPath: "$.crawler" },
  [`Is ${crawler} Running`]: {
    Type: "Choice",
    Choices: [{ Not: { Variable: "$.crawler.Crawler.State", StringEquals: "READY" }, Next: `Wait ${crawler}` }],
    Default: next ?? `Crawled ${crawler}`,
  },
  ...(!next && { [`Crawled ${crawler}`]: { Type: "Succeed" as const } }),
});

const job = (name: string, next?: string): Task => task("glue:startJobRun.sync", { JobName: name }, next);
const alone = (name: string, States: States): Definition => ({ StartAt: name, States });

export function plainMachine(pollSeconds: number, rooms: string[]): Definition {
  const room = { "TrainingJobName.$": "$.name", "TransformJobName.$": "$.name" };
  return {
    StartAt: "Crawl Sources",
    States: {
      "Crawl Sources": { Type: "Parallel", ResultPath: null, Next: "Import", Branches: ["history", "external"].map((name) => alone(`Start ${name}`, crawlLoop(name, pollSeconds))) },
      Import: { Type: "Parallel", ResultPath: null, Next: "Start lake", Branches: ["import_s3", "import_db"].map((name) => alone(name, { [name]: job(name) })) },
      ...crawlLoop("lake", pollSeconds, "curate"),
      curate: job("curate", "Rooms"),
      Rooms: { Type: "Pass", Result: rooms.map((name) => ({ name: `lake-${name}-000000000000` })), ResultPath: "$.rooms", Next: "Each Room" },
      "Each Room": {
        Type: "Map", ItemsPath: "$.rooms", MaxConcurrency: 4, ResultPath: null, Next: "score",
        ItemProcessor: {
          ProcessorConfig: { Mode: "INLINE" }, StartAt: "Train",
          States: { Train: task("sagemaker:createTrainingJob.sync", room, "Model"), Model: task("sagemaker:createModel", room, "Transform"), Transform: task("sagemaker:createTransformJob.sync", room) },
        },
      },
      score: job("score"),
    },
  };
}
