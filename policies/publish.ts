/**
 * Publish: the pack as a package of its own, one file of JavaScript that needs @pulumi/policy and @pulumi/pulumi and nothing else.
 *
 *   npx tsx policies/publish.ts FOLDER && npm publish FOLDER
 */
import { build } from "esbuild";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { page } from "./docs";

const read = (file: string): Record<string, unknown> => JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;

/** Write the package into a folder, which is made where there is none. Answers with the files that its one file was made of. */
export async function publish(folder: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const { metafile } = await build({
    entryPoints: [join(__dirname, "index.ts")], outfile: join(folder, "index.js"), bundle: true, platform: "node", target: "node20", format: "cjs",
    external: ["@pulumi/*"], metafile: true, logLevel: "silent",
  });
  const { name, version, description, license } = read(join(__dirname, "package.json"));
  const dependencies = Object.fromEntries(["@pulumi/policy", "@pulumi/pulumi"].map((of) => [of, `^${String(read(require.resolve(`${of}/package.json`)).version)}`]));
  writeFileSync(join(folder, "package.json"), `${JSON.stringify({ name, version, description, license, main: "index.js", dependencies }, null, 2)}\n`);
  for (const file of ["PulumiPolicy.yaml", "settings.schema.json", "README.md", join("..", "LICENSE")]) copyFileSync(join(__dirname, file), join(folder, file.split("/").at(-1)!));
  writeFileSync(join(folder, "rules.md"), page());
  const inputs = Object.keys(metafile.inputs).map((file) => resolve(file));
  writeFileSync(join(folder, "THIRD-PARTY.txt"), licences(inputs));
  return inputs;
}

/** Licences of what the one file holds of others. */
function licences(files: string[]): string {
  const packages = new Set(files.map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]).filter((found) => found !== undefined));
  return [...packages].sort().map((folder) => {
    const file = ["LICENSE", "LICENSE.md", "license"].map((name) => join(folder, name)).find(existsSync);
    if (!file) throw new Error(`${folder} has no licence to pass on`);
    return `${folder.split("node_modules/").at(-1)}\n\n${readFileSync(file, "utf8").trim()}\n`;
  }).join("\n---\n\n");
}

if (require.main === module) {
  const [folder] = process.argv.slice(2);
  if (!folder) throw new Error("Name the folder to write the package to: npx tsx policies/publish.ts FOLDER");
  void publish(resolve(folder));
}
