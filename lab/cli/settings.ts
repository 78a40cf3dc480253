/** Settings: `key=value` of a command line as config of a stack; a value that is JSON is taken as such. */
import { CliError } from "./error";

export function settings(pairs: string[] = []): Record<string, unknown> {
  return Object.fromEntries(pairs.map((pair) => {
    const at = pair.indexOf("=");
    if (at < 1) throw new CliError(`--config ${pair} sets nothing; write key=value`);
    return [pair.slice(0, at), value(pair.slice(at + 1))];
  }));
}

function value(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
