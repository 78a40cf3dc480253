/** Ranges: sets of addresses as numbers, cut where rules change, so that "every address" is a question with few answers. */
import { rangeOf } from "../cidr";

export interface Span {
  first: number;
  last: number;
}

export const ALL: Span = { first: 0, last: 2 ** 32 - 1 };

/** A range in CIDR as a span; nothing when the text is none. EC2 takes 10.1.2.3/16 for 10.1.0.0/16. */
export function spanOf(cidr: unknown): Span | undefined {
  if (typeof cidr !== "string") return undefined;
  const exact = rangeOf(cidr);
  if (exact) return { first: exact.first, last: exact.last };
  const bits = Number(cidr.split("/")[1]);
  const host = rangeOf(`${cidr.split("/")[0] ?? ""}/32`);
  if (!host || !Number.isInteger(bits) || bits < 0 || bits > 32) return undefined;
  const size = 2 ** (32 - bits);
  const first = Math.floor(host.first / size) * size;
  return { first, last: first + size - 1 };
}

export const prefixOf = ({ first, last }: Span): number => 32 - Math.log2(last - first + 1);
export const meets = (one: Span, other: Span): boolean => one.first <= other.last && other.first <= one.last;
export const holds = (outer: Span, inner: Span): boolean => outer.first <= inner.first && inner.last <= outer.last;

/** A span cut at the ends of others: within a piece each of them holds everything or nothing. */
export function pieces(span: Span, cuts: Span[]): Span[] {
  const edges = [span.first, ...cuts.flatMap(({ first, last }) => [first, last + 1])].filter((edge) => edge >= span.first && edge <= span.last);
  const starts = [...new Set(edges)].sort((a, b) => a - b);
  return starts.map((first, at) => ({ first, last: (starts[at + 1] ?? span.last + 1) - 1 }));
}

/** What of the spans no other covers. */
export const uncovered = (spans: Span[], by: Span[]): Span[] => spans.flatMap((span) => pieces(span, by).filter((piece) => !by.some((one) => holds(one, piece))));

/** A span in words: as CIDR where it is one. */
export function spanWords(span: Span): string {
  const size = span.last - span.first + 1;
  const bits = prefixOf(span);
  return Number.isInteger(bits) && span.first % size === 0 ? `${address(span.first)}/${bits}` : `${address(span.first)} to ${address(span.last)}`;
}

export const spansWords = (spans: Span[]): string => spans.map(spanWords).join(", ");

const address = (number: number): string => [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");

/** What is on the internet: all but the ranges that the registry of special-purpose addresses (RFC 6890) keeps off it. */
export const PUBLIC: Span[] = beside(["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3"]);

function beside(ranges: string[]): Span[] {
  const taken = ranges.map((range) => spanOf(range)).filter((span) => span !== undefined);
  return pieces(ALL, taken).filter((piece) => !taken.some((one) => holds(one, piece)));
}
