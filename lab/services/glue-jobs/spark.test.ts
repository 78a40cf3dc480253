import { expect } from "chai";
import { Lab, portsFrom } from "../../lab";
import { defaultsFile, environmentOf, settingsOf } from "./spark";

const lab = new Lab("/tmp", portsFrom(23_400), { python: "/venv/python", java: "/jdk/bin/java", javaHome: "/jdk", jars: "/jars", sitePackages: "" }, () => undefined, { accessKeyId: "LABKEY", secretAccessKey: "hidden" });
const place = { folder: "/run", jars: ["/run/jars/more.jar"], pythonPath: ["/run/library/lake.zip"] };

describe("glue jobs: Spark's settings", () => {
  it("point S3 and each Iceberg catalogue of the job at the lab, whatever the job says", () => {
    const settings = settingsOf(lab, {
      "spark.sql.catalog.lake.catalog-impl": "org.apache.iceberg.aws.glue.GlueCatalog", "spark.sql.catalog.lake.warehouse": "s3://lake/warehouse/",
      "spark.hadoop.fs.s3a.endpoint": "https://elsewhere", "spark.sql.shuffle.partitions": "64",
    }, place);
    expect(settings).to.deep.include({
      "spark.hadoop.fs.s3a.endpoint": "http://127.0.0.1:23400", "spark.sql.catalog.lake.glue.endpoint": "http://127.0.0.1:23400",
      "spark.sql.catalog.lake.s3.endpoint": "http://127.0.0.1:23400", "spark.sql.catalog.lake.warehouse": "s3://lake/warehouse/",
      "spark.sql.shuffle.partitions": "64", "spark.driver.extraClassPath": "/jars/*:/run/jars/more.jar",
    });
  });

  it("hold no secret; the keys stand in the environment of the run", () => {
    expect(defaultsFile(settingsOf(lab, {}, place))).not.to.contain("hidden");
    expect(environmentOf(lab, place, "/bookmarks")).to.deep.include({ AWS_SECRET_ACCESS_KEY: "hidden", SENSORLAKE_BOOKMARKS: "/bookmarks", JAVA_HOME: "/jdk" });
  });

  it("put the job's library before the lab's own", () => {
    expect(environmentOf(lab, place, "").PYTHONPATH).to.match(/^\/run\/library\/lake\.zip:.*\/lab$/);
  });
});
