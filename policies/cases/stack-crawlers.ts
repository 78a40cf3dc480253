/** Cases of crawlers. */
import type { Case, Copy } from "../testing";
import type { Props } from "../stack";
import { UNKNOWN } from "../stack";

const crawler = (name: string, change: (props: Props) => void) => (copy: Copy): void => change(copy.the("Crawler", name).props);
const target = (path: (bucket: string) => string) => crawler("history-crawl-history", (props) => { props.s3Targets[0].path = path(String(props.s3Targets[0].path).split("/").slice(0, 3).join("/")); });
const rawOf = (copy: Copy): string => String(copy.the("Bucket", "lake-raw").props.bucket);

export const crawlerCases: Case[] = [
  { rule: "st-glue-01", when: "a target is a whole bucket", change: target((bucket) => `${bucket}/`) },
  { rule: "st-glue-01", when: "a target lies in another", change: crawler("history-crawl-history", (props) => { props.s3Targets.push({ path: `${props.s3Targets[0].path}old/` }); }) },
  { rule: "st-glue-01", when: "a target holds a table", change: (copy) => { copy.the("CatalogTable", "bi-view-diagnostics_hourly").props.storageDescriptor.location = `${copy.the("Crawler", "history-crawl-history").props.s3Targets[0].path}views/`; } },
  { rule: "st-glue-01", when: "targets lie apart", change: crawler("history-crawl-history", (props) => { props.s3Targets.push({ path: String(props.s3Targets[0].path).replace("temperature/", "pressure/") }); }), fires: [] },
  { rule: "st-glue-01", when: "a target is not known", change: target(() => UNKNOWN), fires: ["undecided"] },
  { rule: "st-glue-02", when: "partitions keep a schema of their own", change: crawler("lake-crawl", (props) => { props.configuration = '{"Version":1}'; }) },
  { rule: "st-glue-02", when: "a crawler deletes", change: crawler("history-crawl-external", (props) => { props.schemaChangePolicy.deleteBehavior = "DELETE_FROM_DATABASE"; }) },
  { rule: "st-glue-02", when: "a crawler of a database has no partitions", change: crawler("history-crawl-external", (props) => { delete props.configuration; }), fires: [], silent: true },
  { rule: "st-glue-03", when: "a crawler makes a table that is declared", change: (copy) => { const table = copy.the("CatalogTable", "bi-view-diagnostics_hourly").props; table.name = "temperature"; table.databaseName = "source_history"; } },
  { rule: "st-glue-03", when: "a crawler may change declared tables", change: crawler("lake-crawl", (props) => { props.schemaChangePolicy.updateBehavior = "UPDATE_IN_DATABASE"; }) },
  { rule: "st-glue-03", when: "a table of that name stands in another database", change: (copy) => { copy.the("CatalogTable", "bi-view-diagnostics_hourly").props.name = "temperature"; }, fires: [] },
  { rule: "st-glue-05", when: "a crawler meets what could not be delivered", change: (copy) => target(() => `s3://${rawOf(copy)}/undelivered/temperature/rule/`)(copy) },
  { rule: "st-glue-05", when: "a table meets answers of queries", change: (copy) => { copy.the("Workgroup", "bi-workgroup").props.configuration.resultConfiguration.outputLocation = `s3://${rawOf(copy)}/temperatures/answers/`; }, fires: ["st-glue-05", "st-glue-12"], because: "what lies among the data does not expire with it" },
  { rule: "st-glue-05", when: "it is excluded", change: (copy) => {
      const job = copy.the("Job", "history-import-s3").props;
      const crawled = copy.the("Crawler", "history-crawl-history").props.s3Targets[0] as Props;
      job.defaultArguments["--TempDir"] = `${crawled.path}tmp/`;
      crawled.exclusions = ["tmp/**"];
    copy.the("BucketLifecycleConfiguration", "history-exports-lifecycle").props.rules.push({ id: "tmp", status: "Enabled", filter: { prefix: "temperature/tmp/" }, expiration: { days: 7 } });
    }, fires: [] },
  { rule: "st-name-02", when: "a folder has a hyphen", change: target((bucket) => `${bucket}/room-temperature/`) },
  { rule: "st-name-02", when: "a folder begins with a digit", change: target((bucket) => `${bucket}/2024/`) },
  { rule: "st-name-02", when: "the prefix goes before the digit", change: (copy) => { target((bucket) => `${bucket}/2024/`)(copy); copy.the("Crawler", "history-crawl-history").props.tablePrefix = "y_"; }, fires: [] },
];
