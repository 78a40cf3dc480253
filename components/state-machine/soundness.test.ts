import { expect } from "chai";
import fc from "fast-check";
import { type Definition, type MapState, scopes, type State, type Task } from "./language";
import { sampleAround, sampleMachines } from "./sample";
import { soundnessFaults } from "./soundness";

const { crawl, pipeline } = sampleMachines;
const changed = (machine: Definition, change: (definition: Definition) => void): string => {
  // Parts that are said once stand in several states: the copy has one for each.
  const copy = JSON.parse(JSON.stringify(machine)) as Definition;
  change(copy);
  return soundnessFaults(copy, sampleAround).join("\n");
};
const start = (definition: Definition): Task => definition.States["Start Crawler"] as Task;
const many = (definition: Definition): MapState => definition.States["Train and Score Many"] as MapState;

describe("soundness", () => {
  it("finds a state that is not there, and one that nothing leads to", () => {
    expect(changed(crawl, (each) => { start(each).Next = "Nowhere"; })).to.contain('"Start Crawler" leads to "Nowhere", which is not there').and.to.contain('nothing leads to "Wait For Crawl"');
  });

  it("finds a loop that does not wait, and one that fills the history", () => {
    expect(changed(crawl, (each) => { (each.States["Wait For Other Crawl"] as unknown) = { Type: "Pass", Next: "Remember Last Crawl" }; each.States["Wait Some More"] = { Type: "Pass", Next: "Check Crawl" }; each.States["Wait For Crawl"] = { Type: "Pass", Next: "Check Crawl" }; })).to.contain("does not wait");
    expect(changed(crawl, (each) => { each.TimeoutSeconds = 24 * 3600; })).to.match(/can fill the history: \d+ events of 25000/);
  });

  it("finds an inline Map whose items fill the history, but lets a distributed one have as many as there are", () => {
    const retried = (map: State | undefined): void => {
      if (map?.Type === "Map") for (const state of Object.values(map.ItemProcessor.States)) if (state.Type === "Task") for (const retrier of state.Retry ?? []) retrier.MaxAttempts = 30;
    };
    expect(changed(pipeline, (each) => retried(each.States["Train and Score"]))).to.match(/"Train and Score" can fill the history: \d+ events of 25000 for 200 items/);
    expect(changed(pipeline, (each) => retried(each.States["Train and Score Many"]))).to.equal("");
  });

  it("finds parts that fit by themselves and fill the history together", () => {
    expect(soundnessFaults(pipeline, { ...sampleAround, mostItems: 550 })).to.deep.equal(["an execution can fill its history: 25669 events of 25000"]);
  });

  it("finds two states of one name, in whatever scope", () => {
    expect(changed(pipeline, (each) => {
      const [branch] = each.States.Import?.Type === "Parallel" ? each.States.Import.Branches : [];
      if (branch) branch.States.Decide = { Type: "Fail" };
    })).to.contain('two states are named "Decide"');
  });

  it("finds what would bound a distributed Map, or take its failures for successes", () => {
    expect(changed(pipeline, (each) => { delete many(each).ItemReader; })).to.contain('"Train and Score Many" takes its items from the payload');
    expect(changed(pipeline, (each) => { many(each).ToleratedFailureCount = 1; })).to.contain("takes failures for successes");
    expect(changed(pipeline, (each) => { many(each).Label = "so many rooms"; })).to.contain('has the Label "so many rooms"');
    expect(changed(pipeline, (each) => { many(each).MaxConcurrency = 0; })).to.contain("runs any number at once");
  });

  describe("of references", () => {
    it("finds a path that no state before it put there", () => {
      expect(changed(pipeline, (each) => { (each.States["Is Lake Due"] as { Choices: object[] }).Choices[0] = { Variable: "$.lak.crawl", BooleanEquals: true, Next: "Curate" }; })).to.contain('"Is Lake Due" reads $.lak.crawl, which is not there');
      expect(changed(crawl, (each) => { start(each).Parameters = { "Name.$": "$.name_of_crawler" }; })).to.contain('"Start Crawler" reads $.name_of_crawler');
    });

    it("finds a path that is there on one way only", () => {
      expect(changed(pipeline, (each) => { (each.States["Decide Training"] as Task).Parameters = { "x.$": "$.lake.due" }; })).to.contain('"Decide Training" reads $.lake.due, which is not there on every way to it');
    });

    it("finds a key that a ResultSelector no longer keeps, in a branch, too", () => {
      expect(changed(pipeline, (each) => { delete (each.States.Decide as Task).ResultSelector?.["reason.$"]; })).to.equal("");
      expect(changed(pipeline, (each) => { delete (each.States.Decide as Task).ResultSelector?.["first.$"]; })).to.contain('"What Is First" reads $.decision.first');
      expect(changed(pipeline, (each) => { delete (each.States.Decide as Task).ResultSelector?.["import.$"]; })).to.contain('"Is S3 Import Due" reads $.decision.import.s3.due');
    });

    it("finds an item's key that ItemSelector does not select, and an input that the machine is not given", () => {
      expect(changed(pipeline, (each) => { delete many(each).ItemSelector?.["folder.$"]; })).to.contain('"Train and Score One Of Many" reads $.folder');
      expect(soundnessFaults(crawl)).to.include('"Remember Last Crawl" reads $.crawler, which is not there on every way to it');
    });

    it("finds the error of a failure that is kept elsewhere", () => {
      expect(changed(crawl, (each) => { start(each).Catch?.forEach((catcher) => { catcher.ResultPath = "$.other"; }); })).to.contain('"Crawl Failure" reads $.failure.Error');
    });
  });

  /** A task, Parallel or Map of a machine, and the scope that it stands in. */
  const working = Object.entries(sampleMachines).flatMap(([machine, definition]) => scopes(definition).flatMap(({ States }, scope) =>
    Object.entries(States).filter(([, { Type }]) => ["Task", "Parallel", "Map"].includes(Type)).map(([name, { Type }]) => ({ machine: machine as keyof typeof sampleMachines, scope, name, Type }))));
  const taken = { Retry: /has no Retry/, TimeoutSeconds: /has no TimeoutSeconds/, Catch: /has no Catch of States.ALL/ };

  it("property: names the state that lost its Retry, TimeoutSeconds or Catch, in whatever machine and scope", () => {
    fc.assert(fc.property(fc.constantFrom(...working), fc.constantFrom("Retry", "TimeoutSeconds", "Catch" as const), ({ machine, scope, name, Type }, field) => {
      fc.pre(Type === "Task" || field === "Catch");
      const faults = changed(sampleMachines[machine], (each) => { delete (scopes(each)[scope]?.States[name] as Task)[field as keyof typeof taken]; }).split("\n").filter((fault) => taken[field as keyof typeof taken].test(fault));
      expect(faults).to.have.length(1);
      expect(faults[0]).to.contain(`"${name}"`);
    }), { numRuns: 400 });
  });

  it("property: names the failure that is led to a success, by a Catch of all or of one error", () => {
    fc.assert(fc.property(fc.constantFrom(...working), fc.boolean(), fc.boolean(), ({ machine, scope, name }, all, straight) => {
      const faults = changed(sampleMachines[machine], (each) => {
        const { States } = scopes(each)[scope]!;
        // Either straight there, or by a state in between; of one error only straight, since what it mends may still go well.
        States.Fine = { Type: "Succeed" };
        States["On The Way"] = { Type: "Pass", ResultPath: null, Next: "Fine" };
        (States[name] as Task).Catch = [{ ErrorEquals: [all ? "States.ALL" : "States.Timeout"], Next: straight || !all ? "Fine" : "On The Way", ResultPath: "$.failure" }];
      });
      expect(faults).to.contain(`a failure of "${name}" can end well, in "Fine"`);
    }), { numRuns: 200 });
  });
});
