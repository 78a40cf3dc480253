/** URN: the name of a resource in a stack, made of its own type and name and of the types above it. */

/** What an alias says: another URN, or what was different about the resource then. */
export interface Alias {
  urn?: string;
  name?: string;
  type?: string;
  stack?: string;
  project?: string;
  parentUrn?: string;
  noParent?: boolean;
}

export interface UrnParts {
  stack: string;
  project: string;
  /** Types from the outermost parent inwards, the resource's own last. */
  types: string[];
  name: string;
}

const STACK = "pulumi:pulumi:Stack";

export const urnOf = ({ stack, project, types, name }: UrnParts): string => `urn:pulumi:${stack}::${project}::${types.join("$")}::${name}`;

export function partsOf(urn: string): UrnParts {
  const [stack = "", project = "", types = "", ...name] = urn.replace(/^urn:pulumi:/, "").split("::");
  return { stack, project, types: types.split("$"), name: name.join("::") };
}

export const stackUrn = (stack: string, project: string): string => urnOf({ stack, project, types: [STACK], name: `${project}-${stack}` });

/** URN of a child; the stack itself adds no type to those below it. */
export function childUrn(stack: string, project: string, parent: string, type: string, name: string): string {
  const above = parent ? partsOf(parent).types : [];
  return urnOf({ stack, project, types: above.length && above[above.length - 1] !== STACK ? [...above, type] : [type], name });
}

/** URNs that a resource may have had before, from its aliases and from those of its parent. */
export function formerUrns(own: { stack: string; project: string; parent: string; type: string; name: string }, aliases: Alias[], parentFormer: string[]): string[] {
  const inherited = parentFormer.map((parent) => childUrn(own.stack, own.project, parent, own.type, own.name));
  const declared = aliases.flatMap((alias) => {
    if (alias.urn) return [alias.urn];
    const type = alias.type || own.type;
    const name = alias.name || own.name;
    const parents = alias.noParent ? [""] : alias.parentUrn ? [alias.parentUrn, ...(alias.parentUrn === own.parent ? parentFormer : [])] : [own.parent, ...parentFormer];
    return parents.map((parent) => childUrn(alias.stack || own.stack, alias.project || own.project, parent, type, name));
  });
  return [...new Set([...declared, ...inherited])];
}
