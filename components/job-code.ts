/** Job code: the scripts of glue/jobs/ and the package `lake` that they import, as a bucket takes them. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { schemaFolder } from "./channel";

const root = join(__dirname, "..");

/** A script of glue/jobs/, as it stands. */
export const jobScript = (file: string): pulumi.asset.Asset => new pulumi.asset.FileAsset(existing(join("glue", "jobs", file)));

/** The package `lake` with the schemas in `lake/schema/`, without its tests. */
export function jobLibrary(): pulumi.asset.Archive {
  const folder = existing(join("glue", "lake"));
  const modules = readdirSync(folder).filter((file) => file.endsWith(".py") && !/^(test_|conftest)/.test(file));
  const schemas = readdirSync(schemaFolder).filter((file) => file.endsWith(".json"));
  return new pulumi.asset.AssetArchive(Object.fromEntries([
    ...modules.sort().map((file) => [`lake/${file}`, new pulumi.asset.FileAsset(join(folder, file))] as const),
    ...schemas.sort().map((file) => [`lake/schema/${file}`, new pulumi.asset.FileAsset(join(schemaFolder, file))] as const),
  ]));
}

/** A path of the project in full; named when it is not there. */
function existing(path: string): string {
  const full = join(root, path);
  if (!existsSync(full)) throw new Error(`${path} is missing`);
  return full;
}
