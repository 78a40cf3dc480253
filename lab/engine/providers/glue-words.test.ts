import { expect } from "chai";
import { apiWords } from "./glue-words";

describe("Glue's words", () => {
  it("turns property names at every depth, and leaves the user's own keys as they are", () => {
    expect(apiWords({
      name: "t", parameters: { "skip.header.line.count": "1", classification: "csv" },
      storageDescriptor: { serDeInfo: { serializationLibrary: "L", parameters: { paths: "a" } }, columns: [{ name: "c", type: "int" }] },
      physicalConnectionRequirements: { securityGroupIdLists: ["sg"] },
    })).to.deep.equal({
      Name: "t", Parameters: { "skip.header.line.count": "1", classification: "csv" },
      StorageDescriptor: { SerdeInfo: { SerializationLibrary: "L", Parameters: { paths: "a" } }, Columns: [{ Name: "c", Type: "int" }] },
      PhysicalConnectionRequirements: { SecurityGroupIdList: ["sg"] },
    });
  });
});
