import { expect } from "chai";
import fc from "fast-check";
import { allows, factsOf, type PolicyDocument, policyFaults } from "./policy";

const here = "arn:aws:iot:eu-central-1:000000000000";
const thisThing = "${iot:Connection.Thing.ThingName}";
const own: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "iot:Connect", Resource: `${here}:client/${thisThing}`, Condition: { Bool: { "iot:Connection.Thing.IsAttached": "true" } } },
    { Effect: "Allow", Action: ["iot:Publish"], Resource: [`${here}:topic/sensors/${thisThing}/temperature`] },
  ],
};
const office = factsOf("office", { thingName: "office" });
const may = (action: string, resource: string, facts = office, policies = [own]) => allows(policies, action, `${here}:${resource}`, facts);

describe("IoT policy", () => {
  it("lets a thing connect as itself and publish to its own topic", () => {
    expect([may("iot:Connect", "client/office"), may("iot:Publish", "topic/sensors/office/temperature")]).to.deep.equal([true, true]);
  });

  it("refuses another thing's client id, another topic, another action", () => {
    expect([
      may("iot:Connect", "client/hall"), may("iot:Publish", "topic/sensors/hall/temperature"), may("iot:Publish", "topic/sensors/office/diagnostics"),
      may("iot:Publish", "topic/sensors/office/temperature/x"), may("iot:Subscribe", "topicfilter/#"), may("iot:RetainPublish", "topic/sensors/office/temperature"),
    ]).to.deep.equal(Array(6).fill(false));
  });

  it("refuses who is attached to no thing", () => {
    expect(may("iot:Connect", "client/office", factsOf("office", undefined))).to.equal(false);
  });

  it("refuses everything where there is no policy", () => {
    expect(may("iot:Connect", "client/office", office, [])).to.equal(false);
  });

  it("lets a Deny win", () => {
    const open: PolicyDocument = { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "iot:*", Resource: "*" } };
    const but: PolicyDocument = { Version: "2012-10-17", Statement: { Effect: "Deny", Action: "iot:Publish", Resource: `${here}:topic/sensors/*` } };
    expect([may("iot:Publish", "topic/x", office, [open, but]), may("iot:Publish", "topic/sensors/office/temperature", office, [open, but])]).to.deep.equal([true, false]);
  });

  it("takes a wildcard in a variable's value for a plain character", () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom("*", "?", "a", ".", "+", "$", "["), minLength: 1, maxLength: 5 }), fc.stringMatching(/^[a-z]{1,5}$/), (id, other) => {
      const policy: PolicyDocument = { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "iot:Connect", Resource: `${here}:client/\${iot:ClientId}` } };
      expect(may("iot:Connect", `client/${id}`, factsOf(id, undefined), [policy])).to.equal(true);
      expect(may("iot:Connect", `client/${other}`, factsOf(id, undefined), [policy])).to.equal(id === other);
    }));
  });

  it("holds conditions on type and attributes", () => {
    const policy: PolicyDocument = { Version: "2012-10-17", Statement: {
      Effect: "Allow", Action: "iot:Publish", Resource: "*",
      Condition: { StringEquals: { "iot:Connection.Thing.Attributes[floor]": ["1", "2"] }, StringLike: { "iot:Connection.Thing.ThingTypeName": "room*" } },
    } };
    const facts = (floor: string, thingTypeName: string) => factsOf("x", { thingName: "x", thingTypeName, attributes: { floor } });
    expect([facts("2", "room-sensor"), facts("3", "room-sensor"), facts("2", "door"), factsOf("x", { thingName: "x" })].map((one) => may("iot:Publish", "topic/x", one, [policy])))
      .to.deep.equal([true, false, false, false]);
  });

  it("names what the lab can't carry out", () => {
    expect(policyFaults(JSON.stringify(own))).to.deep.equal([]);
    expect(policyFaults(JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", NotAction: "iot:Connect", Resource: "${iot:Certificate.Subject.CommonName}", Condition: { DateLessThan: { "aws:CurrentTime": "x" } } } })))
      .to.deep.equal([
        "The lab's IoT policies do not have NotAction", "A statement has no Action", "The lab's IoT policies do not have the condition DateLessThan",
        "The lab's IoT policies do not know iot:Certificate.Subject.CommonName", "The lab's IoT policies do not know aws:CurrentTime",
      ]);
    expect([policyFaults("{"), policyFaults("{}")]).to.deep.equal([["The policy is no JSON"], ["The policy has no Statement"]]);
  });
});
