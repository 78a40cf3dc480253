/** Registry: things, certificates, policies and what is attached to what. Every change is durable when the call returns. */
import { randomUUID } from "node:crypto";
import { ApiFault } from "../../gateway/service";
import type { Lab } from "../../lab";
import type { Store } from "../../store";
import { allows, type Facts, factsOf, type PolicyDocument, policyFaults } from "./policy";

export interface Thing {
  thingName: string;
  thingId: string;
  thingArn: string;
  thingTypeName?: string;
  attributes: Record<string, string>;
  version: number;
}
export interface Certificate {
  certificateId: string;
  certificateArn: string;
  certificatePem: string;
  status: "ACTIVE" | "INACTIVE" | "REVOKED";
  /** Seconds since 1970. */
  creationDate: number;
  /** Names of what is attached to it. */
  things: string[];
  policies: string[];
}
export interface Policy {
  policyName: string;
  policyArn: string;
  policyDocument: string;
  /** Counts up; the lab keeps the newest version only, and that is the default one. */
  version: number;
}

export class Registry {
  readonly things: Store<Thing>;
  readonly certificates: Store<Certificate>;
  readonly policies: Store<Policy>;

  constructor(private readonly lab: Lab) {
    this.things = lab.store("iot/things");
    this.certificates = lab.store("iot/certificates");
    this.policies = lab.store("iot/policies");
  }

  arn(rest: string): string {
    return `arn:aws:iot:${this.lab.region}:${this.lab.account}:${rest}`;
  }

  thing(name: string): Thing {
    return this.things.get(name) ?? missing(`thing ${name}`);
  }

  certificate(id: string): Certificate {
    return this.certificates.get(id) ?? missing(`certificate ${id}`);
  }

  /** The certificate that an ARN names: the only kind of principal in the lab. */
  principal(arn: string): Certificate {
    const id = /:cert\/([0-9a-f]{64})$/.exec(arn)?.[1];
    if (!id) throw invalid(`"${arn}" is no ARN of a certificate; the lab has no other principals`);
    return this.certificate(id);
  }

  policy(name: string): Policy {
    return this.policies.get(name) ?? missing(`policy ${name}`);
  }

  createThing(thingName: string, thingTypeName: string | undefined, attributes: Record<string, string>): Thing {
    checkName("thing", thingName, /^[a-zA-Z0-9:_-]{1,128}$/);
    const known = this.things.get(thingName);
    const same = known && known.thingTypeName === thingTypeName && JSON.stringify(known.attributes) === JSON.stringify(attributes);
    if (known && !same) throw new ApiFault("ResourceAlreadyExistsException", `Thing ${thingName} already exists in account with different attributes`, 409);
    if (known) return known;
    const thing: Thing = { thingName, thingId: randomUUID(), thingArn: this.arn(`thing/${thingName}`), ...(thingTypeName && { thingTypeName }), attributes, version: 1 };
    this.things.put(thingName, thing);
    return thing;
  }

  deleteThing(name: string): void {
    if (this.principalsOf(name).length) throw invalid(`Cannot delete. Thing ${name} is still attached to one or more principals`);
    this.things.delete(name);
  }

  addCertificate(certificateId: string, certificatePem: string, active: boolean): Certificate {
    if (this.certificates.has(certificateId)) throw new ApiFault("ResourceAlreadyExistsException", `Certificate ${certificateId} already exists`, 409);
    const certificate: Certificate = {
      certificateId, certificateArn: this.arn(`cert/${certificateId}`), certificatePem,
      status: active ? "ACTIVE" : "INACTIVE", creationDate: Date.now() / 1000, things: [], policies: [],
    };
    this.certificates.put(certificateId, certificate);
    return certificate;
  }

  setStatus(id: string, status: string): void {
    if (status !== "ACTIVE" && status !== "INACTIVE" && status !== "REVOKED") throw invalid(`The lab does not have the certificate status ${status}`);
    this.certificates.put(id, { ...this.certificate(id), status });
  }

  deleteCertificate(id: string): void {
    const { status, things, policies } = this.certificate(id);
    if (status === "ACTIVE") throw new ApiFault("CertificateStateException", `Certificate must be deactivated (not ACTIVE) before deletion. Certificate Id: ${id}`, 406);
    if (things.length) throw new ApiFault("DeleteConflictException", `Things must be detached before deletion (arn: ${this.arn(`cert/${id}`)})`, 409);
    if (policies.length) throw new ApiFault("DeleteConflictException", `Certificate policies must be detached before deletion (arn: ${this.arn(`cert/${id}`)})`, 409);
    this.certificates.delete(id);
  }

  createPolicy(policyName: string, policyDocument: string): Policy {
    checkName("policy", policyName, /^[\w+=,.@-]{1,128}$/);
    checkDocument(policyDocument);
    if (this.policies.has(policyName)) throw new ApiFault("ResourceAlreadyExistsException", `Policy cannot be created - name already exists (name=${policyName})`, 409);
    const policy = { policyName, policyArn: this.arn(`policy/${policyName}`), policyDocument, version: 1 };
    this.policies.put(policyName, policy);
    return policy;
  }

  updatePolicy(name: string, policyDocument: string): Policy {
    const known = this.policy(name);
    checkDocument(policyDocument);
    const policy = { ...known, policyDocument, version: known.version + 1 };
    this.policies.put(name, policy);
    return policy;
  }

  deletePolicy(name: string): void {
    this.policy(name);
    const holder = this.certificates.entries().find(([, { policies }]) => policies.includes(name));
    if (holder) throw new ApiFault("DeleteConflictException", `Cannot delete policy ${name}: it is attached to ${holder[1].certificateArn}`, 409);
    this.policies.delete(name);
  }

  attach(what: "things" | "policies", name: string, principal: string): void {
    const certificate = this.principal(principal);
    if (!certificate[what].includes(name)) this.certificates.put(certificate.certificateId, { ...certificate, [what]: [...certificate[what], name] });
  }

  detach(what: "things" | "policies", name: string, principal: string): void {
    const certificate = this.principal(principal);
    this.certificates.put(certificate.certificateId, { ...certificate, [what]: certificate[what].filter((one) => one !== name) });
  }

  principalsOf(thing: string): string[] {
    return this.certificates.entries().filter(([, { things }]) => things.includes(thing)).map(([, { certificateArn }]) => certificateArn);
  }

  /** What is known of a connection by this certificate under this client id: the thing of that name, when it is attached. */
  facts(id: string, clientId: string): Facts {
    const attached = this.certificates.get(id)?.things.includes(clientId) ?? false;
    return factsOf(clientId, attached ? this.things.get(clientId) : undefined);
  }

  /** May whoever holds this certificate do that now? Asked anew each time, so that revoking works at once. */
  allows(id: string, action: string, resource: string, facts: Facts): boolean {
    const certificate = this.certificates.get(id);
    if (certificate?.status !== "ACTIVE") return false;
    const documents = certificate.policies.flatMap((name) => this.policies.get(name) ?? []).map(({ policyDocument }) => JSON.parse(policyDocument) as PolicyDocument);
    return allows(documents, action, this.arn(resource), facts);
  }
}

export const invalid = (message: string): ApiFault => new ApiFault("InvalidRequestException", message, 400);

function missing(what: string): never {
  throw new ApiFault("ResourceNotFoundException", `There is no ${what}`, 404);
}

function checkName(what: string, name: string, pattern: RegExp): void {
  if (!pattern.test(name)) throw invalid(`${what} name "${name}" does not fit ${pattern.source}`);
}

function checkDocument(document: string): void {
  const faults = policyFaults(document);
  if (faults.length) throw new ApiFault("MalformedPolicyException", faults.join("; "), 400);
}
