/**
 * The harness on the real jobs: one bug an invariant, planted into the process that runs them; script and library stay as they are.
 *
 * A plant is Python that runs before a script and leaves what takes it back in `undo`. It takes hold of what every job goes through
 * (Spark's writer, SQL, the reader of secrets), not of how this one is written.
 */
import { expect } from "chai";
import { broken } from "./harness/invariants";
import { Course } from "./lake/course";
import { reference, sharedLake } from "./lake/shared";
import { dueOf, inserted } from "./lake/source";

/** Put another function in the place of one. */
const instead = (owner: string, name: string, body: string): string => `
import pyspark.sql, pyspark.sql.functions, runpy
import awsglue.catalog
owner, name = ${owner}, "${name}"
old = getattr(owner, name)
undo.append(lambda: setattr(owner, name, old))
${body}
setattr(owner, name, new)
`;

/** Change a frame that is about to be written and has readings in it. */
const onWrite = (change: string): string => instead("pyspark.sql.DataFrame", "write", `
from pyspark.sql import functions as F
def changed(df):
    if "temperature" not in df.columns:
        return df
    ${change}
new = property(lambda df: old.fget(changed(df)))
`);

/** Change a MERGE. */
const onMerge = (before: string, after: string): string => instead("pyspark.sql.SparkSession", "sql", `
def new(spark, statement, *more, **named):
    into = statement.split()[2] if statement.startswith("MERGE INTO") else ""
    if into.endswith(".temperatures"):
        ${before}
        old(spark, statement, *more, **named)
        ${after}
        return None
    return old(spark, statement, *more, **named)
`);

interface Bug {
  name: string;
  invariant: string;
  plant: string;
  /** Of a run that fails; left out: it succeeds. */
  breaks?: string;
}

const bugs: Bug[] = [
  { name: "drops one reading", invariant: "I1", plant: onWrite(`
    first = df.where("temperature IS NOT NULL").orderBy("room_id", "timestamp").first()
    return df if first is None else df.where(~(F.col("room_id").eqNullSafe(first["room_id"]) & F.col("timestamp").eqNullSafe(first["timestamp"])))`) },
  { name: "doubles one row", invariant: "I2", plant: onMerge("pass", `old(spark, f"INSERT INTO {into} SELECT * FROM {into} LIMIT 1")`) },
  { name: "commits half of a change first", invariant: "I3", plant: onMerge(`old(spark, f"INSERT INTO {into} SELECT * FROM changes LIMIT 7")`, "pass") },
  { name: "loses the first byte of what it rejects", invariant: "I4", plant: instead("pyspark.sql.functions", "base64", `
def new(column):
    from pyspark.sql import functions as F
    return old(F.expr("substring(payload, 2)"))
`) },
  { name: "writes beside its place", invariant: "I5", plant: instead("runpy", "run_path", `
def new(path, **more):
    done = old(path, **more)
    awsglue.catalog.client("s3").put_object(Bucket=ELSEWHERE, Key="elsewhere/part", Body=b"x")
    return done
`) },
  { name: "swallows its failure", invariant: "I6", breaks: `ALTER TABLE "dbo"."readings" DROP COLUMN "temperature"`, plant: instead("runpy", "run_path", `
def new(path, **more):
    try:
        return old(path, **more)
    except Exception:
        return {}
`) },
  { name: "logs the password", invariant: "I7", plant: instead("awsglue.catalog", "jdbc_conf", `
def new(name):
    conf = old(name)
    print(f"connecting with {conf}", flush=True)
    return conf
`) },
  { name: "comes to another end on a rerun", invariant: "I8", plant: onWrite(`return df.withColumn("temperature", F.col("temperature") + F.when(F.col("room_id") == "büro", 0.25).otherwise(0))`) },
];

describe("the harness on the real jobs", () => {
  const seed = 1;
  for (const { name, invariant, plant, breaks } of bugs) {
    it(`catches by ${invariant} an import that ${name}`, async () => {
      const { rows, evidence } = await reference(seed);
      const lake = await sharedLake();
      const course = await Course.begun(lake);
      await inserted(lake.host.database, rows);
      if (breaks) await lake.host.database.run(breaks);
      lake.jobs.warm.plant = plant.replace("ELSEWHERE", JSON.stringify(lake.names.buckets.raw));
      await course.run("with a bug", breaks ? "FAILED" : "SUCCEEDED");
      const caught = broken(await course.evidence(dueOf(rows)), evidence);
      expect(caught.map((line) => line.slice(0, 2)), caught.join("\n")).to.include(invariant);
    });
  }
});
