/** IoT: AWS IoT Core's control plane. Devices connect to the broker in mqtt.ts, which asks the registry here at every step. */
import { ApiFault, type ApiRequest, type Json, restHandler, type Route, type Service } from "../gateway/service";
import type { Lab } from "../lab";
import { Authority, certificateId } from "./iot/authority";
import { type Certificate, invalid, Registry } from "./iot/registry";
import { TopicRules } from "./iot/topic-rules";

export class IotService implements Service {
  readonly names = ["iot"] as const;
  readonly registry: Registry;
  readonly rules: TopicRules;
  private made: Authority | undefined;

  constructor(private readonly lab: Lab) {
    this.registry = new Registry(lab);
    this.rules = new TopicRules(lab);
  }

  async start(): Promise<void> {
    this.made = await Authority.open(this.lab.folder("iot"));
  }

  /** There once the service has started. */
  get authority(): Authority {
    if (!this.made) throw new Error("IotService is not started");
    return this.made;
  }

  readonly handle = restHandler("iot", this.routes());

  private routes(): Route[] {
    return [...this.thingRoutes(), ...this.certificateRoutes(), ...this.policyRoutes(), ...this.ruleRoutes(),
      ["GET", "/endpoint", (_, __, { query }) => this.endpoint(query.get("endpointType") ?? "")]];
  }

  private thingRoutes(): Route[] {
    const things = (): Registry => this.registry;
    return [
      ["POST", "/things/{name}", (input, { name = "" }) => named(things().createThing(name, input.thingTypeName, attributesOf(input)))],
      ["GET", "/things/{name}", (_, { name = "" }) => ({ ...things().thing(name), defaultClientId: name })],
      ["PATCH", "/things/{name}", (input, { name = "" }) => {
        const thing = things().thing(name);
        const attributes = input.attributePayload?.merge ? { ...thing.attributes, ...attributesOf(input) } : attributesOf(input);
        things().things.put(name, { ...thing, attributes, version: thing.version + 1 });
      }],
      ["DELETE", "/things/{name}", (_, { name = "" }) => things().deleteThing(name)],
      ["GET", "/things", () => ({ things: things().things.entries().map(([, thing]) => thing) })],
      ["PUT", "/things/{name}/principals", (_, { name = "" }, request) => this.attachThing(name, request)],
      ["DELETE", "/things/{name}/principals", (_, { name = "" }, request) => things().detach("things", name, principalOf(request))],
      ["GET", "/things/{name}/principals", (_, { name = "" }) => ({ principals: things().principalsOf(things().thing(name).thingName) })],
      ["GET", "/principals/things", (_, __, request) => ({ things: things().principal(principalOf(request)).things })],
    ];
  }

  private attachThing(name: string, request: ApiRequest): void {
    this.registry.thing(name);
    const principal = principalOf(request);
    const others = this.registry.principal(principal).things.filter((thing) => thing !== name);
    if (request.query.get("thingPrincipalType") === "EXCLUSIVE_THING" && others.length) throw invalid(`${principal} is attached to ${others.join(", ")} and can't be exclusive`);
    this.registry.attach("things", name, principal);
  }

  private certificateRoutes(): Route[] {
    return [
      ["POST", "/keys-and-certificate", async (_, __, { query }) => {
        const { certificatePem, publicKey, privateKey } = await this.authority.device();
        const added = this.registry.addCertificate(certificateId(certificatePem), certificatePem, query.get("setAsActive") === "true");
        return { ...brief(added), certificatePem, keyPair: { PublicKey: publicKey, PrivateKey: privateKey } };
      }],
      ["POST", "/certificates", async (input, __, { query }) => {
        const certificatePem = await this.authority.signed(String(input.certificateSigningRequest)).catch((fault: Error) => {
          throw invalid(`The certificate signing request can't be used: ${fault.message}`);
        });
        const added = this.registry.addCertificate(certificateId(certificatePem), certificatePem, query.get("setAsActive") === "true");
        return { ...brief(added), certificatePem };
      }],
      ["POST", "/certificate/register-no-ca", (input) => {
        if (!String(input.certificatePem).includes("BEGIN CERTIFICATE")) throw new ApiFault("CertificateValidationException", "certificatePem is no certificate", 400);
        return brief(this.registry.addCertificate(certificateId(input.certificatePem), input.certificatePem, input.status === "ACTIVE"));
      }],
      ["GET", "/certificates/{id}", (_, { id = "" }) => ({ certificateDescription: described(this.registry.certificate(id)) })],
      ["GET", "/certificates", () => ({ certificates: this.registry.certificates.entries().map(([, one]) => ({ ...brief(one), status: one.status, creationDate: one.creationDate })) })],
      ["PUT", "/certificates/{id}", (_, { id = "" }, { query }) => this.registry.setStatus(id, query.get("newStatus") ?? "")],
      ["DELETE", "/certificates/{id}", (_, { id = "" }) => this.registry.deleteCertificate(id)],
    ];
  }

  private policyRoutes(): Route[] {
    const told = ({ policyName, policyArn, policyDocument, version }: ReturnType<Registry["policy"]>) => ({ policyName, policyArn, policyDocument, policyVersionId: String(version), defaultVersionId: String(version) });
    return [
      ["POST", "/policies/{name}", (input, { name = "" }) => told(this.registry.createPolicy(name, String(input.policyDocument)))],
      ["POST", "/policies/{name}/version", (input, { name = "" }, { query }) => {
        if (query.get("setAsDefault") !== "true") throw new ApiFault("NotImplementedException", "The lab keeps the default version of a policy only; set setAsDefault.", 501);
        return { ...told(this.registry.updatePolicy(name, String(input.policyDocument))), isDefaultVersion: true };
      }],
      ["GET", "/policies/{name}", (_, { name = "" }) => told(this.registry.policy(name))],
      ["GET", "/policies", () => ({ policies: this.registry.policies.entries().map(([, { policyName, policyArn }]) => ({ policyName, policyArn })) })],
      ["DELETE", "/policies/{name}", (_, { name = "" }) => this.registry.deletePolicy(name)],
      ["PUT", "/target-policies/{name}", (input, { name = "" }) => this.registry.attach("policies", this.registry.policy(name).policyName, String(input.target))],
      ["POST", "/target-policies/{name}", (input, { name = "" }) => this.registry.detach("policies", name, String(input.target))],
      ["POST", "/attached-policies/{target}", (_, { target = "" }) => ({ policies: this.registry.principal(target).policies.map((policyName) => ({ policyName, policyArn: this.registry.policy(policyName).policyArn })) })],
      ["POST", "/policy-targets/{name}", (_, { name = "" }) => ({ targets: this.registry.certificates.entries().filter(([, one]) => one.policies.includes(name)).map(([, one]) => one.certificateArn) })],
    ];
  }

  private ruleRoutes(): Route[] {
    return [
      ["POST", "/rules/{name}", (input, { name = "" }) => this.rules.create(name, input)],
      ["PATCH", "/rules/{name}", (input, { name = "" }) => this.rules.replace(name, input)],
      ["GET", "/rules/{name}", (_, { name = "" }) => ({ ruleArn: this.rules.arn(name), rule: this.rules.rule(name) })],
      ["GET", "/rules", () => ({ rules: this.rules.rules.entries().map(([name, { ruleDisabled, createdAt }]) => ({ ruleName: name, ruleArn: this.rules.arn(name), ruleDisabled, createdAt })) })],
      ["DELETE", "/rules/{name}", (_, { name = "" }) => this.rules.rules.delete(this.rules.rule(name).ruleName)],
      ["POST", "/rules/{name}/enable", (_, { name = "" }) => this.rules.setDisabled(name, false)],
      ["POST", "/rules/{name}/disable", (_, { name = "" }) => this.rules.setDisabled(name, true)],
    ];
  }

  /** The lab's broker has a port of its own, so the port belongs to the address here. */
  private endpoint(type: string): { endpointAddress: string } {
    if (type !== "iot:Data-ATS") throw new ApiFault("NotImplementedException", `The lab does not have the endpoint ${type || "iot:Data"}; ask for iot:Data-ATS.`, 501);
    return { endpointAddress: `127.0.0.1:${this.lab.ports.mqtt}` };
  }
}

const attributesOf = (input: Json): Record<string, string> => input.attributePayload?.attributes ?? {};
const named = ({ thingName, thingArn, thingId }: { thingName: string; thingArn: string; thingId: string }) => ({ thingName, thingArn, thingId });
const brief = ({ certificateArn, certificateId: id }: Certificate) => ({ certificateArn, certificateId: id });
const described = ({ certificateArn, certificateId: id, certificatePem, status, creationDate }: Certificate) => ({ certificateArn, certificateId: id, certificatePem, status, creationDate, lastModifiedDate: creationDate, certificateMode: "DEFAULT" });

function principalOf({ headers }: ApiRequest): string {
  const principal = headers["x-amzn-principal"];
  if (typeof principal !== "string") throw invalid("The header x-amzn-principal is missing");
  return principal;
}
