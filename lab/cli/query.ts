/** sensorlake query: ask Athena of a stack. Exit 1 on a query that fails, with what Athena says about it. */
import { AthenaClient } from "@aws-sdk/client-athena";
import type { Command } from "commander";
import { type Answer, queryAthena } from "../../functions/query/ask";
import { csv, json, table } from "../../functions/query/format";
import { stackOutputs } from "../engine/outputs";
import { attach } from "../home";
import { CliError } from "./error";

interface Options {
  stack: string;
  csv?: boolean;
  json?: boolean;
  database?: string;
}

/** A person waits for as long as Athena lets a query run. */
const patience = { seconds: 1800, firstLookMs: 50 };

export function register(program: Command): void {
  program.command("query <sql>")
    .description("ask Athena; --csv writes a ' before what a spreadsheet would take for a formula")
    .option("--stack <name>", "stack, as in Pulumi.<name>.yaml", "local")
    .option("--database <name>", "database of tables without one; left out: the curated one")
    .option("--csv", "comma-separated values")
    .option("--json", "a list of objects, values as text")
    .action(query);
}

async function query(sql: string, options: Options): Promise<void> {
  if (options.csv && options.json) throw new CliError("Both --csv and --json are set; set one of them");
  const answer = await asked(sql, options);
  const write = options.csv ? csv : options.json ? json : table;
  process.stdout.write(write(answer));
}

async function asked(sql: string, { stack, database }: Options): Promise<Answer> {
  const outputs = await stackOutputs(stack);
  const athena = stack === "local" ? new AthenaClient(attach().client()) : new AthenaClient({});
  try {
    return await queryAthena(athena, { workgroup: String(outputs.workgroup), database: database ?? String(outputs.databases.lake) }, { sql, parameters: [] }, patience);
  } catch (fault) {
    const { name, message } = fault as Error;
    if (name === "CredentialsProviderError") throw new CliError(`The stack ${stack} is on AWS, and no credentials are set: ${message}`);
    throw new CliError(message.replace(/[\p{Cc}\p{Cf}]+/gu, " "));
  }
}
