/**
 * Stack: every resource of a program as the rules see it, and the joins between them.
 *
 * A join goes by dependency first (the only way at preview, when ids are unknown) and by value second.
 */

import { type Settings, strict } from "./settings";

/** The value of a property that is known only after an update (Pulumi's own marker for a string). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

// Inputs of any AWS type; a rule reads those that its types have.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Props = Record<string, any>;

export interface Seen {
  urn: string;
  type: string;
  name: string;
  props: Props;
  /** By property: URNs of the resources that its value comes from. */
  dependencies: Record<string, string[]>;
  /** URNs of all that it is made after, whether by a property or by `dependsOn`. */
  after?: readonly string[];
  parent?: string;
  protect?: boolean;
  /** Outputs that the program declares secret. */
  secretOutputs?: readonly string[];
}

export class Stack {
  private readonly byType = new Map<string, Seen[]>();
  private readonly byUrn = new Map<string, Seen>();

  constructor(readonly resources: readonly Seen[], readonly settings: Settings = strict) {
    for (const resource of resources) {
      this.byUrn.set(resource.urn, resource);
      const own = this.byType.get(resource.type);
      if (own) own.push(resource);
      else this.byType.set(resource.type, [resource]);
    }
  }

  /** Resources of some types; `*` stands for every type of AWS. */
  ofTypes(types: readonly string[]): readonly Seen[] {
    if (types.includes("*")) return this.once("*", () => this.resources.filter(({ type }) => type.startsWith("aws:")));
    return types.length === 1 ? (this.byType.get(types[0]!) ?? []) : types.flatMap((type) => this.byType.get(type) ?? []);
  }

  /** Resources of a type, one of whose properties has this value; none for a value that is not known. */
  having(type: string, properties: readonly string[], value: unknown): readonly Seen[] {
    if (!known(value)) return [];
    const index = this.once(`${type} ${properties.join()}`, () => {
      const found = new Map<unknown, Seen[]>();
      for (const resource of this.ofTypes([type])) {
        for (const own of new Set(properties.map((property) => resource.props[property] as unknown))) found.set(own, [...(found.get(own) ?? []), resource]);
      }
      return found;
    });
    return index.get(value) ?? [];
  }

  at(urn: string): Seen | undefined {
    return this.byUrn.get(urn);
  }

  /** Resources of a type whose `property` is made from `target`, or has one of its identifying values. */
  pointingAt(target: Seen, type: string, property: string): Seen[] {
    const index = this.pointers(type, property);
    const keys = [target.urn, ...[target.props.id, target.props.bucket, target.props.arn].filter(known)];
    return [...new Set(keys.flatMap((key) => index.get(String(key)) ?? []))];
  }

  /** Resources of a type that the `property` of `source` is made from. */
  behind(source: Seen, property: string, type: string): Seen[] {
    const found = (source.dependencies[property] ?? []).map((urn) => this.byUrn.get(urn));
    return found.filter((other) => other?.type === type) as Seen[];
  }

  private readonly found = new Map<string, unknown>();

  /** What is the same for every resource of the stack, worked out at the first question: a rule that looks through all of it for each resource is quadratic. */
  once<T>(what: string, work: () => T): T {
    if (!this.found.has(what)) this.found.set(what, work());
    return this.found.get(what) as T;
  }

  private readonly indexes = new Map<string, Map<string, Seen[]>>();

  /** Resources of a type by what their `property` points at: URNs of its dependencies, and its value or values. */
  private pointers(type: string, property: string): Map<string, Seen[]> {
    const key = `${type} ${property}`;
    const made = this.indexes.get(key) ?? new Map<string, Seen[]>();
    if (this.indexes.has(key)) return made;
    this.indexes.set(key, made);
    for (const resource of this.ofTypes([type])) {
      const values = [resource.props[property] as unknown].flat().filter((value) => typeof value === "string" && known(value));
      for (const to of new Set([...(resource.dependencies[property] ?? []), ...(values as string[])])) {
        const own = made.get(to);
        if (own) own.push(resource);
        else made.set(to, [resource]);
      }
    }
    return made;
  }
}

/** A value that is there and known. */
export const known = (value: unknown): boolean => value !== undefined && value !== null && value !== UNKNOWN;
