/** Progress: steps with what each is doing, as a list that moves on a terminal and as plain lines elsewhere. */
import { Listr } from "listr2";

export type Step = [title: string, work: (say: (what: string) => void) => Promise<void>];

export interface Progress {
  line(text: string): void;
  run(steps: Step[]): Promise<void>;
}

export function progressOf(out: NodeJS.WriteStream): Progress {
  const line = (text: string) => void out.write(`${text}\n`);
  return { line, run: out.isTTY ? moving : plain(line) };
}

async function moving(steps: Step[]): Promise<void> {
  await new Listr(steps.map(([title, work]) => ({
    title, task: (_: unknown, task: { output: string }) => work((what) => { task.output = what; }),
  }))).run();
}

const plain = (line: (text: string) => void) => async (steps: Step[]): Promise<void> => {
  for (const [title, work] of steps) {
    const began = Date.now();
    line(`${title} …`);
    await work((what) => line(`  ${what}`));
    line(`${title}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
  }
};
