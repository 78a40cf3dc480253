/** Athena in the lab: workgroups and named queries. A data catalog of one's own is refused: the lab has the Glue catalogue. */
import {
  AthenaClient, CreateNamedQueryCommand, CreateWorkGroupCommand, DeleteNamedQueryCommand, DeleteWorkGroupCommand, GetNamedQueryCommand, GetWorkGroupCommand,
  UpdateWorkGroupCommand, type WorkGroupConfiguration, type WorkGroupConfigurationUpdates,
} from "@aws-sdk/client-athena";
import type { Lab } from "../../lab";
import { client } from "./aws-client";
import type { Props, Provider, Providers } from "./provider";

const athena = (lab: Lab): AthenaClient => client(lab, AthenaClient);

const workgroup: Provider = {
  replaceOn: ["name"],
  create: async (inputs, { lab }) => {
    const Name = String(inputs.name);
    await athena(lab).send(new CreateWorkGroupCommand({ Name, Description: inputs.description as string | undefined, Configuration: configuration(inputs) }));
    if (inputs.state === "DISABLED") await athena(lab).send(new UpdateWorkGroupCommand({ WorkGroup: Name, State: "DISABLED" }));
    return { id: Name, outputs: outputs(lab, inputs) };
  },
  update: async (id, inputs, _, { lab }) => {
    await athena(lab).send(new UpdateWorkGroupCommand({
      WorkGroup: id, Description: (inputs.description as string | undefined) ?? "", State: inputs.state === "DISABLED" ? "DISABLED" : "ENABLED", ConfigurationUpdates: updates(inputs),
    }));
    return outputs(lab, inputs);
  },
  delete: async (id, { forceDestroy }, { lab }) => {
    await unlessGone(athena(lab).send(new DeleteWorkGroupCommand({ WorkGroup: id, RecursiveDeleteOption: Boolean(forceDestroy) })));
  },
  exists: (id, _, { lab }) => unlessGone(athena(lab).send(new GetWorkGroupCommand({ WorkGroup: id }))),
};

const namedQuery: Provider = {
  replaceOn: ["*"],
  create: async ({ name, description, database, query, workgroup: group }, { lab }) => {
    const { NamedQueryId = "" } = await athena(lab).send(new CreateNamedQueryCommand({
      Name: String(name), Description: description as string | undefined, Database: String(database), QueryString: String(query), WorkGroup: group as string | undefined,
    }));
    return { id: NamedQueryId, outputs: {} };
  },
  delete: async (id, _, { lab }) => {
    await unlessGone(athena(lab).send(new DeleteNamedQueryCommand({ NamedQueryId: id })));
  },
  exists: (id, _, { lab }) => unlessGone(athena(lab).send(new GetNamedQueryCommand({ NamedQueryId: id }))),
};

const dataCatalog: Provider = {
  create: async (_, { name }) => {
    throw new Error(`${name}: the lab has no Athena data catalog of its own; it has AwsDataCatalog, which is Glue's`);
  },
  delete: async () => undefined,
};

const outputs = ({ region, account }: Lab, { name, configuration: asked, ...rest }: Props): Props => ({
  arn: `arn:aws:athena:${region}:${account}:workgroup/${String(name)}`, state: rest.state ?? "ENABLED",
  configuration: { ...(asked as object), engineVersion: { selectedEngineVersion: "AUTO", effectiveEngineVersion: "Athena engine version 3", ...(asked as Props | undefined)?.engineVersion } },
});

/** Inputs by the names of Athena's API (WorkGroupConfiguration); one that the lab's Athena does not have, it refuses by name. */
function configuration({ configuration: given = {} }: Props): WorkGroupConfiguration {
  const { bytesScannedCutoffPerQuery, enforceWorkgroupConfiguration, publishCloudwatchMetricsEnabled, requesterPaysEnabled, engineVersion, resultConfiguration, ...rest } = given as Props;
  const others = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key[0]!.toUpperCase() + key.slice(1), value as unknown]));
  return {
    ...others, BytesScannedCutoffPerQuery: bytesScannedCutoffPerQuery as number | undefined, RequesterPaysEnabled: requesterPaysEnabled as boolean | undefined,
    EnforceWorkGroupConfiguration: (enforceWorkgroupConfiguration as boolean | undefined) ?? true, PublishCloudWatchMetricsEnabled: (publishCloudwatchMetricsEnabled as boolean | undefined) ?? true,
    ...(engineVersion && { EngineVersion: { SelectedEngineVersion: (engineVersion as Props).selectedEngineVersion as string | undefined } }),
    ...(resultConfiguration && { ResultConfiguration: resultOf(resultConfiguration as Props) }),
  };
}

const resultOf = ({ outputLocation, encryptionConfiguration: encryption, expectedBucketOwner }: Props) => ({
  OutputLocation: outputLocation as string | undefined,
  ...(expectedBucketOwner && { ExpectedBucketOwner: String(expectedBucketOwner) }),
  ...(encryption && { EncryptionConfiguration: { EncryptionOption: (encryption as Props).encryptionOption as "SSE_S3", KmsKey: (encryption as Props).kmsKeyArn as string | undefined } }),
});

/** An update says of what went that it goes. */
function updates(inputs: Props): WorkGroupConfigurationUpdates {
  const { ResultConfiguration = {}, ...rest } = configuration(inputs);
  return {
    ...rest, ...(rest.BytesScannedCutoffPerQuery === undefined && { RemoveBytesScannedCutoffPerQuery: true }),
    ResultConfigurationUpdates: {
      ...ResultConfiguration, ...(!ResultConfiguration.OutputLocation && { RemoveOutputLocation: true }), ...(!ResultConfiguration.EncryptionConfiguration && { RemoveEncryptionConfiguration: true }),
    },
  };
}

/** Athena says of what is not there that the request is invalid, and why. */
async function unlessGone(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (fault) {
    if (/not found/.test((fault as Error).message)) return false;
    throw fault;
  }
}

export const athenaProviders: Providers = {
  "aws:athena/workgroup:Workgroup": workgroup,
  "aws:athena/namedQuery:NamedQuery": namedQuery,
  "aws:athena/dataCatalog:DataCatalog": dataCatalog,
};
