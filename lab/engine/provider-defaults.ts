/** ProviderDefaults: what an AWS provider gives to every resource made through it. */
import type { Props } from "./providers/provider";
import { typeFacts } from "./type-facts";
import { isRecord, opened } from "./values";

export interface ProviderDefaults {
  region?: string;
  tags: Record<string, unknown>;
}

/** Defaults from the inputs of an explicit provider, or from config (`aws:region`, `aws:defaultTags`); both hold objects as JSON text. */
export function defaultsOf(settings: Props): ProviderDefaults {
  const { region, defaultTags } = opened(settings) as Props;
  const tags: unknown = typeof defaultTags === "string" ? parsed(defaultTags) : defaultTags;
  const own = isRecord(tags) && isRecord(tags.tags) ? tags.tags : {};
  return { ...(typeof region === "string" ? { region } : {}), tags: own };
}

/** Inputs with the provider's tags merged in beneath the resource's own, for types that take tags: what the provider does before its check. */
export function tagged(type: string, inputs: Props, defaults: Record<string, unknown>): Props {
  const own: unknown = inputs.tags ?? {};
  if (!takesTags(type) || !isRecord(own) || !Object.keys(defaults).length) return inputs;
  return { ...inputs, tags: { ...defaults, ...own } };
}

/** What the provider adds to outputs whatever the type: all tags, and the region that it is in. */
export function standardOutputs(type: string, inputs: Props, region: string): Props {
  const takesRegion = typeFacts(type)?.inputs.has("region") ?? false;
  return {
    ...(takesTags(type) ? { tagsAll: (inputs.tags as unknown) ?? {} } : {}),
    ...(takesRegion ? { region: (inputs.region as unknown) ?? region } : {}),
  };
}

function takesTags(type: string): boolean {
  const facts = typeFacts(type);
  return (facts?.inputs.has("tags") && facts.outputs.has("tagsAll")) ?? false;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // An unknown value in preview: nothing to merge yet.
  }
}
