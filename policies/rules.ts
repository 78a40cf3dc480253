/** Every rule of the pack, in the order of the reports. */
import * as queries from "./catalogue/queries";
import * as encryptedBuckets from "./encryption/buckets";
import * as encryptedCatalogue from "./encryption/catalogue";
import * as keys from "./encryption/keys";
import * as streams from "./encryption/streams";
import * as exposedBuckets from "./exposure/buckets";
import * as exposedFunctions from "./exposure/functions";
import * as exposedNetworks from "./exposure/network";
import * as endpoints from "./models/endpoints";
import * as names from "./names";
import * as care from "./network/care";
import * as groups from "./network/groups";
import * as path from "./network/path";
import * as room from "./network/room";
import * as routes from "./network/routes";
import * as buckets from "./operations/buckets";
import * as functions from "./operations/functions";
import * as machines from "./operations/machines";
import * as watching from "./operations/watching";
import * as own from "./permissions/own";
import * as roles from "./permissions/roles";
import * as secrets from "./permissions/secrets";
import * as trust from "./permissions/trust";
import { PROMISES, type Rule } from "./rule";
import { stackRules } from "./stack-rules";

const files: object[] = [
  names, groups, routes, care, path, room, encryptedBuckets, encryptedCatalogue, keys, streams, exposedBuckets, exposedNetworks, exposedFunctions,
  roles, trust, own, secrets, queries, endpoints, buckets, functions, machines, watching,
];

const isRule = (value: unknown): value is Rule => typeof value === "object" && value !== null && "check" in value;
const place = ({ promise }: Rule): number => PROMISES.indexOf(promise);

export const rules: readonly Rule[] = [...files.flatMap((file) => Object.values(file).filter(isRule)), ...stackRules].sort((a, b) => place(a) - place(b));
