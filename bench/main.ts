/** Bench: `npm run bench -- NAME [flags]`. Each measurement is one file beside this one; the last line is its JSON. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

interface Bench {
  run(argv: string[]): Promise<object>;
}

async function main([name = "", ...argv]: string[]): Promise<void> {
  const file = join(__dirname, `${name}.ts`);
  if (!/^[a-z-]+$/.test(name) || name === "main" || !existsSync(file)) throw new Error(`There is no bench "${name}"; set one of ${names().join(", ")}`);
  const bench = (await import(file)) as Partial<Bench>;
  if (!bench.run) throw new Error(`bench/${name}.ts measures nothing by itself; set one of ${names().join(", ")}`);
  console.log(JSON.stringify(await bench.run(argv)));
}

const names = (): string[] => readdirSync(__dirname).filter((file) => file.endsWith(".ts")).map((file) => file.replace(/\.ts$/, "")).filter((name) => !["main", "plain-machine", "repeated"].includes(name) && !name.includes("."));

main(process.argv.slice(2)).then(() => process.exit(0), (fault: unknown) => {
  console.error(fault instanceof Error ? fault.message : String(fault));
  process.exit(1);
});
