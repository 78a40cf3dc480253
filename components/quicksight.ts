/** QuickSight: the lake's views as data sets of an account that has a QuickSight subscription already. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type Grant, mayFindBucket, mayGetObjects, mayListBucket, mayPutObjects, mayReadCatalog, policyOf } from "./access";
import type { View } from "./bi-views";
import type { FieldType } from "./channel";
import type { LakeCatalog } from "./lake-catalog";
import type { PrivateBucket } from "./private-bucket";

export interface QuicksightArgs {
  /** ARN of the QuickSight user or group that owns data source and data sets. */
  principal: string;
  /** Name of the role that QuickSight itself assumes, as its console shows it; it reads the lake, not the user. */
  serviceRole: string;
}

export interface QuicksightParts {
  catalog: LakeCatalog;
  results: PrivateBucket;
  workgroup: aws.athena.Workgroup;
  views: View[];
  /** Prefix of logical and physical names. */
  child: (role: string) => string;
  physical: (role: string) => string;
}

/** What an owner may do: Amazon QuickSight API reference, CreateDataSource and CreateDataSet, "Permissions". */
const sourceActions = ["DescribeDataSource", "DescribeDataSourcePermissions", "PassDataSource", "UpdateDataSource", "DeleteDataSource", "UpdateDataSourcePermissions"];
const setActions = [
  "DescribeDataSet", "DescribeDataSetPermissions", "PassDataSet", "DescribeIngestion", "ListIngestions", "UpdateDataSet", "DeleteDataSet", "CreateIngestion",
  "CancelIngestion", "UpdateDataSetPermissions",
];
const columnTypes: Record<FieldType, string> = { timestamp: "DATETIME", string: "STRING", double: "DECIMAL", int: "INTEGER", bigint: "INTEGER" };

export function quicksight({ principal, serviceRole }: QuicksightArgs, parts: QuicksightParts, opts: pulumi.CustomResourceOptions): aws.quicksight.DataSource {
  const { workgroup, views, catalog, child, physical } = parts;
  const rights = new aws.iam.RolePolicy(child("quicksight"), { role: serviceRole, policy: policyOf(mayQuery(parts)) }, opts);
  const source = new aws.quicksight.DataSource(child("quicksight"), {
    dataSourceId: physical("lake"), name: physical("lake"), type: "ATHENA",
    parameters: { athena: { workGroup: workgroup.name } },
    sslProperties: { disableSsl: false },
    permissions: [{ principal, actions: owned(sourceActions) }],
    // QuickSight tries the connection when it is made.
  }, { ...opts, dependsOn: rights });
  for (const view of views) {
    new aws.quicksight.DataSet(child(`quicksight-${view.name}`), {
      dataSetId: physical(view.name), name: view.name, importMode: "DIRECT_QUERY",
      physicalTableMaps: [{
        physicalTableMapId: view.name.replaceAll("_", "-"),
        relationalTable: {
          dataSourceArn: source.arn, catalog: "AwsDataCatalog", schema: catalog.lakeDatabase.name, name: view.name,
          inputColumns: view.columns.map(({ name, type }) => ({ name, type: columnTypes[type] })),
        },
      }],
      permissions: [{ principal, actions: owned(setActions) }],
    }, opts);
  }
  return source;
}

const owned = (actions: string[]): string[] => actions.map((action) => `quicksight:${action}`);

/** What QuickSight's role needs to ask the views through the workgroup: Amazon QuickSight user guide, "Authorizing connections to Athena". */
function mayQuery({ catalog, results, workgroup }: QuicksightParts): (Grant | Grant[])[] {
  const dataCatalog = workgroup.arn.apply((arn) => arn.replace(/:workgroup\/.*/, ":datacatalog/AwsDataCatalog"));
  return [
    {
      actions: ["athena:StartQueryExecution", "athena:StopQueryExecution", "athena:GetQueryExecution", "athena:GetQueryResults", "athena:GetQueryResultsStream", "athena:GetWorkGroup"],
      resources: [workgroup.arn],
    },
    { actions: ["athena:GetDataCatalog", "athena:ListDatabases", "athena:GetDatabase", "athena:ListTableMetadata", "athena:GetTableMetadata"], resources: [dataCatalog] },
    mayReadCatalog(catalog.lakeDatabase), mayGetObjects(catalog.lake, "warehouse/"), mayListBucket(catalog.lake, "warehouse/"),
    mayFindBucket(results), mayGetObjects(results, "athena/"), mayPutObjects(results, "athena/"),
  ];
}

/** What is wrong with the settings, in words; nothing when all is well. */
export function quicksightFaults({ principal, serviceRole }: QuicksightArgs): string[] {
  return [
    ...(/^arn:aws[\w-]*:quicksight:[a-z0-9-]+:\d{12}:(user|group)\/./.test(principal) ? [] : [`quicksight.principal is "${principal}"; set the ARN of a QuickSight user or group`]),
    ...(/^[\w+=,.@-]{1,64}$/.test(serviceRole) ? [] : [`quicksight.serviceRole is "${serviceRole}"; set the name of the role that QuickSight assumes, such as aws-quicksight-service-role-v0`]),
  ];
}
