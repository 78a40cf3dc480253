/**
 * Provider: how one type of resource is made in the lab. One file a service in this folder, each exporting a record
 * from type token to Provider; index.ts gathers them. A type that is in none of them is refused at deploy by name.
 */
import type { Lab } from "../../lab";

/** Property values as plain JSON; assets and archives arrive as { path } of a file on disk (archives: a .zip). */
// Shapes are those of @pulumi/aws, checked by the program's own types.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Props = Record<string, any>;

export interface Made {
  /** Provider's id, as the real provider forms it (a bucket's name, a role's name, an ARN, …). */
  id: string;
  /** What the real provider adds to the inputs: arn, url, endpoint, … Inputs are merged in by the engine. */
  outputs: Props;
}

export interface Provider {
  /** Top-level input names whose change needs a new resource. */
  replaceOn?: readonly string[];
  create(inputs: Props, resource: Resource): Promise<Made>;
  /** Left out: every change is a replacement. */
  update?(id: string, inputs: Props, old: Props, resource: Resource): Promise<Props>;
  delete(id: string, outputs: Props, resource: Resource): Promise<void>;
  /** True when what was deployed is really there; left out: it is trusted. Asked once per lab start. */
  exists?(id: string, outputs: Props, resource: Resource): Promise<boolean>;
}

export interface Resource {
  lab: Lab;
  urn: string;
  type: string;
  name: string;
}

export type Providers = Record<string, Provider>;
