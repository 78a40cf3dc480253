/**
 * BiLayer: where people ask.
 *
 *   lake database ─▶ views (latest, hourly, anomalies) ─▶ Athena workgroup ─▶ results/athena/
 *                         └─▶ QuickSight, where a user is named
 *
 * The workgroup's settings are enforced: every answer is encrypted and every query has a limit, whoever asks.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Block } from "./block";
import { questionsOf, type View, viewsOf, viewText } from "./bi-views";
import type { Channel } from "./channel";
import { biDefaults, withDefaults } from "./defaults";
import type { LakeCatalog } from "./lake-catalog";
import type { PrivateBucket } from "./private-bucket";
import { quicksight, type QuicksightArgs, quicksightFaults } from "./quicksight";

export interface BiLayerArgs {
  catalog: LakeCatalog;
  /** Takes the answers of queries. */
  results: PrivateBucket;
  /** Kinds of message that the lake holds. */
  channels: Channel[];
  /** The one of them that has an anomaly model. */
  anomalyChannel: string;
  /** Appended to the databases' names, as in LakeCatalog. */
  databaseSuffix?: string;
  /** Megabytes that one query may scan, at least 10. */
  queryMegabytes?: number;
  /** Keep the workgroup as long as it has a history of queries. */
  protect?: boolean;
  /** Data source and data sets in QuickSight; left out: none. */
  quicksight?: QuicksightArgs;
  /** A dashboard of our own on AWS. Not there yet; left out or `enabled: false`: none. */
  dashboard?: { enabled: boolean };
}

const megabyte = 1024 * 1024;

export class BiLayer extends Block {
  readonly workgroup: aws.athena.Workgroup;
  /** Name of a view → its table in the catalogue. */
  readonly views: Record<string, aws.glue.CatalogTable>;

  constructor(name: string, args: BiLayerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("BiLayer", name, opts);
    const size = withDefaults(biDefaults, args);
    this.refuse(biFaults(args, size));

    const views = viewsOf(args.channels, args.anomalyChannel, `temperatures_db${size.databaseSuffix}`);
    this.workgroup = this.group(args.results, size);
    this.views = Object.fromEntries(views.map((view) => [view.name, this.view(view, args.catalog, size)]));
    this.questions(args, size);
    if (args.quicksight) {
      quicksight(args.quicksight, { ...args, workgroup: this.workgroup, views, child: (role) => this.child(role), physical: (role) => this.physical(role) }, { ...this.own, dependsOn: Object.values(this.views) });
    }

    this.registerOutputs({ workgroup: this.workgroup.name, views: views.map((view) => view.name) });
  }

  private group(results: PrivateBucket, { queryMegabytes, protect }: typeof biDefaults): aws.athena.Workgroup {
    return new aws.athena.Workgroup(this.child("workgroup"), {
      name: `${pulumi.getProject()}_${pulumi.getStack()}`.replaceAll("-", "_"),
      description: "Questions to the lake; settings are enforced",
      forceDestroy: !protect,
      configuration: {
        enforceWorkgroupConfiguration: true,
        publishCloudwatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: queryMegabytes * megabyte,
        engineVersion: { selectedEngineVersion: "Athena engine version 3" },
        resultConfiguration: {
          outputLocation: pulumi.interpolate`s3://${results.bucket.bucket}/athena/`,
          encryptionConfiguration: results.key ? { encryptionOption: "SSE_KMS", kmsKeyArn: results.key.arn } : { encryptionOption: "SSE_S3" },
        },
      },
    }, this.own);
  }

  /** As Athena itself writes a view into the catalogue; Glue asks for a SerDe and Athena ignores it. */
  private view(view: View, { lakeDatabase }: LakeCatalog, { databaseSuffix }: typeof biDefaults): aws.glue.CatalogTable {
    return new aws.glue.CatalogTable(this.child(`view-${view.name}`), {
      name: view.name,
      databaseName: lakeDatabase.name,
      description: view.description,
      tableType: "VIRTUAL_VIEW",
      parameters: { presto_view: "true", comment: "Presto View" },
      viewOriginalText: viewText(view, `temperatures_db${databaseSuffix}`),
      viewExpandedText: "/* Presto View */",
      storageDescriptor: { columns: view.columns, serDeInfo: { name: "-", serializationLibrary: "-" } },
    }, this.own);
  }

  private questions({ channels, anomalyChannel, catalog }: BiLayerArgs, { databaseSuffix }: typeof biDefaults): void {
    for (const { name, description, sql } of questionsOf(channels, anomalyChannel, `temperatures_db${databaseSuffix}`, `raw_temperatures${databaseSuffix}`)) {
      new aws.athena.NamedQuery(this.child(`question-${name.replaceAll(" ", "-")}`), {
        name, description, database: catalog.lakeDatabase.name, workgroup: this.workgroup.name, query: sql,
      }, this.own);
    }
  }
}

/** What is wrong with the arguments, in words; nothing when all is well. */
function biFaults({ channels, anomalyChannel, quicksight: named, dashboard }: BiLayerArgs, { queryMegabytes }: typeof biDefaults): string[] {
  const known = channels.map(({ channel }) => channel);
  const limit = Number.isInteger(queryMegabytes) && queryMegabytes >= 10;
  return [
    ...(known.includes(anomalyChannel) ? [] : [`anomalyChannel is "${anomalyChannel}"; set one of ${known.join(", ")}`]),
    ...(limit ? [] : [`queryMegabytes is ${queryMegabytes}; set a whole number, at least 10`]),
    ...(named ? quicksightFaults(named) : []),
    ...(dashboard?.enabled ? ["dashboard.enabled is true; the dashboard on AWS is not there yet: set it to false, and use the Athena workgroup or quicksight instead"] : []),
  ];
}
