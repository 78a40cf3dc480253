import aslValidator from "asl-validator";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { crawl } from "./crawl";
import { page, redrawn } from "./docs";
import { mermaid } from "./drawing";
import { type Definition, scopes, type State, type Task } from "./language";
import { pipeline } from "./pipeline";
import { sampleAround, sampleCrawl, sampleMachines, sampleParts, sampleTrain } from "./sample";
import { soundnessFaults } from "./soundness";
import { train } from "./train";

const states = (definition: Definition): Map<string, State> => new Map(scopes(definition).flatMap((scope) => Object.entries(scope.States)));
const task = (definition: Definition, name: string): Task => states(definition).get(name) as Task;

describe("state machines", () => {
  for (const [name, definition] of Object.entries(sampleMachines)) {
    it(`${name}: follows the grammar of the States Language`, () => {
      // The validator writes into what it checks.
      const { isValid, errorsText } = aslValidator(structuredClone(definition), { checkPaths: true, checkArn: true });
      expect(isValid, errorsText("\n")).to.equal(true);
    });

    it(`${name}: is sound`, () => {
      expect(soundnessFaults(definition, sampleAround)).to.deep.equal([]);
    });
  }

  it("leaves out what the stack does not have, instead of skipping it", () => {
    const names = [...states(sampleMachines["pipeline without database"]).keys()];
    expect(names.filter((name) => /EXTERNAL|Database/.test(name))).to.deep.equal([]);
    expect(names).to.include.members(["Start HISTORY_DATA Crawler", "Import S3 Data"]);
  });

  it("keeps the results of the imports where the field expects them", () => {
    expect(states(pipeline(sampleParts)).get("Import")).to.include({ Type: "Parallel", ResultPath: "$.ParallelExecutionOutput" });
  });

  it("trains many rooms in executions of their own, over a list in S3 that no payload carries", () => {
    const map = states(pipeline(sampleParts)).get("Train and Score Many");
    expect(map).to.deep.include({
      Label: "rooms", MaxConcurrency: 4, ToleratedFailureCount: 0, ResultPath: null,
      ItemReader: { Resource: "arn:aws:states:::s3:getObject", ReaderConfig: { InputType: "JSON" }, Parameters: { Bucket: "lake", "Key.$": "States.Format('runs/{}/rooms', $$.Execution.Name)" } },
    }).and.not.to.have.property("ItemsPath");
    expect(map).to.have.nested.property("ItemProcessor.ProcessorConfig").deep.equal({ Mode: "DISTRIBUTED", ExecutionType: "STANDARD" });
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
