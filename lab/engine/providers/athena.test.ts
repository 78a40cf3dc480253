import { expect } from "chai";
import { AthenaClient, CreateNamedQueryCommand, GetWorkGroupCommand } from "@aws-sdk/client-athena";
import { Gateway } from "../../gateway/gateway";
import type { Lab } from "../../lab";
import { AthenaService } from "../../services/athena";
import { freePort, removeLabs, testLab } from "../../services/testing";
import { athenaProviders } from "./athena";

const workgroup = athenaProviders["aws:athena/workgroup:Workgroup"]!;
const named = athenaProviders["aws:athena/namedQuery:NamedQuery"]!;
const fault = (call: Promise<unknown>) => call.then(() => "nothing", (thrown: Error) => thrown.message);

describe("Athena's provider", () => {
  let lab: Lab, service: AthenaService, gateway: Gateway;
  const resource = () => ({ lab, urn: "urn", type: "aws:athena/workgroup:Workgroup", name: "bi" });
  const inputs = {
    name: "lake", configuration: {
      bytesScannedCutoffPerQuery: 10_000_000, engineVersion: { selectedEngineVersion: "Athena engine version 3" },
      resultConfiguration: { outputLocation: "s3://results/athena/", encryptionConfiguration: { encryptionOption: "SSE_S3" } },
    },
  };
  const seen = async () => (await new AthenaClient(lab.client()).send(new GetWorkGroupCommand({ WorkGroup: "lake" }))).WorkGroup;

  before(async () => {
    lab = testLab(undefined, await freePort());
    service = new AthenaService(lab);
    gateway = new Gateway(lab, [service]);
    await gateway.start();
  });
  after(async () => {
    await gateway.stop();
    await service.stop();
    removeLabs();
  });

  it("makes a workgroup with its settings, and finds it again", async () => {
    const made = await workgroup.create(inputs, resource());
    expect(made.id).to.equal("lake");
    expect(made.outputs.arn).to.equal("arn:aws:athena:eu-central-1:000000000000:workgroup/lake");
    expect((await seen())?.Configuration).to.deep.include({ BytesScannedCutoffPerQuery: 10_000_000, EnforceWorkGroupConfiguration: true, ResultConfiguration: { OutputLocation: "s3://results/athena/", EncryptionConfiguration: { EncryptionOption: "SSE_S3" } } });
    expect(await workgroup.exists!("lake", {}, resource())).to.equal(true);
    expect(await workgroup.exists!("other", {}, resource())).to.equal(false);
  });

  it("takes away what is no longer set", async () => {
    await workgroup.update!("lake", { name: "lake", configuration: { resultConfiguration: { outputLocation: "s3://results/b/" } } }, inputs, resource());
    expect((await seen())?.Configuration).to.not.have.property("BytesScannedCutoffPerQuery");
    expect((await seen())?.Configuration?.ResultConfiguration).to.deep.equal({ OutputLocation: "s3://results/b/" });
  });

  it("refuses a setting that the lab's Athena does not have, by its name", async () => {
    expect(await fault(workgroup.create({ name: "x", configuration: { managedQueryResultsConfiguration: { enabled: true } } }, resource()))).to.match(/do not have ManagedQueryResultsConfiguration/);
    expect(await fault(athenaProviders["aws:athena/dataCatalog:DataCatalog"]!.create({}, resource()))).to.match(/no Athena data catalog of its own/);
  });

  it("deletes a workgroup that is in use only when it was made so, and what is gone twice", async () => {
    const { id } = await named.create({ name: "latest", database: "lake", query: "SELECT 1", workgroup: "lake" }, resource());
    await new AthenaClient(lab.client()).send(new CreateNamedQueryCommand({ Name: "mine", Database: "lake", QueryString: "SELECT 1", WorkGroup: "lake" }));
    await named.delete(id, {}, resource());
    expect(await fault(workgroup.delete("lake", { forceDestroy: false }, resource()))).to.equal("WorkGroup lake is not empty");
    await workgroup.delete("lake", { forceDestroy: true }, resource());
    await workgroup.delete("lake", { forceDestroy: true }, resource());
    expect(await workgroup.exists!("lake", {}, resource())).to.equal(false);
  });
});
