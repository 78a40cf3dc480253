/**
 * The roles of the machines of every stack, held against what their definitions ask for: nothing missing, nothing beyond. What
 * an integration needs is written down here by itself, from the Developer Guide's IAM page of each; on which resources, rule st-sfn-07 asks.
 */
import { expect } from "chai";
import type { Registered } from "../components/testing";
import { type Definition, isDistributed, scopes, type State } from "../components/state-machine/language";
import { ofType, registeredBy } from "./testing";

const hears = ["events:PutTargets", "events:PutRule", "events:DescribeRule"];
const needs: Record<string, string[]> = {
  "lambda:invoke": ["lambda:InvokeFunction"],
  "glue:startJobRun.sync": ["glue:StartJobRun", "glue:GetJobRun", "glue:GetJobRuns", "glue:BatchStopJobRun"],
  "states:startExecution.sync:2": ["states:StartExecution", "states:DescribeExecution", "states:StopExecution", ...hears],
  "aws-sdk:glue:startCrawler": ["glue:StartCrawler"],
  "aws-sdk:glue:getCrawler": ["glue:GetCrawler"],
  "sagemaker:createTrainingJob.sync": ["sagemaker:CreateTrainingJob", "sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob", "sagemaker:ListTags", "sagemaker:AddTags", "iam:PassRole", ...hears],
  "sagemaker:createModel": ["sagemaker:CreateModel", "iam:PassRole"],
  "sagemaker:createTransformJob.sync": ["sagemaker:CreateTransformJob", "sagemaker:DescribeTransformJob", "sagemaker:StopTransformJob", "sagemaker:ListTags", "sagemaker:AddTags", ...hears],
};
/** A distributed Map starts executions of its own machine and reads its list. */
const ofMap = ["states:StartExecution", "states:DescribeExecution", "s3:GetObject"];
/** Log and traces: every machine has them. */
const around = [
  ...["CreateLogDelivery", "CreateLogStream", "GetLogDelivery", "UpdateLogDelivery", "DeleteLogDelivery", "ListLogDeliveries", "PutLogEvents", "PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups"].map((action) => `logs:${action}`),
  ...["PutTraceSegments", "PutTelemetryRecords", "GetSamplingRules", "GetSamplingTargets"].map((action) => `xray:${action}`),
];

function needed(definition: Definition, encrypted: boolean): string[] {
  const of = (state: State): string[] => {
    if (state.Type === "Map" && isDistributed(state)) return [...ofMap, ...(encrypted ? ["kms:Decrypt"] : [])];
    if (state.Type !== "Task") return [];
    const found = needs[state.Resource.replace("arn:aws:states:::", "")];
    if (!found) throw new Error(`what ${state.Resource} needs is not written down here`);
    return found;
  };
  return sorted([...around, ...scopes(definition).flatMap(({ States }) => Object.values(States).flatMap(of))]);
}

const sorted = (actions: string[]): string[] => [...new Set(actions)].sort();

function allowed(found: Registered, logical: string): string[] {
  const { Statement } = JSON.parse(found.get(`aws:iam/rolePolicy:RolePolicy ${logical}`).policy as string) as { Statement: { Effect: string; Action: string[] }[] };
  return sorted(Statement.flatMap(({ Action }) => Action));
}

describe("the roles of the machines", () => {
  for (const [stack, encrypted] of [["local", false], ["dev", true], ["prod", true]] as const) {
    it(`allow in ${stack} what the definitions ask for, and nothing else`, async function () {
      this.timeout(60_000);
      const found = await registeredBy(stack);
      expect(ofType(found, "aws:sfn/stateMachine:StateMachine")).to.have.length(3);
      for (const machine of ["etl-pipeline", "etl-crawl", "etl-train"]) {
        const { definition, roleArn } = found.get(`aws:sfn/stateMachine:StateMachine ${machine}`) as { definition: string; roleArn: string };
        expect(roleArn).to.equal(`arn:${machine}`);
        expect(allowed(found, machine), machine).to.deep.equal(needed(JSON.parse(definition) as Definition, encrypted));
      }
    });
  }
});
