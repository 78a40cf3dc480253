/** Glue in the lab: databases and tables of the catalogue, crawlers, connections, security configurations, catalogue encryption. */
import * as glue from "@aws-sdk/client-glue";
import type { Lab } from "../../lab";
import { client, gone, isThere } from "./aws-client";
import { apiWords } from "./glue-words";
import type { Props, Provider, Providers } from "./provider";

const api = (lab: Lab): glue.GlueClient => client(lab, glue.GlueClient);

const arnOf = ({ region, account }: Lab, kind: string): string => `arn:aws:glue:${region}:${account}:${kind}`;

/** The inputs of a resource as the API takes them; the rest of what the program says is no part of the call. */
// The words are turned by one rule for all calls; each call's shape is the API's own.
const words = <T>(inputs: Props, ...left: string[]): T =>
  apiWords(Object.fromEntries(Object.entries(inputs).filter(([key]) => ![...left, "tags", "tagsAll", "catalogId", "region"].includes(key)))) as T;

async function retag(lab: Lab, ResourceArn: string, tags: Props | undefined, old: Props | undefined): Promise<void> {
  const left = Object.keys(old ?? {}).filter((key) => !(key in (tags ?? {})));
  if (left.length) await api(lab).send(new glue.UntagResourceCommand({ ResourceArn, TagsToRemove: left }));
  await api(lab).send(new glue.TagResourceCommand({ ResourceArn, TagsToAdd: { ...tags } }));
}

const database: Provider = {
  replaceOn: ["name", "catalogId", "targetDatabase", "federatedDatabase"],
  create: async (inputs, { lab }) => {
    const arn = arnOf(lab, `database/${inputs.name}`);
    await api(lab).send(new glue.CreateDatabaseCommand({ DatabaseInput: words<glue.DatabaseInput>(inputs) }));
    await retag(lab, arn, inputs.tags, undefined);
    return { id: `${lab.account}:${inputs.name}`, outputs: { arn, catalogId: lab.account } };
  },
  update: async (_, inputs, old, { lab }) => {
    const arn = arnOf(lab, `database/${inputs.name}`);
    await api(lab).send(new glue.UpdateDatabaseCommand({ Name: inputs.name, DatabaseInput: words<glue.DatabaseInput>(inputs) }));
    await retag(lab, arn, inputs.tags, old.tags);
    return { arn, catalogId: lab.account };
  },
  delete: (_, { name }, { lab }) => gone(api(lab).send(new glue.DeleteDatabaseCommand({ Name: name }))),
  exists: (_, { name }, { lab }) => isThere(api(lab).send(new glue.GetDatabaseCommand({ Name: name }))),
};

const table: Provider = {
  replaceOn: ["name", "databaseName", "catalogId", "openTableFormatInput"],
  create: async (inputs, { lab }) => {
    if (inputs.partitionIndices?.length) throw new Error("partitionIndices is set; the lab's catalogue has no partition indexes, leave it out");
    const { databaseName: DatabaseName, openTableFormatInput: format } = inputs;
    const OpenTableFormatInput = format && apiWords<glue.OpenTableFormatInput>(format);
    await api(lab).send(new glue.CreateTableCommand({ DatabaseName, TableInput: tableInput(inputs), ...(OpenTableFormatInput && { OpenTableFormatInput }) }));
    return { id: `${lab.account}:${DatabaseName}:${inputs.name}`, outputs: tableOutputs(lab, inputs) };
  },
  update: async (_, inputs, __, { lab }) => {
    await api(lab).send(new glue.UpdateTableCommand({ DatabaseName: inputs.databaseName, TableInput: tableInput(inputs) }));
    return tableOutputs(lab, inputs);
  },
  delete: (_, { databaseName, name }, { lab }) => gone(api(lab).send(new glue.DeleteTableCommand({ DatabaseName: databaseName, Name: name }))),
  exists: (_, { databaseName, name }, { lab }) => isThere(api(lab).send(new glue.GetTableCommand({ DatabaseName: databaseName, Name: name }))),
};

const tableInput = (inputs: Props): glue.TableInput => words<glue.TableInput>(inputs, "databaseName", "openTableFormatInput", "partitionIndices");

const tableOutputs = (lab: Lab, { databaseName, name }: Props): Props => ({ arn: arnOf(lab, `table/${databaseName}/${name}`), catalogId: lab.account });

const targetKinds: Record<string, string> = {
  s3Targets: "S3Targets", jdbcTargets: "JdbcTargets", catalogTargets: "CatalogTargets", dynamodbTargets: "DynamoDBTargets",
  mongodbTargets: "MongoDBTargets", deltaTargets: "DeltaTargets", hudiTargets: "HudiTargets", icebergTargets: "IcebergTargets",
};

const crawler: Provider = {
  replaceOn: ["name"],
  create: async (inputs, { lab }) => {
    await api(lab).send(new glue.CreateCrawlerCommand(crawlerInput(inputs)));
    await retag(lab, arnOf(lab, `crawler/${inputs.name}`), inputs.tags, undefined);
    return { id: inputs.name, outputs: { arn: arnOf(lab, `crawler/${inputs.name}`) } };
  },
  update: async (id, inputs, old, { lab }) => {
    await api(lab).send(new glue.UpdateCrawlerCommand(crawlerInput(inputs)));
    await retag(lab, arnOf(lab, `crawler/${id}`), inputs.tags, old.tags);
    return { arn: arnOf(lab, `crawler/${id}`) };
  },
  delete: (id, _, { lab }) => gone(api(lab).send(new glue.DeleteCrawlerCommand({ Name: id }))),
  exists: (id, _, { lab }) => isThere(api(lab).send(new glue.GetCrawlerCommand({ Name: id }))),
};

function crawlerInput({ securityConfiguration, ...inputs }: Props): glue.CreateCrawlerRequest {
  const Targets = Object.fromEntries(Object.entries(targetKinds).flatMap(([key, kind]) => (inputs[key] ? [[kind, apiWords(inputs[key])]] : [])));
  return {
    ...words<glue.CreateCrawlerRequest>(inputs, ...Object.keys(targetKinds)), Targets,
    ...(securityConfiguration && { CrawlerSecurityConfiguration: securityConfiguration }),
  };
}

const connection: Provider = {
  replaceOn: ["name", "catalogId"],
  create: async (inputs, { lab }) => {
    await api(lab).send(new glue.CreateConnectionCommand({ ConnectionInput: connectionInput(inputs) }));
    await retag(lab, arnOf(lab, `connection/${inputs.name}`), inputs.tags, undefined);
    return { id: `${lab.account}:${inputs.name}`, outputs: { arn: arnOf(lab, `connection/${inputs.name}`), catalogId: lab.account } };
  },
  update: async (_, inputs, old, { lab }) => {
    const arn = arnOf(lab, `connection/${inputs.name}`);
    await api(lab).send(new glue.UpdateConnectionCommand({ Name: inputs.name, ConnectionInput: connectionInput(inputs) }));
    await retag(lab, arn, inputs.tags, old.tags);
    return { arn, catalogId: lab.account };
  },
  delete: (_, { name }, { lab }) => gone(api(lab).send(new glue.DeleteConnectionCommand({ ConnectionName: name }))),
  exists: (_, { name }, { lab }) => isThere(api(lab).send(new glue.GetConnectionCommand({ Name: name }))),
};

/** JDBC is what a connection is when the program does not say (Pulumi registry, aws.glue.Connection). */
const connectionInput = (inputs: Props): glue.ConnectionInput => words<glue.ConnectionInput>({ connectionType: "JDBC", ...inputs });

/** Glue has no call that changes one, so every change is a new one. */
const securityConfiguration: Provider = {
  create: async ({ name, encryptionConfiguration }, { lab }) => {
    const { s3Encryption, ...rest } = encryptionConfiguration as Props;
    const EncryptionConfiguration = { ...apiWords<glue.EncryptionConfiguration>(rest), S3Encryption: [apiWords<glue.S3Encryption>(s3Encryption ?? {})] };
    await api(lab).send(new glue.CreateSecurityConfigurationCommand({ Name: name, EncryptionConfiguration }));
    return { id: name, outputs: {} };
  },
  delete: (id, _, { lab }) => gone(api(lab).send(new glue.DeleteSecurityConfigurationCommand({ Name: id }))),
  exists: (id, _, { lab }) => isThere(api(lab).send(new glue.GetSecurityConfigurationCommand({ Name: id }))),
};

const putEncryption = (lab: Lab, settings: Props): Promise<unknown> =>
  api(lab).send(new glue.PutDataCatalogEncryptionSettingsCommand({ DataCatalogEncryptionSettings: apiWords<glue.DataCatalogEncryptionSettings>(settings) }));

const encryption: Provider = {
  replaceOn: ["catalogId"],
  create: async ({ dataCatalogEncryptionSettings }, { lab }) => {
    await putEncryption(lab, dataCatalogEncryptionSettings);
    return { id: lab.account, outputs: { catalogId: lab.account } };
  },
  update: async (_, { dataCatalogEncryptionSettings }, __, { lab }) => {
    await putEncryption(lab, dataCatalogEncryptionSettings);
    return { catalogId: lab.account };
  },
  delete: async (_, __, { lab }) => {
    await putEncryption(lab, { encryptionAtRest: { catalogEncryptionMode: "DISABLED" }, connectionPasswordEncryption: { returnConnectionPasswordEncrypted: false } });
  },
};

export const glueProviders: Providers = {
  "aws:glue/catalogDatabase:CatalogDatabase": database,
  "aws:glue/catalogTable:CatalogTable": table,
  "aws:glue/crawler:Crawler": crawler,
  "aws:glue/connection:Connection": connection,
  "aws:glue/securityConfiguration:SecurityConfiguration": securityConfiguration,
  "aws:glue/dataCatalogEncryptionSettings:DataCatalogEncryptionSettings": encryption,
};
