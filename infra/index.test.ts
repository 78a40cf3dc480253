import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { evaluated, type Registered } from "../components/testing";

/** Config of a stack as Pulumi hands it over: lists and objects as JSON. */
function configOf(stack: string): Record<string, string> {
  const { config } = parse(readFileSync(join(__dirname, "..", `Pulumi.${stack}.yaml`), "utf8")) as { config: Record<string, unknown> };
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, typeof value === "object" ? JSON.stringify(value) : String(value)]));
}

const load = createRequire(__filename);

/** The program, run anew with these settings. */
const run = (stack: string, more: Record<string, string> = {}): Promise<Registered> =>
  evaluated(() => {
    delete load.cache[load.resolve("./index")];
    load("./index");
  }, stack, { ...configOf(stack), ...more });

const ofType = (found: Registered, type: string) => [...found].filter(([key]) => key.startsWith(`${type} `)).map(([, inputs]) => inputs);

for (const stack of ["dev", "prod", "local"]) {
  describe(`the program for ${stack}`, () => {
    let found: Registered;
    before(async () => { found = await run(stack); });

    it("has every block, and no child without parent", () => {
      const blocks = [...found.keys()].filter((key) => key.startsWith("sensorlake:index:")).map((key) => key.replace(/^sensorlake:index:(\w+) .*/, "$1"));
      expect(blocks).to.include.members(["LakeCatalog", "SensorIngest", "PeeredGlueNetwork", "HistoricalImport", "AnomalyModel", "EtlOrchestrator", "BiLayer"]);
    });

    it("names every Glue database so that Athena can say it", () => {
      const names = ofType(found, "aws:glue/catalogDatabase:CatalogDatabase").map(({ name }) => name);
      expect(names).to.have.length(4);
      for (const name of names) expect(name).to.match(/^(raw_temperatures|temperatures_db|source_history|source_external)(_dev)?$/);
    });

    it("gives no role every action of a service", () => {
      const actions = ofType(found, "aws:iam/rolePolicy:RolePolicy")
        .flatMap(({ policy }) => JSON.parse(policy).Statement).flatMap(({ Action }) => Action as string[]);
      expect(actions.filter((action) => action.includes("*"))).to.deep.equal([]);
    });
  });
}
