/** CIDR: ranges of IPv4 addresses as numbers, so that they can be compared. */

export interface Range {
  first: number;
  last: number;
  /** Bits of the prefix. */
  prefix: number;
}

/** `10.1.0.0/16` as a range; nothing when the text is no range, or has bits beyond its prefix. */
export function rangeOf(cidr: string): Range | undefined {
  const [, a, b, c, d, bits] = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr) ?? [];
  const octets = [a, b, c, d].map(Number);
  const prefix = Number(bits);
  if (bits === undefined || prefix > 32 || octets.some((octet) => octet > 255)) return undefined;
  const first = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const size = 2 ** (32 - prefix);
  return first % size === 0 ? { first, last: first + size - 1, prefix } : undefined;
}

/** Whether two ranges share an address; false when either is no range. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [rangeOf(one), rangeOf(other)];
  return a !== undefined && b !== undefined && a.first <= b.last && b.first <= a.last;
}

/** What is wrong with the range of a VPC, in words: EC2 takes /16 to /28. */
export function vpcRangeFaults(what: string, cidr: string): string[] {
  const range = rangeOf(cidr);
  if (!range) return [`${what} is "${cidr}"; set an IPv4 range such as 10.64.0.0/24, with no bits beyond the prefix`];
  return range.prefix >= 16 && range.prefix <= 28 ? [] : [`${what} is "${cidr}"; set a prefix from /16 to /28`];
}
