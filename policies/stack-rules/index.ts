/** Rules over the whole stack, in the order of the reports. */
import type { Rule } from "../rule";
import * as alarms from "./alarms";
import * as connections from "./connections";
import * as crawlerNames from "./crawler-names";
import * as crawlers from "./crawlers";
import * as delivery from "./delivery";
import * as deliveryLog from "./delivery-log";
import * as environment from "./environment";
import * as jobs from "./jobs";
import * as leftovers from "./leftovers";
import * as logs from "./logs";
import * as machineBounds from "./machine-bounds";
import * as machineGlue from "./machine-glue";
import * as machineReferences from "./machine-references";
import * as machineRole from "./machine-role";
import * as machines from "./machines";
import * as models from "./models";
import * as ownPlaces from "./own-places";
import * as roles from "./roles";
import * as secrets from "./secrets";
import * as starters from "./starters";
import * as strangers from "./strangers";
import * as tables from "./tables";
import * as things from "./things";
import * as topicRules from "./topic-rules";

const files: object[] = [
  alarms, connections, crawlerNames, crawlers, delivery, deliveryLog, environment, jobs, leftovers, logs,
  machineBounds, machineGlue, machineReferences, machineRole, machines, models, ownPlaces, roles, secrets, starters, strangers, tables, things, topicRules,
];
const isRule = (value: unknown): value is Rule => typeof value === "object" && value !== null && "check" in value;

export const stackRules: readonly Rule[] = files.flatMap((file) => Object.values(file).filter(isRule)).sort((one, other) => (one.name < other.name ? -1 : 1));
