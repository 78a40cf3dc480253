/**
 * Graph: the resources of a stack, joined by what each names. Before an update an id is not known: there the join goes by the
 * resources that a property's value comes from. What can't be told is `undefined`, never "nothing".
 */

/** A value that is known only after an update: Pulumi's own marker. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

// Inputs of any AWS type; who asks knows which type it asks for.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Props = Record<string, any>;

export interface Resource {
  urn: string;
  type: string;
  name: string;
  props: Props;
  /** By property: URNs of the resources that its value comes from. */
  dependencies: Record<string, string[]>;
}

/** A resource by its URN; what stands outside the stack by its id. */
export type Key = string;

export class Graph {
  private readonly byUrn: Map<string, Resource>;
  private readonly byId: Map<string, Resource>;
  private readonly byType = new Map<string, Resource[]>();

  constructor(readonly resources: readonly Resource[]) {
    this.byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    this.byId = new Map(resources.filter(({ props }) => told(props.id)).map((resource) => [`${resource.type} ${String(resource.props.id)}`, resource]));
    for (const resource of resources) {
      const own = this.byType.get(resource.type);
      if (own) own.push(resource);
      else this.byType.set(resource.type, [resource]);
    }
  }

  of(...types: string[]): readonly Resource[] {
    return types.length === 1 ? (this.byType.get(types[0]!) ?? []) : types.flatMap((type) => this.byType.get(type) ?? []);
  }

  /** The resource behind a key; nothing for what stands outside the stack. */
  at(key: Key): Resource | undefined {
    return this.byUrn.get(key);
  }

  /** What a property names, of these types: keys, or `undefined` where that can't be told yet. `value`: a part of the property. */
  named(resource: Resource, property: string, types: string[], value: unknown = resource.props[property]): Key[] | undefined {
    const values = (Array.isArray(value) ? value : [value]).filter((one) => one !== undefined && one !== null) as unknown[];
    const known = values.filter(told).map((id) => this.keyOf(String(id), types));
    const open = values.length - known.length;
    if (!open) return [...new Set(known)];
    const behind = this.behind(resource, property, types).filter((key) => !known.includes(key));
    const sure = behind.length === open || (behind.length > 0 && value === UNKNOWN && property.endsWith("s"));
    return sure ? [...new Set([...known, ...behind])] : undefined;
  }

  /** The one that a property names; `undefined` where there is none or it can't be told. */
  one(resource: Resource, property: string, types: string[], value?: unknown): Key | undefined {
    const found = this.named(resource, property, types, value ?? resource.props[property]);
    return found?.length === 1 ? found[0] : undefined;
  }

  /** Resources of a type whose property names this one. */
  naming(key: Key, type: string, property: string, types: string[]): Resource[] {
    const index = `${type} ${property} ${types.join(" ")}`;
    if (!this.pointers.has(index)) this.pointers.set(index, this.pointing(type, property, types));
    return this.pointers.get(index)?.get(key) ?? [];
  }

  private readonly pointers = new Map<string, Map<Key, Resource[]>>();
  private readonly found = new Map<string, unknown>();

  /** What is the same whoever asks, worked out at the first question. */
  once<T>(what: string, work: () => T): T {
    if (!this.found.has(what)) this.found.set(what, work());
    return this.found.get(what) as T;
  }

  /** Resources of a type by what their property names. */
  private pointing(type: string, property: string, types: string[]): Map<Key, Resource[]> {
    const found = new Map<Key, Resource[]>();
    for (const resource of this.of(type)) {
      for (const key of this.named(resource, property, types) ?? []) {
        const own = found.get(key);
        if (own) own.push(resource);
        else found.set(key, [resource]);
      }
    }
    return found;
  }

  /** How people know it: by its name in the program; what stands outside the stack by its id. */
  words(key: Key): string {
    return this.byUrn.get(key)?.name ?? key;
  }

  /** URNs that the value of a property comes from; a value handed on is followed to whom it names. */
  private behind(resource: Resource, property: string, types: string[], depth = 0): Key[] {
    const from = (resource.dependencies[property] ?? []).map((urn) => this.byUrn.get(urn)).filter((one) => one !== undefined);
    const keys = from.flatMap((one): Key[] => {
      if (types.includes(one.type)) return [one.urn];
      if (one.type === "awsx:ec2:Vpc") return types.includes("aws:ec2/vpc:Vpc") ? [vpcWithin(one)] : [];
      return depth < 4 && property in one.props ? this.handedOn(one, property, types, depth) : [];
    });
    return [...new Set(keys)].filter((key) => this.byUrn.has(key) || !key.startsWith("urn:"));
  }

  private handedOn(resource: Resource, property: string, types: string[], depth: number): Key[] {
    const value: unknown = resource.props[property];
    return told(value) ? [this.keyOf(String(value), types)] : this.behind(resource, property, types, depth + 1);
  }

  private keyOf(id: string, types: string[]): Key {
    const found = types.map((type) => this.byId.get(`${type} ${id}`)).find((resource) => resource !== undefined);
    return found?.urn ?? id;
  }
}

/** The network component makes its VPC under its own name. */
function vpcWithin({ urn }: Resource): Key {
  const at = urn.lastIndexOf("::");
  return `${urn.slice(0, at)}$aws:ec2/vpc:Vpc${urn.slice(at)}`;
}

/** A value that is there and known. */
export const told = (value: unknown): boolean => value !== undefined && value !== null && value !== UNKNOWN && value !== "";

/** The types that a path is made of. */
export const VPC = "aws:ec2/vpc:Vpc";
export const SUBNET = "aws:ec2/subnet:Subnet";
export const TABLE = "aws:ec2/routeTable:RouteTable";
export const MAIN = "aws:ec2/defaultRouteTable:DefaultRouteTable";
export const PEERING = "aws:ec2/vpcPeeringConnection:VpcPeeringConnection";
export const GATEWAY = "aws:ec2transitgateway/transitGateway:TransitGateway";
export const ATTACHMENT = "aws:ec2transitgateway/vpcAttachment:VpcAttachment";
export const GROUP = "aws:ec2/securityGroup:SecurityGroup";
export const CLOSED = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
export const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";
export const INSTANCE = "aws:ec2/instance:Instance";
export const TABLES = [TABLE, MAIN];
export const GROUPS = [GROUP, CLOSED];
