import aslValidator from "asl-validator";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { crawl } from "./crawl";
import { page, redrawn } from "./docs";
import { mermaid } from "./drawing";
import { type Definition, scopes, type State, type Task } from "./language";
import { pipeline } from "./pipeline";
import { sampleCrawl, sampleParts, sampleTrain } from "./sample";
import { soundnessFaults } from "./soundness";
import { train } from "./train";

const machines: [string, Definition][] = [
  ["pipeline", pipeline(sampleParts)],
  ["pipeline without sources", pipeline({ ...sampleParts, history: undefined, external: undefined, watermark: undefined })],
  ["pipeline without database", pipeline({ ...sampleParts, external: undefined, watermark: undefined })],
  ["crawl", crawl(sampleCrawl)],
  ["train", train(sampleTrain)],
];

const states = (definition: Definition): Map<string, State> => new Map(scopes(definition).flatMap((scope) => Object.entries(scope.States)));
const task = (definition: Definition, name: string): Task => states(definition).get(name) as Task;

describe("state machines", () => {
  for (const [name, definition] of machines) {
    it(`${name}: follows the grammar of the States Language`, () => {
      // The validator writes into what it checks.
      const { isValid, errorsText } = aslValidator(structuredClone(definition), { checkPaths: true, checkArn: true });
      expect(isValid, errorsText("\n")).to.equal(true);
    });

    it(`${name}: is sound`, () => {
      expect(soundnessFaults(definition)).to.deep.equal([]);
    });
  }

  it("leaves out what the stack does not have, instead of skipping it", () => {
    const names = [...states(pipeline({ ...sampleParts, external: undefined, watermark: undefined })).keys()];
    expect(names.filter((name) => /External|Database|Watermark/.test(name))).to.deep.equal([]);
    expect(names).to.include.members(["Start HISTORY_DATA Crawler", "Import S3 Data"]);
  });

  it("keeps the results of the imports where the field expects them", () => {
    expect(states(pipeline(sampleParts)).get("Import")).to.include({ Type: "Parallel", ResultPath: "$.ParallelExecutionOutput" });
  });

  it("waits for a crawl that someone else started, instead of taking it for its own", () => {
    const [first] = task(crawl(sampleCrawl), "Start Crawler").Catch ?? [];
    expect(first).to.deep.include({ ErrorEquals: ["Glue.CrawlerRunningException"], Next: "Wait For Other Crawl" });
  });

  it("gives SageMaker what Random Cut Forest takes", () => {
    const { Parameters = {} } = task(train(sampleTrain), "Train Room");
    expect(Parameters.HyperParameters).to.deep.equal({ feature_dim: "24", num_trees: "100", num_samples_per_tree: "256" });
    expect((Parameters.InputDataConfig as object[])[0]).to.deep.include({ ChannelName: "train", ContentType: "text/csv;label_size=0" });
    expect(JSON.stringify(Parameters)).to.contain('"S3DataDistributionType":"ShardedByS3Key"')
      .and.to.contain("States.Format('s3://lake/training/temperature/{}/', $.folder)");
  });

  it("is drawn with every state, its failures dotted", () => {
    const drawing = mermaid(crawl(sampleCrawl));
    for (const name of states(crawl(sampleCrawl)).keys()) expect(drawing).to.contain(`"${name}"`);
    expect(drawing).to.match(/^flowchart TD\n/).and.to.contain("-.->|Glue.CrawlerRunningException|");
  });
});

describe("the page on EtlOrchestrator", () => {
  it("shows the machines as they are; else run npx tsx components/state-machine/docs.ts", () => {
    const text = readFileSync(page, "utf8");
    expect(text).to.equal(redrawn(text));
  });
});

describe("soundness", () => {
  const changed = (change: (definition: Definition) => void): string => {
    const copy = structuredClone(crawl(sampleCrawl));
    change(copy);
    return soundnessFaults(copy).join("\n");
  };
  const start = (definition: Definition): Task => definition.States["Start Crawler"] as Task;

  it("finds a state that is not there, and one that nothing leads to", () => {
    expect(changed((each) => { start(each).Next = "Nowhere"; })).to.contain('"Start Crawler" leads to "Nowhere", which is not there').and.to.contain('nothing leads to "Wait For Crawl"');
  });

  it("finds a Task without Retry, TimeoutSeconds or Catch", () => {
    const faults = changed((each) => { delete start(each).Retry; delete start(each).TimeoutSeconds; start(each).Catch = []; });
    for (const what of ["Retry", "TimeoutSeconds", "Catch of States.ALL"]) expect(faults).to.contain(`task "Start Crawler" has no ${what}`);
  });

  it("finds a failure that ends well", () => {
    expect(changed((each) => { (each.States["Crawl Failure"] as unknown) = { Type: "Succeed" }; })).to.contain('a failure of "Start Crawler" can end well, in "Crawl Failure"');
  });

  it("finds a loop that does not wait, and one that fills the history", () => {
    expect(changed((each) => { (each.States["Wait For Crawl"] as unknown) = { Type: "Pass", Next: "Check Crawl" }; })).to.contain("does not wait");
    expect(changed((each) => { each.TimeoutSeconds = 24 * 3600; })).to.match(/can fill the history: \d+ events of 25000/);
  });

  it("finds a Map whose items fill the history", () => {
    const definition = pipeline(sampleParts);
    const map = definition.States["Train and Score"];
    if (map?.Type === "Map") for (const state of Object.values(map.ItemProcessor.States)) if (state.Type === "Task") for (const retrier of state.Retry ?? []) retrier.MaxAttempts = 30;
    expect(soundnessFaults(definition).join("\n")).to.match(/"Train and Score" can fill the history: \d+ events of 25000 for 500 items/);
  });

  it("finds two states of one name, in whatever scope", () => {
    const definition = pipeline(sampleParts);
    const [branch] = definition.States.Import?.Type === "Parallel" ? definition.States.Import.Branches : [];
    if (branch) branch.States.Decide = { Type: "Fail" };
    expect(soundnessFaults(definition).join("\n")).to.contain('two states are named "Decide"');
  });
});
