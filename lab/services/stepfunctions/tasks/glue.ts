/** Glue tasks: `glue:startJobRun`, and with `.sync` the run to its end. */
import { BatchStopJobRunCommand, GetJobRunCommand, GlueClient, StartJobRunCommand, type StartJobRunCommandInput } from "@aws-sdk/client-glue";
import type { Lab } from "../../../lab";
import { plainJson } from "./json";
import { followed, type Integration, jobFailed, sdkFault } from "./task";

const over = ["SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR", "EXPIRED"];

export function glueTasks(lab: Lab): Integration[] {
  const client = new GlueClient(lab.client());
  const failed = (fault: unknown): never => {
    throw sdkFault("Glue", fault);
  };
  const start = async (parameters: object) => {
    const { JobRunId } = await client.send(new StartJobRunCommand(parameters as StartJobRunCommandInput)).catch(failed);
    return JobRunId ?? "";
  };
  return [
    { resourceType: "glue", resource: "startJobRun", run: async (parameters) => ({ JobRunId: await start(parameters) }) },
    {
      resourceType: "glue", resource: "startJobRun.sync",
      async run(parameters, { signal, submitted }) {
        const JobName = String(parameters.JobName);
        const RunId = await start(parameters);
        submitted({ JobRunId: RunId });
        const { JobRun } = await followed(signal,
          () => client.send(new GetJobRunCommand({ JobName, RunId })).catch(failed),
          (seen) => over.includes(seen.JobRun?.JobRunState ?? ""),
          () => client.send(new BatchStopJobRunCommand({ JobName, JobRunIds: [RunId] })).catch(failed));
        const run = plainJson(JobRun, "milliseconds");
        if (JobRun?.JobRunState !== "SUCCEEDED") throw jobFailed(run);
        return run;
      },
    },
  ];
}
