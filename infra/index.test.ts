import { expect } from "chai";
import type { Registered } from "../components/testing";
import { ofType, registeredBy } from "./testing";

for (const stack of ["dev", "prod", "local"]) {
  describe(`the program for ${stack}`, () => {
    let found: Registered;
    before(async () => { found = await registeredBy(stack); });

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
