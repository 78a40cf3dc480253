/**
 * The machines of dev and prod before the language service of AWS's own editor, which has no part in building them: while
 * they are built, asl-validator and components/state-machine/soundness.ts look at them.
 */
import { getLanguageService, TextDocument } from "amazon-states-language-service";
import { expect } from "chai";
import { machinesOf } from "./testing";

const service = getLanguageService({});

/** What the editor would underline, each with the line that it stands in. */
async function underlined(definition: string): Promise<string[]> {
  const lines = JSON.stringify(JSON.parse(definition), null, 1);
  const document = TextDocument.create("machine.asl.json", "asl", 1, lines);
  const found = await service.doValidation(document, service.parseJSONDocument(document));
  return found.map(({ message, range }) => `${lines.split("\n")[range.start.line]?.trim()}: ${message}`);
}

// A definition is any JSON to someone who plants faults in it.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Loose = any;

describe("the machines, before AWS's language service", () => {
  let prod: Map<string, string>;
  const machine = (role: string): string => [...prod].find(([name]) => name.endsWith(role))?.[1] ?? "";
  before(async () => { prod = await machinesOf("prod"); });

  for (const stack of ["dev", "prod"]) {
    it(`are as they should be in ${stack}, every one`, async () => {
      const machines = stack === "prod" ? prod : await machinesOf(stack);
      expect([...machines.keys()].map((name) => name.split("-").at(-1))).to.include.members(["pipeline", "crawl", "train"]);
      for (const [name, definition] of machines) expect(await underlined(definition), name).to.deep.equal([]);
    });
  }

  const faults: [what: string, role: string, plant: (definition: Loose) => void, said: RegExp][] = [
    ["a state that is not there", "crawl", ({ States }) => { States["Start Crawler"].Next = "Gone"; }, /"Gone".*must be the name of an existing state/],
    ["a start that is not there", "train", (definition) => { definition.StartAt = "Gone"; }, /"StartAt" property must be the name/],
    ["a catch that leads nowhere", "pipeline", ({ States }) => { States.Curate.Catch[0].Next = "Gone"; }, /must be the name of an existing state/],
    ["a way out of a branch", "pipeline", ({ States }) => { Object.assign(States.Import.Branches[0].States["Import S3 Data"], { End: undefined, Next: "Publish" }); }, /must be the name of an existing state/],
    ["a way out of a Map", "pipeline", ({ States }) => { Object.assign(States["Train and Score"].ItemProcessor.States["Train and Score Room"], { End: undefined, Next: "Publish" }); }, /must be the name of an existing state/],
    ["a state that nothing leads to", "crawl", ({ States }) => { States["Start Crawler"].Next = "Check Crawl"; }, /cannot be reached/],
    ["a field that is misspelled", "crawl", ({ States }) => { States["Start Crawler"].TimeoutSecond = 3; }, /Field is not supported/],
    ["a type that does not exist", "crawl", ({ States }) => { States["Start Crawler"].Type = "Tusk"; }, /Value is not accepted/],
    ["a task without resource", "train", ({ States }) => { delete States["Make Model"].Resource; }, /Missing property "Resource"/],
    ["a retry in words", "train", ({ States }) => { States["Make Model"].Retry[0].MaxAttempts = "three"; }, /Expected "integer"/],
    ["a path that is none", "crawl", ({ States }) => { States["Start Crawler"].Parameters["Name.$"] = "crawler"; }, /must be a valid JSONPath/],
    ["a choice that leads nowhere", "crawl", ({ States }) => { delete States["Has Crawl Ended"].Choices[0].Next; }, /Missing property "Next"/],
  ];
  for (const [what, role, plant, said] of faults) {
    it(`are told from copies with ${what}`, async () => {
      const copy = JSON.parse(machine(role)) as Loose;
      plant(copy);
      expect((await underlined(JSON.stringify(copy))).join("\n")).to.match(said);
    });
  }
});
