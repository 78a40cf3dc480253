import { expect } from "chai";
import { summary } from "./summary";

const resource = (types: string, name: string, parent = "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev") =>
  ({ urn: `urn:pulumi:dev::p::${types}::${name}`, type: types.split("$").pop()!, name, parent, inputs: {}, dependencies: [], propertyDependencies: {}, protect: false });
const lake = resource("sensorlake:index:LakeCatalog", "lake");

describe("the summary of a plan", () => {
  it("counts what stands in each block, however deep", () => {
    const store = resource("sensorlake:index:LakeCatalog$sensorlake:index:PrivateBucket", "raw", lake.urn);
    const lines = summary({
      stack: "dev", account: "123456789012", region: "eu-central-1", warnings: [], unknown: ["aws:ec2/getAmi:getAmi"],
      resources: [lake, store, resource("sensorlake:index:LakeCatalog$sensorlake:index:PrivateBucket$aws:s3/bucket:Bucket", "raw", store.urn), resource("aws:sns/topic:Topic", "news")],
    }, 3.14);
    expect(lines).to.deep.equal([
      "dev: 4 resources in 3.1 s, offline as account 123456789012 in eu-central-1",
      "├─ (stack)             1  1 Topic",
      "└─ LakeCatalog lake    1  1 Bucket",
      "Not known offline: aws:ec2/getAmi:getAmi",
    ]);
  });
});
