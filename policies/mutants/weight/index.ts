/** Weights of every type that the plans of this program hold. */
import { catalogue } from "./catalogue";
import { ingest } from "./ingest";
import { network } from "./network";
import { operations } from "./operations";
import { permissions } from "./permissions";
import { storage } from "./storage";
import type { Weight } from "./weight";

/** By area, in the order of the page. */
export const areas: Record<string, Record<string, Weight>> = { storage, network, permissions, ingest, catalogue, operations };

export const weights: Record<string, Weight> = Object.assign({}, ...Object.values(areas)) as Record<string, Weight>;

/** Tags say whose a resource is, wherever they stand. */
const EVERYWHERE = /^tags(\.|$)/;

/** What the table says of a path: of itself, or of all below a part of it; undefined where it says nothing. */
export function weightAt({ properties }: Weight, path: string): Weight["properties"][string] | undefined {
  if (EVERYWHERE.test(path)) return "whose it is, and what it costs whom";
  const own = properties[path] ?? properties[path.replace(/[^.]+$/, "*")];
  if (own !== undefined) return own;
  const above = Object.keys(properties).find((one) => typeof properties[one] === "string" && below(one.replace(/\.\*$/, ""), path));
  return above === undefined ? undefined : properties[above];
}

/** Whether a path is one inside another; a reason for a container is one for all in it. */
const below = (outer: string, path: string): boolean => path.startsWith(`${outer}.`) || path.startsWith(`${outer}[]`);
