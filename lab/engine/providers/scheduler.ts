/** EventBridge Scheduler in the lab: groups and schedules. The lab brings no client of it: a call is signed by itself. */
import { signedRest } from "../../gateway/signed-call";
import type { Lab } from "../../lab";
import { gone, isThere, tagList } from "./aws-client";
import type { Props, Provider, Providers } from "./provider";

const call = <T>(lab: Lab, method: string, path: string, input?: object): Promise<T> => signedRest<T>(lab, "scheduler", method, path, input);

const ofGroup = (GroupName: unknown): string => String(GroupName ?? "default");
const pathOf = (name: unknown): string => `/schedules/${encodeURIComponent(String(name))}`;

/** The id is `<group>/<name>`, as the real provider has it. */
const schedule: Provider = {
  replaceOn: ["name", "namePrefix", "groupName"],
  create: async (inputs, { lab }) => ({ id: `${ofGroup(inputs.groupName)}/${String(inputs.name)}`, outputs: await put(lab, "POST", inputs) }),
  update: (_, inputs, __, { lab }) => put(lab, "PUT", inputs),
  delete: (id, _, { lab }) => gone(call(lab, "DELETE", asked(id))),
  exists: (id, _, { lab }) => isThere(call(lab, "GET", asked(id))),
};

function asked(id: string): string {
  const [group = "", name = ""] = id.split("/");
  return `${pathOf(name)}?groupName=${encodeURIComponent(group)}`;
}

/** A deployment that was killed may have made it without having noted so. */
async function put(lab: Lab, method: "POST" | "PUT", inputs: Props): Promise<Props> {
  const groupName = ofGroup(inputs.groupName);
  const input = inApi({ ...inputs, groupName }, words);
  const { ScheduleArn } = await call<{ ScheduleArn: string }>(lab, method, pathOf(inputs.name), input).catch((fault: Error) => {
    if (method === "PUT" || fault.name !== "ConflictException") throw fault;
    return call<{ ScheduleArn: string }>(lab, "PUT", pathOf(inputs.name), input);
  });
  return { arn: ScheduleArn, groupName, state: inputs.state ?? "ENABLED", actionAfterCompletion: inputs.actionAfterCompletion ?? "NONE" };
}

/** Inputs that the API knows, each under its own name with a capital. */
const words = ["groupName", "description", "scheduleExpression", "scheduleExpressionTimezone", "startDate", "endDate", "state", "actionAfterCompletion", "kmsKeyArn", "flexibleTimeWindow", "target"];

function inApi(props: Props, only?: readonly string[]): Props {
  const given = Object.entries(props).filter(([key, value]) => value !== undefined && (!only || only.includes(key)));
  return Object.fromEntries(given.map(([key, value]) => [key.charAt(0).toUpperCase() + key.slice(1), value && typeof value === "object" && !Array.isArray(value) ? inApi(value as Props) : (value as unknown)]));
}

const group: Provider = {
  replaceOn: ["name", "namePrefix"],
  create: async ({ name, tags }, { lab }) => {
    const path = `/schedule-groups/${encodeURIComponent(String(name))}`;
    await call(lab, "POST", path, { Tags: tagList(tags) }).catch((fault: Error) => {
      if (fault.name !== "ConflictException") throw fault;
    });
    return { id: String(name), outputs: await outputs(lab, path) };
  },
  update: async (id, { tags }, old, { lab }) => {
    const path = `/schedule-groups/${encodeURIComponent(id)}`;
    const made = await outputs(lab, path);
    const arn = `/tags/${encodeURIComponent(String(made.arn))}`;
    const left = Object.keys((old.tags ?? {}) as object).filter((key) => !(key in ((tags ?? {}) as object)));
    if (left.length) await call(lab, "DELETE", `${arn}?${left.map((key) => `TagKeys=${encodeURIComponent(key)}`).join("&")}`);
    await call(lab, "POST", arn, { Tags: tagList(tags) });
    return made;
  },
  delete: (id, _, { lab }) => gone(call(lab, "DELETE", `/schedule-groups/${encodeURIComponent(id)}`)),
  exists: (id, _, { lab }) => isThere(call(lab, "GET", `/schedule-groups/${encodeURIComponent(id)}`)),
};

async function outputs(lab: Lab, path: string): Promise<Props> {
  const { Arn, State, CreationDate, LastModificationDate } = await call<{ Arn: string; State: string; CreationDate: number; LastModificationDate: number }>(lab, "GET", path);
  const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();
  return { arn: Arn, state: State, creationDate: iso(CreationDate), lastModificationDate: iso(LastModificationDate) };
}

export const schedulerProviders: Providers = {
  "aws:scheduler/schedule:Schedule": schedule,
  "aws:scheduler/scheduleGroup:ScheduleGroup": group,
};
