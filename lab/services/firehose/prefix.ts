/** Prefix: where an object goes. Expressions: Firehose Developer Guide, "Understand custom prefixes for Amazon S3 objects". */

const expression = /!\{([^:}]*):?([^}]*)\}/g;
/** Letters of Java's DateTimeFormatter that the lab has, each as a part of an ISO time. */
const parts: Record<string, [from: number, to: number]> = { yyyy: [0, 4], MM: [5, 7], dd: [8, 10], HH: [11, 13], mm: [14, 16], ss: [17, 19] };
const pattern = /'([^']*)'|([A-Za-z])\2*|./g;

/** What is wrong with a prefix, in words. Error types stand in the error prefix only, and there they must. */
export function prefixFault(what: string, prefix: string, ofErrors: boolean): string | undefined {
  const found = [...prefix.matchAll(expression)];
  for (const [whole, space, value = ""] of found) {
    if (space === "timestamp") {
      const letters = [...value.matchAll(pattern)].map(([one]) => one).find((one) => /^[A-Za-z]/.test(one) && !parts[one]);
      if (letters) return `The lab's prefixes do not have ${letters} of ${whole} in ${what}.`;
    } else if (space !== "firehose" || !["error-output-type", "random-string"].includes(value)) return `The lab's prefixes do not have ${whole} of ${what}.`;
    else if (value === "error-output-type" && !ofErrors) return `${what} can't have ${whole}; it belongs in ErrorOutputPrefix.`;
  }
  const typed = found.some(([, , value]) => value === "error-output-type");
  return ofErrors && found.length > 0 && !typed ? `${what} has expressions, so it needs !{firehose:error-output-type}.` : undefined;
}

/** @param at milliseconds since 1970: arrival of the oldest record of the object. @param id of the flush: a repeated one has the same random string. */
export function filled(prefix: string, at: number, id: string, errorType = ""): string {
  const iso = new Date(at).toISOString();
  // Without an expression the time is added: YYYY/MM/dd/HH/.
  if (prefix.search(expression) < 0) return `${prefix}${errorType && `${errorType}/`}${iso.slice(0, 13).replace(/[-T]/g, "/")}/`;
  return prefix.replace(expression, (_, space: string, value: string) => {
    if (space === "timestamp") return value.replace(pattern, (one: string, quoted?: string) => quoted ?? (parts[one] ? iso.slice(...parts[one]) : one));
    return value === "error-output-type" ? errorType : id.replaceAll("-", "").slice(0, 11);
  });
}
