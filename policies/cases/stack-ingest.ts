/** Cases of delivery, topic rules and things. */
import { type Case, type Copy, rewrite } from "../testing";
import { type Props, UNKNOWN } from "../stack";

const s3 = (change: (to: Props, copy: Copy) => void) => (copy: Copy): void => change(copy.the("FirehoseDeliveryStream", "ingest-temperature").props.extendedS3Configuration as Props, copy);
const rule = (change: (props: Props) => void) => (copy: Copy): void => change(copy.the("TopicRule", "ingest-rule-temperature").props);
interface Document { Statement: { Action: string | string[]; Resource: string | string[]; Condition?: object }[] }
const policy = (type: string, name: string, change: (all: Document["Statement"]) => void) => (copy: Copy): void =>
  rewrite<Document>(copy.the(type, name).props, "policy", ({ Statement }) => change(Statement));
const delivery = (action: string, change: (one: Document["Statement"][number]) => void) =>
  policy("RolePolicy", "ingest-temperature-delivery", (all) => change(all.find(({ Action }) => Action.includes(action))!));
const without = (action: string) => (one: Document["Statement"][number]): void => { one.Action = [one.Action].flat().filter((own) => own !== action); };

export const deliveryCases: Case[] = [
  { rule: "st-fh-01", when: "it may not abort an upload", change: delivery("s3:AbortMultipartUpload", without("s3:AbortMultipartUpload")) },
  { rule: "st-fh-01", when: "it may not encrypt", change: policy("RolePolicy", "ingest-temperature-delivery", (all) => all.forEach(without("kms:GenerateDataKey"))) },
  { rule: "st-fh-01", when: "it may not read its table", change: delivery("glue:GetTableVersions", without("glue:GetTableVersions")) },
  { rule: "st-fh-01", when: "it may not ask its function", change: delivery("lambda:InvokeFunction", without("lambda:InvokeFunction")) },
  { rule: "st-fh-01", when: "it may write everywhere in the bucket", change: delivery("s3:PutObject", (one) => { one.Resource = `${String(one.Resource).split("/")[0]}/*`; }) },
  { rule: "st-fh-01", when: "it may delete", change: delivery("s3:PutObject", (one) => { (one.Action as string[]).push("s3:DeleteObject"); }) },
  { rule: "st-fh-01", when: "its policy is not known", change: (copy) => { copy.the("RolePolicy", "ingest-temperature-delivery").props.policy = UNKNOWN; }, fires: ["undecided"] },
  { rule: "st-fh-02", when: "it does not wait for its policy", change: (copy) => {
      const stream = copy.the("FirehoseDeliveryStream", "ingest-temperature");
      const { urn } = copy.the("RolePolicy", "ingest-temperature-delivery");
      stream.after = (stream.after ?? []).filter((one) => one !== urn);
      for (const [key, urns] of Object.entries(stream.dependencies)) stream.dependencies[key] = urns.filter((one) => one !== urn);
    } },
  { rule: "st-fh-03", when: "errors lie among the data", change: s3((to) => { to.errorOutputPrefix = `${String(to.prefix).split("day=")[0]}errors/`; }), fires: ["st-fh-01", "st-fh-03", "st-glue-05"], because: "the role may write the old folder only, and the table then holds errors" },
  { rule: "st-fh-03", when: "errors have no place", change: s3((to) => { delete to.errorOutputPrefix; }), fires: ["st-fh-01", "st-fh-03"], because: "the role still has the folder that is no longer named" },
  { rule: "st-fh-03", when: "a partition key is missing", change: s3((to) => { to.prefix = String(to.prefix).replace("day=", ""); }) },
  { rule: "st-fh-05", when: "errors are not logged", change: s3((to, copy) => {
      to.cloudwatchLoggingOptions.enabled = false;
      delivery("logs:PutLogEvents", (one) => { one.Action = []; })(copy);
    }) },
  { rule: "st-fh-05", when: "the log is elsewhere", change: s3((to, copy) => {
      delivery("logs:PutLogEvents", (one) => { one.Resource = String(one.Resource).replace(/log-group:[^:]+/, "log-group:other"); })(copy);
      to.cloudwatchLoggingOptions.logGroupName = "other";
    }) },
  { rule: "st-fh-04", when: "records are not divided", change: rule((props) => { delete props.firehoses[0].separator; }) },
  { rule: "st-fh-04", when: "the stream divides them", change: (copy) => {
      rule((props) => { delete props.firehoses[0].separator; })(copy);
      s3((to) => { to.processingConfiguration.processors.push({ type: "AppendDelimiterToRecord" }); })(copy);
    }, fires: [], silent: true },
];

export const thingCases: Case[] = [
  { rule: "st-iot-01", when: "nothing keeps what can't be handed on", change: (copy) => {
      rule((props) => { delete props.errorAction; })(copy);
      policy("RolePolicy", "ingest-rule-temperature", (all) => { all.splice(1); })(copy);
    } },
  { rule: "st-iot-01", when: "errors go where the rule goes", change: (copy) => {
      rule((props) => { props.errorAction = { firehose: { ...props.firehoses[0] } }; })(copy);
      policy("RolePolicy", "ingest-rule-temperature", (all) => { all.splice(1); })(copy);
    }, fires: ["st-iot-01"] },
  { rule: "st-iot-02", when: "no rule hears a topic", change: rule((props) => { props.sql = String(props.sql).replace("sensors/+/temperature", "sensors/+/heat"); }) },
  { rule: "st-iot-06", when: "a rule listens to everything", change: rule((props) => { props.sql = String(props.sql).replace("sensors/+/temperature", "#"); }) },
  { rule: "st-iot-02", when: "a rule hears more", change: rule((props) => { props.sql = String(props.sql).replace("sensors/+/temperature", "sensors/#"); }), fires: [] },
  { rule: "st-iot-03", when: "another service may assume the role", change: (copy) => { const role = copy.the("Role", "ingest-rule-temperature").props; role.assumeRolePolicy = String(role.assumeRolePolicy).replace("iot.amazonaws.com", "lambda.amazonaws.com"); } },
  { rule: "st-iot-03", when: "it may not put a record", change: policy("RolePolicy", "ingest-rule-temperature", (all) => { all.shift(); }) },
  { rule: "st-iot-03", when: "it may put records into another stream", change: policy("RolePolicy", "ingest-rule-temperature", (all) => { all[0]!.Resource = "arn:aws:firehose:eu-central-1:123456789012:deliverystream/other"; }) },
  { rule: "st-iot-04", when: "a thing may be any client", change: policy("Policy", "ingest-things", (all) => { all[0]!.Resource = "arn:aws:iot:eu-central-1:123456789012:client/*"; }) },
  { rule: "st-iot-04", when: "a thing may connect unattached", change: policy("Policy", "ingest-things", (all) => { delete all[0]!.Condition; }) },
  { rule: "st-iot-04", when: "a thing may do everything", change: policy("Policy", "ingest-things", (all) => { all[0]!.Action = "iot:*"; }) },
  { rule: "st-iot-05", when: "a certificate has no policy", change: (copy) => copy.without("PolicyAttachment", "ingest-may-publish-office-1") },
  { rule: "st-iot-05", when: "a certificate has two things", change: (copy) => {
      const one = copy.the("ThingPrincipalAttachment", "ingest-belongs-office-1");
      copy.add({ ...one, name: "twice", urn: `${one.urn}-2` });
    } },
  { rule: "st-iot-05", when: "a certificate is not active", change: (copy) => { copy.the("Certificate", "ingest-certificate-office-1").props.active = false; } },
  { rule: "st-iot-05", when: "a private key is no secret", change: (copy) => { copy.the("Certificate", "ingest-certificate-office-1").secretOutputs = ["certificatePem"]; } },
  { rule: "st-iot-05", when: "the thing keeps its key to itself", change: (copy) => { Object.assign(copy.the("Certificate", "ingest-certificate-office-1"), { secretOutputs: [] }).props.csr = "CSR"; }, fires: [], silent: true },
];
