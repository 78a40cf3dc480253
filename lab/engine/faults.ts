/** Faults: why a program did not run through, in lines for people: no stack traces, no colours, no dumps of objects. */
import type { Graph } from "./graph";
import type { Ended } from "./program";
import { partsOf } from "./urn";

// util.inspect colours what it prints; ESC is what begins a colour.
// eslint-disable-next-line no-control-regex
const COLOUR = /\x1b\[[0-9;]*m/g;
const UNHANDLED = /^Running program '[^']*' failed with an unhandled exception:\n?/;

/** The message of an error that was printed with stack and properties. */
export function cleaned(text: string): string {
  const plain = text.replace(COLOUR, "");
  const body = plain.replace(UNHANDLED, "");
  const [message = ""] = body.split(/\n\s+at (?=\S)/);
  const said = message.replace(/^\s*(<ref \*\d+> )?(Uncaught )?(\w*Error): /, "").replace(/ \{$/, "").trim();
  return UNHANDLED.test(plain) ? [said, place(body)].filter(Boolean).join(" ") : said;
}

/** Where in the project an unexpected error arose; nothing when only libraries are on its stack. */
function place(body: string): string {
  const frame = body.split("\n").find((line) => /^\s+at /.test(line) && !/node_modules|node:internal/.test(line));
  const [, file, line] = /\(?(?:file:\/\/)?([^\s()]+\.[cm]?[jt]s):(\d+):\d+\)?$/.exec(frame ?? "") ?? [];
  return file ? `(at ${file.replace(`${process.cwd()}/`, "")}:${line})` : "";
}

/** Every fault of a run, one to a resource or message, each said once; none when it ran through. */
export function faultsOf(graph: Graph, ended: Ended): string[] {
  if (graph.failures.size) return [...graph.failures].map(([urn, message]) => `${urn}: ${message}`);
  const errors = graph.said.filter(({ severity }) => severity === "error").map(({ message, urn }) => ({ text: cleaned(message), urn }));
  const said = [...new Set(errors.map(({ text, urn }) => prefixed(text, urn)))].filter(Boolean);
  if (said.length || ended.code === 0) return said;
  return [cleaned(ended.stderr) || `The program ended with ${ended.code} and said nothing.`];
}

/** A fault of one resource begins with which one. */
function prefixed(text: string, urn: string): string {
  if (!urn || !text) return text;
  const { types, name } = partsOf(urn);
  return `${name} (${types[types.length - 1]?.split(":").pop()}): ${text}`;
}
