/** Form: lists and maps as the query protocol flattens them (`Tags.member.1.Key=…`), and maps as it answers them. */
import { xml } from "../../gateway/protocol";

/** Values of `TagKeys.member.1`, `.2` … */
export function membersOf(form: URLSearchParams, prefix: string): string[] {
  const found: string[] = [];
  for (let n = 1; form.has(`${prefix}.${n}`); n += 1) found.push(form.get(`${prefix}.${n}`) ?? "");
  return found;
}

/** A map of `Attributes.entry.1.key=…&Attributes.entry.1.value=…`. */
export function mapOf(form: URLSearchParams, prefix: string, key: string, value: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (let n = 1; form.has(`${prefix}.${n}.${key}`); n += 1) found[form.get(`${prefix}.${n}.${key}`) ?? ""] = form.get(`${prefix}.${n}.${value}`) ?? "";
  return found;
}

/** A map as XML entries. */
export const pairs = (name: string, values: Record<string, string>): string =>
  `<${name}>${Object.entries(values).map(([key, value]) => `<entry><key>${xml(key)}</key><value>${xml(value)}</value></entry>`).join("")}</${name}>`;
