/** Cases of what starts a machine by itself: the schedule of prod, the arrivals of local. */
import { type Case, type Copy, rewrite } from "../testing";

interface Document { Statement: { Action: string[]; Resource: string | string[] }[] }
const role = (name: string, change: (statement: Document["Statement"][number]) => void) => (copy: Copy): void =>
  rewrite<Document>(copy.the("RolePolicy", name).props, "policy", ({ Statement }) => change(Statement[0]!));

export const starterCases: Case[] = [
  { rule: "st-evb-01", when: "its role may start another machine", change: role("etl-schedule", (one) => { one.Resource = String(one.Resource).replace("pipeline", "crawl"); }) },
  { rule: "st-evb-01", when: "its role may stop what it starts, too", change: role("etl-schedule", (one) => { one.Action.push("states:StopExecution"); }) },
  { rule: "st-evb-01", when: "the role of a schedule with a key may not decrypt by it", change: (copy) => {
    rewrite<Document>(copy.the("RolePolicy", "etl-schedule").props, "policy", (policy) => { policy.Statement = policy.Statement.slice(0, 1); });
  } },
  { rule: "st-evb-01", when: "a rule on events starts it by no role", stack: "local", change: (copy) => { const target = copy.the("EventTarget", "etl-arrival"); delete target.props.roleArn; delete target.dependencies.roleArn; } },
  { rule: "st-evb-01", when: "a rule on events may not start it", stack: "local", change: role("etl-arrival", (one) => { one.Action = ["states:DescribeExecution"]; }) },
  { rule: "st-evb-01", when: "the bucket that a rule waits for tells others, but not EventBridge", stack: "local", change: (copy) => { Object.assign(copy.the("BucketNotification", "etl-arrival").props, { eventbridge: false, queues: [{ queueArn: "arn:q" }] }); } },
  { rule: "st-evb-01", when: "the bucket that a rule waits for is somebody else's", stack: "local", change: (copy) => {
    copy.without("BucketNotification", "etl-arrival");
    rewrite<{ detail: { bucket: { name: string[] } } }>(copy.the("EventRule", "etl-arrival").props, "eventPattern", ({ detail }) => { detail.bucket.name = ["theirs"]; });
  }, fires: [], silent: true },
  { rule: "st-evb-01", when: "a schedule starts what is not in the stack", change: (copy) => {
    const schedule = copy.the("Schedule", "etl-schedule");
    schedule.props.target.arn = "arn:aws:states:eu-central-1:123456789012:stateMachine:theirs";
    schedule.dependencies = {};
  }, fires: [], silent: true },
];
