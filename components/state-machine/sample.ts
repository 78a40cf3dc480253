/** Sample: the machines with names that stand for themselves, for tests and for the drawings in the docs. */
import { crawl, type CrawlSettings } from "./crawl";
import type { PipelineParts } from "./parts";
import { pipeline } from "./pipeline";
import type { Around } from "./soundness";
import { train, type TrainSettings } from "./train";

const fn = (name: string): string => `arn:aws:lambda:eu-central-1:123456789012:function:${name}`;
const machine = (name: string): string => `arn:aws:states:eu-central-1:123456789012:stateMachine:${name}`;

export const sampleParts: PipelineParts = {
  decide: fn("decide"), publish: fn("publish"),
  crawlMachine: machine("crawl"), trainMachine: machine("train"),
  history: { crawler: "history", job: "import_s3" },
  external: { crawler: "external", job: "import_db" },
  lakeCrawler: "lake", curateJob: "curate", scoreJob: "score", lakeBucket: "lake", turnSeconds: 30, roomsAtOnce: 4,
  limits: { crawlMinutes: 60, jobMinutes: 60, roomMinutes: 120, runMinutes: 360 },
};

export const sampleCrawl: CrawlSettings = { crawlSeconds: 60, pollSeconds: 5, timeoutMinutes: 60 };

export const sampleTrain: TrainSettings = {
  roleArn: "arn:aws:iam::123456789012:role/train", image: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/randomcutforest:1",
  hyperparameters: { feature_dim: "24", num_trees: "100", num_samples_per_tree: "256" },
  bucket: "lake",
  prefixes: { training: "training/temperature/", models: "models/temperature/", scores: "scores/temperature/" },
  contentTypes: { training: "text/csv;label_size=0", transform: "text/csv", scores: "application/jsonlines" },
  training: { instanceType: "ml.m5.large", instanceCount: 1, volumeGigabytes: 10, maxRuntimeSeconds: 3600 },
  transform: { instanceType: "ml.m5.large", instanceCount: 1 },
};

export const sampleMachines = {
  pipeline: pipeline(sampleParts),
  "pipeline without sources": pipeline({ ...sampleParts, history: undefined, external: undefined }),
  "pipeline without database": pipeline({ ...sampleParts, external: undefined }),
  crawl: crawl(sampleCrawl),
  train: train(sampleTrain),
};

/** Inputs of all of them, and the most rooms that a setting allows inline. */
export const sampleAround: Around = { given: ["crawler", "room", "folder", "name"], mostItems: 200 };
