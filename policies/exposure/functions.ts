/** Exposure of functions, topics, buses and machines: who may call them. */
import { each, first, is, notTrue, passes, property, set } from "../ask";
import { accountOf, anyone, isPublic, judged, type Statement } from "../document";
import type { Rule } from "../rule";
import type { Stack } from "../stack";
import { ownAccounts } from "./buckets";

const PERMISSION = ["aws:lambda/permission:Permission"];
const INSTANCE = ["aws:ec2/instance:Instance"];
const NOTEBOOK = ["aws:sagemaker/notebookInstance:NotebookInstance"];

export const functionNotPublic: Rule = {
  name: "la-perm-public", level: "mandatory", promise: "exposure", types: PERMISSION,
  why: "A function for everyone runs at your cost, with your data.",
  set: "Set principal to the service or account that calls",
  covers: ["CKV_AWS_301", "FSBP Lambda.1"],
  check: property("principal", (principal) => principal !== "*"),
};

export const functionForOneSource: Rule = {
  name: "la-perm-source", level: "mandatory", promise: "exposure", types: PERMISSION,
  why: "A service calls for whoever asks it to; without a source, for other accounts too, and with a pattern of actions it may do more than call.",
  set: "Set sourceArn or sourceAccount, and action to lambda:InvokeFunction",
  covers: ["CKV_AWS_364", "lambda-permission-configure-source-arn", "FSBP Lambda.1"],
  check: ({ props }) => first([!String(props.action ?? "").includes("*"), !String(props.principal).endsWith(".amazonaws.com") || [props.sourceArn, props.sourceAccount].some((source) => set(source) && source !== "*")]),
};

export const functionUrlSigned: Rule = {
  name: "la-url", level: "mandatory", promise: "exposure", types: ["aws:lambda/functionUrl:FunctionUrl"],
  why: "A function's URL is on the internet; without signed requests, for everyone.",
  set: "Set authorizationType to AWS_IAM, and name the origins in cors.allowOrigins",
  covers: ["CKV_AWS_258", "CKV2_AWS_75"],
  check: ({ props }) => first([passes(props, "authorizationType", is("AWS_IAM")), passes(props, "cors.allowOrigins", (origins) => !each(origins).includes("*"))]),
};

export const topicNotPublic: Rule = {
  name: "sns-public", level: "mandatory", promise: "exposure", types: ["aws:sns/topicPolicy:TopicPolicy"],
  why: "Who may publish to the topic can call an alarm; who may subscribe reads them all.",
  set: "Name principals of your own accounts, or bind services by aws:SourceAccount",
  covers: ["CKV_AWS_169", "CKV_AWS_385", "FSBP SNS.4"],
  check: (policy, stack) => judged(policy, (all) => first(all.filter(({ allows }) => allows).map((one) => own(one, stack)))),
};

function own(statement: Statement, stack: Stack) {
  if (anyone(statement)) return !isPublic(statement);
  const named = statement.principals.filter(({ kind }) => kind === "AWS").map(({ value }) => accountOf(value)).filter((account) => account !== undefined);
  const accounts = ownAccounts(stack);
  if (named.length && !accounts.length) return { undecided: "the account of the stack" };
  return named.every((account) => accounts.includes(account));
}

export const busNotOpen: Rule = {
  name: "evb-policy", level: "mandatory", promise: "exposure", types: ["aws:cloudwatch/eventBus:EventBus"],
  why: "A bus that everyone may put events on starts whatever listens to it.",
  set: "Add an EventBusPolicy for this bus that names principals, or puts a condition on everyone",
  covers: ["AwsSolutions-EVB1", "FSBP EventBridge.3"],
  check: (bus, stack) => {
    const policies = [...new Set([...stack.pointingAt(bus, "aws:cloudwatch/eventBusPolicy:EventBusPolicy", "eventBusName"),
      ...stack.ofTypes(["aws:cloudwatch/eventBusPolicy:EventBusPolicy"]).filter(({ props }) => props.eventBusName === bus.props.name)])];
    if (!policies.length) return false;
    return policies.flatMap((policy) => judged(policy, (all) => !all.some(isPublic)));
  },
};

export const notebookPrivate: Rule = {
  name: "sm-nb-net", level: "mandatory", promise: "exposure", types: NOTEBOOK,
  why: "A notebook with a way to the internet is where data leaves by hand.",
  set: "Set directInternetAccess to Disabled and subnetId to a private subnet",
  covers: ["CKV_AWS_122", "CKV_AWS_306", "AwsSolutions-SM1", "AwsSolutions-SM3", "FSBP SageMaker.1", "FSBP SageMaker.2"],
  check: ({ props }) => first([passes(props, "directInternetAccess", is("Disabled")), passes(props, "subnetId", set)]),
};

export const notebookTokens: Rule = {
  name: "sm-nb-imds", level: "mandatory", promise: "exposure", types: NOTEBOOK,
  why: "The first version of the metadata service gives credentials to whatever can make the notebook fetch a URL.",
  set: "Set instanceMetadataServiceConfiguration.minimumInstanceMetadataServiceVersion to 2",
  covers: ["CKV_AWS_371"],
  check: property("instanceMetadataServiceConfiguration.minimumInstanceMetadataServiceVersion", is("2", 2)),
};

export const instanceTokens: Rule = {
  name: "ec2-imds", level: "mandatory", promise: "exposure", types: INSTANCE,
  why: "The first version of the metadata service gives credentials to whatever can make the machine fetch a URL.",
  set: "Set metadataOptions.httpTokens to required and httpPutResponseHopLimit to 2 or less",
  covers: ["CKV_AWS_79", "FSBP EC2.8"],
  // EC2 User Guide, "Use IMDSv2": one hop is the machine itself, a second one a container on it; more let others in.
  check: ({ props }) => first([passes(props, "metadataOptions.httpTokens", is("required")), passes(props, "metadataOptions.httpPutResponseHopLimit", (hops) => hops === undefined || Number(hops) <= 2)]),
};

export const instancePrivate: Rule = {
  name: "ec2-publicip", level: "mandatory", promise: "exposure", types: INSTANCE,
  why: "A machine with a public address is tried by the internet within minutes.",
  set: "Set associatePublicIpAddress to false",
  covers: ["CKV_AWS_88", "ec2-instance-disallow-public-ip", "ec2-instance-no-public-ip", "FSBP EC2.9"],
  check: property("associatePublicIpAddress", notTrue),
};
