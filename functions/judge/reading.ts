/**
 * Reading: what counts as one, by the channel's schema.
 *
 * A message is a reading when it is one JSON object that has every field of its channel exactly once and nothing else, each
 * of its type and within its range, and was measured at a plausible time. A field that the schema does not know makes it no
 * reading either: dropping what a thing measured would lose it silently. What is no reading is kept byte for byte with its faults.
 */
import type { Channel, Field } from "../../components/channel";
import { type Member, members, NotAnObject } from "./members";
import { type Plausible, spelled, valueOf, type Verdict } from "./values";

/** A message as the topic rule hands it over. */
export interface Message {
  /** Exactly the bytes that were published. */
  payload: Uint8Array;
  thing: string;
  /** When it arrived: milliseconds since 1970. */
  receivedAt: number;
}

/** One row of the raw table as a line of JSON, or every fault of the message in one sentence. */
export type Judged = { row: string } | { reason: string };

export function judged(message: Message, channel: Channel, plausible: Plausible): Judged {
  let found: Member[];
  try {
    found = members(decoded(message.payload));
  } catch (fault) {
    if (fault instanceof NotAnObject) return { reason: `payload ${fault.message}` };
    throw fault;
  }
  const verdicts = channel.fields.map((field) => [field.name, verdict(field, found, message.receivedAt, plausible)] as const);
  const faults = [...verdicts.flatMap(([name, told]) => ("fault" in told ? [`${name} ${told.fault}`] : [])), ...unknownFaults(found, channel)];
  return faults.length ? { reason: faults.join("; ") } : { row: row(verdicts as [string, { text: string }][], message) };
}

function decoded(payload: Uint8Array): string {
  if (payload.length === 0) throw new NotAnObject("is empty");
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(payload);
  } catch {
    throw new NotAnObject("is no valid UTF-8");
  }
}

function verdict(field: Field, found: Member[], arrival: number, plausible: Plausible): Verdict {
  const [first, second] = found.filter(({ key }) => key === field.name);
  if (!first) return { fault: "is missing" };
  return second ? { fault: "stands more than once" } : valueOf(field, first.text, arrival, plausible);
}

/** Unknown keys come from outside: they are counted, not repeated. */
function unknownFaults(found: Member[], channel: Channel): string[] {
  const known = new Set(channel.fields.map(({ name }) => name));
  return found.some(({ key }) => !known.has(key)) ? [`payload has a field that ${channel.channel} does not know`] : [];
}

function row(values: [string, { text: string }][], { thing, receivedAt }: Message): string {
  const fields = values.map(([name, { text }]) => `${JSON.stringify(name)}:${text}`);
  return `{${[...fields, `"thing":${JSON.stringify(thing)}`, `"received_at":"${spelled(receivedAt)}"`].join(",")}}`;
}
