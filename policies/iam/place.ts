/** Place: partition, region and account of a stack, read from the ARNs in it, to write ARNs of what it names only by name. */
import { known, type Stack } from "../stack";

export interface Place { partition: string; region: string; account: string }

const places = new WeakMap<Stack, Place | undefined>();

/** Undefined while no ARN of a stack is known. */
export function placeOf(stack: Stack): Place | undefined {
  if (!places.has(stack)) places.set(stack, found(stack));
  return places.get(stack);
}

function found(stack: Stack): Place | undefined {
  for (const { props } of stack.resources) {
    const parts = known(props.arn) ? /^arn:([\w-]+):[\w-]+:([\w-]+):(\d{12}):/.exec(String(props.arn)) : null;
    if (parts) return { partition: parts[1]!, region: parts[2]!, account: parts[3]! };
  }
  return undefined;
}

export const arn = ({ partition, region, account }: Place, service: string, rest: string): string => `arn:${partition}:${service}:${region}:${account}:${rest}`;
