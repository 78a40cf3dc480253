/** Jars: what Spark needs beside itself, H2, and PostgreSQL's driver. Fetched by the Ivy that comes with pyspark; each must have the sum that stands here. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { CliError } from "../cli/error";

const run = promisify(execFile);

export interface Jar {
  group: string;
  name: string;
  version: string;
  sha256: string;
}

/** Iceberg of Glue 5.1; Hadoop's S3 file system with the parts of the AWS SDK that it loads; the stand-in for SQL Server; PostgreSQL's driver (BSD-2-Clause). */
export const jars: Jar[] = [
  { group: "org.apache.iceberg", name: "iceberg-spark-runtime-3.5_2.12", version: "1.10.0", sha256: "70f9471870b2d456167d703c829f098a446b86bb1379eee338c0efa03a341026" },
  { group: "org.apache.iceberg", name: "iceberg-aws-bundle", version: "1.10.0", sha256: "172370cfc32a5f1ae5399b210e86fc04a366dc29a112d97ac8ffc74df7525596" },
  { group: "org.apache.hadoop", name: "hadoop-aws", version: "3.3.4", sha256: "53f9ae03c681a30a50aa17524bd9790ab596b28481858e54efd989a826ed3a4a" },
  { group: "com.amazonaws", name: "aws-java-sdk-core", version: "1.12.262", sha256: "06fed99f929c389e168278c1b111aaf1afb270d07202fbbce92e73d1e4279678" },
  { group: "com.amazonaws", name: "aws-java-sdk-s3", version: "1.12.262", sha256: "a0cb7580178bc0d4d3558295a5bb890008478da8a6b3241989c71238b0ed3be5" },
  { group: "com.amazonaws", name: "aws-java-sdk-sts", version: "1.12.262", sha256: "659f48d8ebc02025c5042cc4b925f62610e81f334498f1b9e7a271ce20ecbcae" },
  { group: "com.amazonaws", name: "aws-java-sdk-dynamodb", version: "1.12.262", sha256: "7af4ba06d0d9b3c2ab435089caecd0567810d203aa285f7aa72861f1964d442e" },
  { group: "com.amazonaws", name: "aws-java-sdk-kms", version: "1.12.262", sha256: "c00f5ae7b334255f661d85512e7203af9523a04fb65d0c431c2eea2003ed8ae2" },
  { group: "com.h2database", name: "h2", version: "2.3.232", sha256: "8dae62d22db8982c3dcb3826edb9c727c5d302063a67eef7d63d82de401f07d3" },
  { group: "org.postgresql", name: "postgresql", version: "42.7.8", sha256: "2a32a9dcbc42d67a50ad3a0de5efd102c8d2be46720045f2cbd6689f160ab7c7" },
];

export const fileOf = ({ name, version }: Jar): string => `${name}-${version}.jar`;

/** Fetch what is missing or not what it should be, and remove what is not on the list. `say` is told each jar. */
export async function fetchJars(list: Jar[], folder: string, { java, ivy, cache }: { java: string; ivy: string; cache: string }, say: (what: string) => void): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) if (!list.some((jar) => fileOf(jar) === file)) rmSync(join(folder, file), { recursive: true, force: true });
  for (const jar of list) {
    const target = join(folder, fileOf(jar));
    if (existsSync(target) && sumOf(target) === jar.sha256) continue;
    say(fileOf(jar));
    const aside = join(folder, "new");
    await fetchOne(jar, aside, { java, ivy, cache });
    const found = join(aside, fileOf(jar));
    if (sumOf(found) !== jar.sha256) throw new CliError(`${fileOf(jar)} is not what it should be (its SHA-256 is ${sumOf(found)}); the mirror that Maven Central is read from may be broken.`);
    renameSync(found, target);
    rmSync(aside, { recursive: true, force: true });
  }
}

async function fetchOne(jar: Jar, aside: string, { java, ivy, cache }: { java: string; ivy: string; cache: string }): Promise<void> {
  const wanted = ["-dependency", jar.group, jar.name, jar.version, "-notransitive", "-types", "jar"];
  const pattern = join(aside, "[artifact]-[revision].[ext]");
  const said = await run(java, ["-jar", ivy, "-cache", cache, ...wanted, "-retrieve", pattern], { maxBuffer: 16 << 20 }).catch((fault: Error & { stdout?: string }) => fault);
  if (existsSync(join(aside, fileOf(jar)))) return;
  const why = /^.*(?:No space|UNRESOLVED|not found|Exception|FAILED).*$/m.exec(String(said.stdout))?.[0]?.trim() ?? "no answer";
  if (/No space/.test(why)) throw Object.assign(new Error(why), { code: "ENOSPC" });
  throw new CliError(`${fileOf(jar)} could not be fetched from Maven Central (${why}); check the network and run \`npx sensorlake setup\` again.`);
}

const sumOf = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");

/** Megabytes of a folder; links count for nothing. */
export const megabytes = (folder: string): number => Math.round(bytesOf(folder) / 1e6);

function bytesOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .reduce((sum, each) => sum + (each.isDirectory() ? bytesOf(join(folder, each.name)) : each.isFile() ? statSync(join(folder, each.name)).size : 0), 0);
}
