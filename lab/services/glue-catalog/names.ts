/** Names: what Glue takes for one (Web API Reference: 1 to 255 characters of a single line), folded to lower case as it does. */
import { ApiFault } from "../../gateway/service";

/** @param what the member that carries the name, for the message */
export function nameOf(what: string, given: unknown): string {
  const fits = typeof given === "string" && /^[\u0020-\uffff\t]{1,255}$/.test(given) && !/[/]/.test(given);
  if (fits) return given.toLowerCase();
  throw new ApiFault("InvalidInputException", `1 validation error detected: Value ${JSON.stringify(given)} at '${what}' failed to satisfy constraint: a single line of 1 to 255 characters`);
}

/** Where a table is kept; "/" is in no name. */
export const keyOf = (database: string, table: string): string => `${database}/${table}`;
