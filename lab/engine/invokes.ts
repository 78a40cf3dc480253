/**
 * Invokes: what the program asks AWS while it runs, answered without AWS.
 *
 * Whatever has no answer here is refused by name; what only an account can tell is unknown at preview.
 */
import type { Props } from "./providers/provider";
import { policyDocument } from "./policy-document";
import { rcfImage } from "./rcf-images";

/** In whose name and where the program runs. */
export interface Place {
  account: string;
  region: string;
  dryRun: boolean;
}

/** Said instead of a value that only an account can tell. */
export const NOT_OFFLINE = Symbol("not known offline");

type Answer = (args: Props, place: Place) => Props | typeof NOT_OFFLINE;

const answers: Record<string, Answer> = {
  "aws:index/getCallerIdentity:getCallerIdentity": (_, { account }) => ({
    accountId: account, arn: `arn:aws:iam::${account}:user/offline`, id: account, userId: "AIDAOFFLINE",
  }),
  "aws:index/getRegion:getRegion": (args, { region }) => {
    const name = typeof args.region === "string" ? args.region : region;
    return { region: name, id: name, endpoint: `ec2.${name}.amazonaws.com`, description: name };
  },
  "aws:index/getPartition:getPartition": () => ({ partition: "aws", id: "aws", dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" }),
  "aws:index/getAvailabilityZones:getAvailabilityZones": (args, place) => {
    const region = typeof args.region === "string" ? args.region : place.region;
    const names = ["a", "b", "c"].map((zone) => `${region}${zone}`);
    return { names, zoneIds: names.map((name, i) => `${name.slice(0, 3)}-az${i + 1}`), groupNames: [region], id: region, region };
  },
  "aws:sagemaker/getPrebuiltEcrImage:getPrebuiltEcrImage": (args, { region }) => rcfImage(args, region) ?? NOT_OFFLINE,
  "aws:iam/getPolicyDocument:getPolicyDocument": (args) => policyDocument(args),
  "aws:ssm/getParameter:getParameter": () => NOT_OFFLINE,
  "aws:ec2/getAmi:getAmi": () => NOT_OFFLINE,
};

/** The answer to a function call of the program; throws, naming it, when there is none. */
export function answer(token: string, args: Props, place: Place): Props | typeof NOT_OFFLINE {
  const known = Object.hasOwn(answers, token) ? answers[token] : undefined;
  if (!known) throw new Error(`${token} needs an AWS account and has no offline answer; pass the value in as a setting instead`);
  const value = known(args, place);
  if (value === NOT_OFFLINE && !place.dryRun) throw new Error(`${token} can only be answered by an AWS account; the lab does not have it`);
  return value;
}
