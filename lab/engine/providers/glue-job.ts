/** Glue jobs in the lab. */
import { CreateJobCommand, type CreateJobCommandInput, DeleteJobCommand, GetJobCommand, GlueClient, type JobUpdate, UpdateJobCommand } from "@aws-sdk/client-glue";
import type { Lab } from "../../lab";
import { client, gone, isThere } from "./aws-client";
import { apiWords } from "./glue-words";
import type { Props, Provider, Providers } from "./provider";

const glue = (lab: Lab): GlueClient => client(lab, GlueClient);

/** What the job is, under the names of CreateJob; the arguments' own names stay as they are. */
function definition({ defaultArguments, nonOverridableArguments, connections, tags, tagsAll, roleArn, name, ...rest }: Props): Props {
  void [tags, tagsAll, name];
  return {
    ...apiWords<Props>(rest),
    Role: roleArn,
    ...(connections && { Connections: { Connections: connections } }),
    ...(defaultArguments && { DefaultArguments: defaultArguments }),
    ...(nonOverridableArguments && { NonOverridableArguments: nonOverridableArguments }),
  };
}

const job: Provider = {
  replaceOn: ["name"],
  create: async (inputs, { lab }) => {
    const Name = String(inputs.name);
    await glue(lab).send(new CreateJobCommand({ ...definition(inputs), Name } as CreateJobCommandInput));
    return { id: Name, outputs: { arn: arnOf(lab, Name) } };
  },
  update: async (JobName, inputs, _, { lab }) => {
    await glue(lab).send(new UpdateJobCommand({ JobName, JobUpdate: definition(inputs) as JobUpdate }));
    return { arn: arnOf(lab, JobName) };
  },
  delete: (JobName, _, { lab }) => gone(glue(lab).send(new DeleteJobCommand({ JobName }))),
  exists: (JobName, _, { lab }) => isThere(glue(lab).send(new GetJobCommand({ JobName }))),
};

const arnOf = ({ region, account }: Lab, name: string): string => `arn:aws:glue:${region}:${account}:job/${name}`;

export const glueJobProviders: Providers = { "aws:glue/job:Job": job };
