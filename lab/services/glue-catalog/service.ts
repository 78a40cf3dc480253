/**
 * Glue Data Catalog: databases, tables, versions and partitions over the AWS API; what they are is decided in catalog.ts.
 *
 * What Iceberg's GlueCatalog asks (Get/Create/Update/DeleteTable with VersionId and SkipArchive, databases), what Hive-style
 * readers ask (partitions with a filter), and the tags of all that is Glue's.
 */
import { ApiFault, jsonHandler, notHere, type Json, type JsonActions, type Service } from "../../gateway/service";
import type { Lab } from "../../lab";
import type { Store } from "../../store";
import { faultOf, only, paged } from "./answers";
import { Catalog } from "./catalog";
import { filterOf } from "./expression";
import type { Fault } from "./partitions";

export class GlueCatalogService implements Service {
  readonly names = ["glue"];
  readonly catalog: Catalog;
  private readonly tags: Store<Record<string, string>>;

  private readonly calls: JsonActions = {
    CreateDatabase: ({ DatabaseInput, Tags }) => {
      this.catalog.createDatabase(DatabaseInput);
      if (Tags) this.tags.put(this.arn("database", DatabaseInput.Name.toLowerCase()), Tags);
    },
    GetDatabase: ({ Name }) => ({ Database: this.catalog.database(Name) }),
    GetDatabases: (input) => paged("DatabaseList", this.catalog.allDatabases(), input),
    UpdateDatabase: ({ Name, DatabaseInput }) => this.catalog.updateDatabase(Name, DatabaseInput),
    DeleteDatabase: ({ Name }) => this.catalog.deleteDatabase(Name),

    CreateTable: ({ DatabaseName, TableInput, OpenTableFormatInput }) => {
      if (OpenTableFormatInput) throw notHere("glue", "CreateTable with OpenTableFormatInput");
      this.catalog.createTable(DatabaseName, TableInput);
    },
    GetTable: ({ DatabaseName, Name }) => ({ Table: this.catalog.table(DatabaseName, Name) }),
    GetTables: (input) => {
      const fits = new RegExp(`^(?:${input.Expression ?? ".*"})$`);
      return paged("TableList", this.catalog.allTables(input.DatabaseName).filter(({ Name }) => fits.test(Name)), input);
    },
    UpdateTable: ({ DatabaseName, TableInput, VersionId, SkipArchive }) =>
      this.catalog.updateTable(DatabaseName, TableInput, VersionId, SkipArchive === true),
    DeleteTable: ({ DatabaseName, Name }) => this.catalog.deleteTable(DatabaseName, Name),
    BatchDeleteTable: ({ DatabaseName, TablesToDelete }) => ({
      Errors: (TablesToDelete as string[]).flatMap((TableName) => {
        const fault = faultOf(() => this.catalog.deleteTable(DatabaseName, TableName));
        return fault ? [{ TableName, ErrorDetail: fault }] : [];
      }),
    }),
    GetTableVersions: (input) => paged("TableVersions", this.catalog.versions(input.DatabaseName, input.TableName).map(versioned), input),
    GetTableVersion: ({ DatabaseName, TableName, VersionId }) => {
      const all = this.catalog.versions(DatabaseName, TableName);
      const found = VersionId ? all.find((one) => one.VersionId === VersionId) : all[0];
      if (!found) throw new ApiFault("EntityNotFoundException", `Version ${VersionId} of ${TableName} is not there.`);
      return { TableVersion: versioned(found) };
    },

    CreatePartition: (input) => only(this.createPartitions(input, [input.PartitionInput])),
    BatchCreatePartition: (input) => ({ Errors: this.createPartitions(input, input.PartitionInputList) }),
    GetPartition: ({ DatabaseName, TableName, PartitionValues }) => {
      const Partition = this.catalog.partitions.get(DatabaseName, TableName, PartitionValues);
      if (!Partition) throw notFound();
      return { Partition };
    },
    BatchGetPartition: ({ DatabaseName, TableName, PartitionsToGet }) => {
      const asked = (PartitionsToGet as Json[]).map(({ Values }) => ({ Values, found: this.catalog.partitions.get(DatabaseName, TableName, Values) }));
      return { Partitions: asked.flatMap(({ found }) => found ?? []), UnprocessedKeys: [] };
    },
    GetPartitions: (input) => this.partitions(input),
    UpdatePartition: (input) => only(this.updatePartitions(input, [input])),
    BatchUpdatePartition: (input) => ({
      Errors: this.updatePartitions(input, input.Entries).map(({ PartitionValues, ErrorDetail }) => ({ PartitionValueList: PartitionValues, ErrorDetail })),
    }),
    DeletePartition: (input) => only(this.deletePartitions(input, [input.PartitionValues])),
    BatchDeletePartition: (input) => ({ Errors: this.deletePartitions(input, input.PartitionsToDelete.map(({ Values }: Json) => Values)) }),
    GetPartitionIndexes: () => ({ PartitionIndexDescriptorList: [] }),

    TagResource: ({ ResourceArn, TagsToAdd }) => this.tags.put(ResourceArn, { ...this.tags.get(ResourceArn), ...TagsToAdd }),
    UntagResource: ({ ResourceArn, TagsToRemove }) =>
      this.tags.put(ResourceArn, Object.fromEntries(Object.entries(this.tags.get(ResourceArn) ?? {}).filter(([key]) => !TagsToRemove.includes(key)))),
    GetTags: ({ ResourceArn }) => ({ Tags: this.tags.get(ResourceArn) ?? {} }),
  };

  readonly actions = new Set(Object.keys(this.calls));
  readonly handle = jsonHandler("glue", this.calls);

  constructor(private readonly lab: Lab) {
    this.catalog = new Catalog(lab);
    this.tags = lab.store<Record<string, string>>("glue-tags");
  }

  private partitions(input: Json) {
    const { DatabaseName, TableName, Expression, Segment, ExcludeColumnSchema } = input;
    const filter = filterOf(Expression, this.catalog.table(DatabaseName, TableName).PartitionKeys ?? []);
    const all = this.catalog.partitions.all(DatabaseName, TableName).filter(({ Values }) => filter(Values))
      .filter((_, i) => !Segment || i % Segment.TotalSegments === Segment.SegmentNumber);
    const bare = ({ StorageDescriptor: { Columns: _, ...rest }, ...one }: Json) => ({ ...one, StorageDescriptor: rest });
    return paged("Partitions", ExcludeColumnSchema ? all.map(bare) : all, input);
  }

  private createPartitions({ DatabaseName, TableName }: Json, inputs: Json[]): Fault[] {
    return this.catalog.partitions.change(DatabaseName, TableName, inputs.map((input) => ({
      values: input.Values,
      change: (was) => {
        if (was) throw new ApiFault("AlreadyExistsException", "Partition already exists.");
        return input;
      },
    })));
  }

  private updatePartitions({ DatabaseName, TableName }: Json, entries: Json[]): Fault[] {
    return this.catalog.partitions.change(DatabaseName, TableName, entries.flatMap(({ PartitionValueList: values, PartitionInput: input }) => {
      const next = { ...input, Values: input.Values ?? values };
      const moved = JSON.stringify(next.Values) !== JSON.stringify(values);
      const there = (was: Json | undefined) => {
        if (!was) throw notFound();
        return { ...next, CreationTime: was.CreationTime };
      };
      if (!moved) return [{ values, change: there }];
      return [{ values, change: there }, { values, change: () => undefined }];
    }));
  }

  private deletePartitions({ DatabaseName, TableName }: Json, all: string[][]): Fault[] {
    return this.catalog.partitions.change(DatabaseName, TableName, all.map((values) => ({
      values,
      change: (was) => {
        if (!was) throw notFound();
        return undefined;
      },
    })));
  }

  private arn(kind: string, name: string): string {
    return `arn:aws:glue:${this.lab.region}:${this.lab.account}:${kind}/${name}`;
  }
}

const versioned = (table: Json) => ({ Table: table, VersionId: table.VersionId });

const notFound = (): ApiFault => new ApiFault("EntityNotFoundException", "Cannot find partition.");
