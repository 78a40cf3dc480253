/** Spark: the settings and the environment of one run in the lab. Pure; nothing secret stands in a file or on a command line. */
import { delimiter, join } from "node:path";
import type { Lab } from "../../lab";
import { root } from "../../home";

export interface RunPlace {
  /** Folder of this run, removed when it has ended. */
  folder: string;
  /** Jars of `--extra-jars`, on this machine. */
  jars: string[];
  /** What `--extra-py-files` puts on Python's path. */
  pythonPath: string[];
}

/** Spark keeps two cores busy; with few rows each further partition, or plan made anew, costs more than it saves. */
const base = {
  "spark.master": "local[2]",
  "spark.ui.enabled": "false",
  "spark.ui.showConsoleProgress": "false",
  "spark.driver.bindAddress": "127.0.0.1",
  "spark.driver.host": "127.0.0.1",
  "spark.driver.memory": "2g",
  "spark.sql.shuffle.partitions": "2",
  "spark.sql.adaptive.enabled": "false",
  "spark.sql.session.timeZone": "UTC",
  "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
  "spark.hadoop.fs.s3a.path.style.access": "true",
  "spark.hadoop.fs.s3a.connection.ssl.enabled": "false",
  "spark.hadoop.fs.s3a.aws.credentials.provider": "com.amazonaws.auth.EnvironmentVariableCredentialsProvider",
};

/**
 * Runs are short: code compiled once and quickly beats code compiled well, and jars whose sums were checked need not be
 * verified class by class. Measured on a MERGE of 7,000 rows: 30 s of processor time without, 8 s with.
 */
const quick = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote";

/** All settings: the lab's, then those of the job's `--conf`, then where the lab's own services are. */
export function settingsOf(lab: Lab, asked: Record<string, string>, { folder, jars }: RunPlace): Record<string, string> {
  const catalogs = Object.keys(asked).flatMap((name) => /^spark\.sql\.catalog\.(\w+)\.catalog-impl$/.exec(name)?.[1] ?? []);
  const here = catalogs.map((name) => ({
    [`spark.sql.catalog.${name}.glue.endpoint`]: lab.endpoint,
    [`spark.sql.catalog.${name}.s3.endpoint`]: lab.endpoint,
    [`spark.sql.catalog.${name}.s3.path-style-access`]: "true",
    [`spark.sql.catalog.${name}.client.region`]: lab.region,
  }));
  return {
    ...base,
    "spark.driver.extraJavaOptions": `-Duser.timezone=UTC ${quick} -Djava.io.tmpdir=${join(folder, "tmp")}`,
    ...asked,
    "spark.driver.extraClassPath": [join(lab.tools.jars, "*"), ...(lab.tools.drivers ?? []), ...jars].join(delimiter),
    "spark.hadoop.fs.s3a.endpoint": lab.endpoint,
    "spark.hadoop.fs.s3a.endpoint.region": lab.region,
    "spark.hadoop.fs.s3a.buffer.dir": join(folder, "tmp"),
    "spark.sql.warehouse.dir": join(folder, "warehouse"),
    ...Object.assign({}, ...here) as Record<string, string>,
  };
}

/** The text of spark-defaults.conf. */
export const defaultsFile = (settings: Record<string, string>): string =>
  Object.entries(settings).map(([name, value]) => `${name} ${value.replace(/\\/g, "\\\\")}\n`).join("");

/** Warnings and worse, one line each, to the log of the job. */
export const log4j = `rootLogger.level = warn
rootLogger.appenderRef.stderr.ref = stderr
logger.native.name = org.apache.hadoop.util.NativeCodeLoader
logger.native.level = error
logger.metrics.name = org.apache.hadoop.metrics2
logger.metrics.level = error
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n%ex{short.message}
`;

/** Where the run finds Java, its settings, awsglue and its bookmark; the keys it signs with are the lab's. */
export function environmentOf(lab: Lab, { folder, pythonPath }: RunPlace, bookmarks: string): Record<string, string> {
  return {
    ...lab.env(),
    JAVA_HOME: lab.tools.javaHome,
    SPARK_CONF_DIR: join(folder, "conf"),
    SPARK_LOCAL_IP: "127.0.0.1",
    SPARK_LOCAL_DIRS: join(folder, "tmp"),
    PYSPARK_PYTHON: lab.tools.python,
    PYTHONPATH: [...pythonPath, join(root, "lab")].join(delimiter),
    PYTHONUNBUFFERED: "1",
    PYTHONDONTWRITEBYTECODE: "1",
    TMPDIR: join(folder, "tmp"),
    TZ: "UTC",
    SENSORLAKE_BOOKMARKS: bookmarks,
  };
}
