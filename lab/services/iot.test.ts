import { statSync } from "node:fs";
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { expect } from "chai";
import type { Json } from "../gateway/service";
import type { Lab } from "../lab";
import { IotService } from "./iot";
import { Authority } from "./iot/authority";
import { removeLabs, request, testLab } from "./testing";

const policyDocument = JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", Action: "iot:Connect", Resource: "*" } });
const rule = { sql: "SELECT * FROM 'a/+'", awsIotSqlVersion: "2016-03-23", actions: [{ firehose: { roleArn: "arn:role", deliveryStreamName: "s" } }] };

describe("IotService", () => {
  let lab: Lab;
  let iot: IotService;

  const call = async (line: string, body?: Json, principal?: string): Promise<Json> => {
    const [method = "", target = ""] = line.split(" ");
    const [path = "", query = ""] = target.split("?");
    const headers = { "content-type": "application/json", ...(principal && { "x-amzn-principal": principal }) };
    return (await iot.handle(request({ method, path, query: new URLSearchParams(query), headers, body: Buffer.from(body ? JSON.stringify(body) : "") }))).body as Json;
  };
  const faultOf = (answer: Promise<Json>) => answer.then(() => "answered", (fault: Error) => fault.name);
  const certified = () => call("POST /keys-and-certificate?setAsActive=true");

  beforeEach(async () => {
    lab = testLab();
    iot = new IotService(lab);
    await iot.start();
  });
  after(removeLabs);

  it("makes a certificate that its authority signed for the key it hands out, and keeps the authority's key to itself", async () => {
    const { certificatePem, certificateId, keyPair } = await certified();
    const certificate = new X509Certificate(certificatePem);
    expect(certificate.verify(new X509Certificate(iot.authority.certificatePem).publicKey)).to.equal(true);
    expect(certificate.checkPrivateKey(createPrivateKey(keyPair.PrivateKey))).to.equal(true);
    expect(certificate.fingerprint256.replaceAll(":", "").toLowerCase()).to.equal(certificateId);
    expect(statSync(lab.folder("iot", "ca.key")).mode & 0o777).to.equal(0o600);
    expect((await Authority.open(lab.folder("iot"))).certificatePem).to.equal(iot.authority.certificatePem);
  });

  it("signs a request for the key that it names, and no broken one", async () => {
    const csr = await signingRequest();
    const { certificatePem } = await call("POST /certificates?setAsActive=true", { certificateSigningRequest: csr.pem });
    expect(new X509Certificate(certificatePem).publicKey.export({ type: "spki", format: "pem" })).to.equal(csr.publicKey);
    expect(await faultOf(call("POST /certificates", { certificateSigningRequest: csr.pem.replace(/A/g, "B") }))).to.equal("InvalidRequestException");
  });

  it("keeps things, policies and what is attached over a restart", async () => {
    await call("POST /things/office", { attributePayload: { attributes: { floor: "1" } } });
    await call("POST /policies/p", { policyDocument });
    const { certificateArn } = await certified();
    await call("PUT /target-policies/p", { target: certificateArn });
    await call("PUT /things/office/principals", undefined, certificateArn);
    iot = new IotService(lab);
    await iot.start();
    expect((await call("GET /things/office/principals")).principals).to.deep.equal([certificateArn]);
    expect((await call(`POST /attached-policies/${encodeURIComponent(certificateArn)}`)).policies.map((one: Json) => one.policyName)).to.deep.equal(["p"]);
    expect((await call("GET /things/office")).attributes).to.deep.equal({ floor: "1" });
  });

  it("makes a thing once: the same again is the same, another of its name is refused", async () => {
    const { thingId } = await call("POST /things/office", {});
    expect((await call("POST /things/office", {})).thingId).to.equal(thingId);
    expect(await faultOf(call("POST /things/office", { attributePayload: { attributes: { floor: "2" } } }))).to.equal("ResourceAlreadyExistsException");
  });

  it("deletes nothing that is attached or active, and all of it in AWS's order", async () => {
    await call("POST /things/office", {});
    await call("POST /policies/p", { policyDocument });
    const { certificateArn, certificateId } = await certified();
    await call("PUT /target-policies/p", { target: certificateArn });
    await call("PUT /things/office/principals", undefined, certificateArn);
    expect(await faultOf(call("DELETE /things/office"))).to.equal("InvalidRequestException");
    expect(await faultOf(call("DELETE /policies/p"))).to.equal("DeleteConflictException");
    expect(await faultOf(call(`DELETE /certificates/${certificateId}`))).to.equal("CertificateStateException");
    await call(`PUT /certificates/${certificateId}?newStatus=INACTIVE`);
    expect(await faultOf(call(`DELETE /certificates/${certificateId}`))).to.equal("DeleteConflictException");
    await call("POST /target-policies/p", { target: certificateArn });
    await call("DELETE /things/office/principals", undefined, certificateArn);
    await Promise.all([call(`DELETE /certificates/${certificateId}`), call("DELETE /policies/p"), call("DELETE /things/office")]);
    expect(await faultOf(call("GET /things/office"))).to.equal("ResourceNotFoundException");
  });

  it("refuses rules and policies that the lab can't carry out", async () => {
    const refused = [{ ...rule, sql: "SELECT lower(a) FROM 'x'" }, { ...rule, awsIotSqlVersion: "beta" }, { ...rule, actions: [{ lambda: {} }] },
      { ...rule, errorAction: { sqs: {} } }, { ...rule, actions: [{ firehose: { ...rule.actions[0]!.firehose, separator: ";" } }] }, { ...rule, errorAction: { s3: { roleArn: "r", bucketName: "b", key: "${md5(a)}" } } }];
    expect(await Promise.all(refused.map((one) => faultOf(call("POST /rules/r", one))))).to.deep.equal([
      "SqlParseException", "InvalidRequestException", "NotImplementedException", "NotImplementedException", "InvalidRequestException", "SqlParseException",
    ]);
    expect(await faultOf(call("POST /policies/p", { policyDocument: "{}" }))).to.equal("MalformedPolicyException");
    expect(await faultOf(call("POST /thing-groups/g", {}))).to.equal("NotImplementedException");
  });

  it("lets a disabled rule take nothing", async () => {
    await call("POST /rules/r", rule);
    const taken = () => iot.rules.taken({ topic: "a/b", payload: Buffer.from("x"), clientId: "c", at: 0 }).length;
    expect(taken()).to.equal(1);
    await call("POST /rules/r/disable");
    expect([taken(), iot.rules.wants("a/b")]).to.deep.equal([0, false]);
    await call("DELETE /rules/r");
    expect(await faultOf(call("GET /rules/r"))).to.equal("UnauthorizedException");
  });
});

async function signingRequest(): Promise<{ pem: string; publicKey: string }> {
  const x509 = await import("@peculiar/x509");
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({ name: "CN=hall", keys, signingAlgorithm: algorithm });
  const spki = Buffer.from(await crypto.subtle.exportKey("spki", keys.publicKey));
  return { pem: request.toString("pem"), publicKey: createPublicKey({ key: spki, format: "der", type: "spki" }).export({ type: "spki", format: "pem" }).toString() };
}
