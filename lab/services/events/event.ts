/** Event: what services tell, as EventBridge hands it on: User Guide, "Events in Amazon EventBridge". */
import { randomUUID } from "node:crypto";

export interface Told {
  source: string;
  "detail-type": string;
  /** ARNs. */
  resources: string[];
  detail: object;
}

export interface BusEvent extends Told {
  version: "0";
  id: string;
  account: string;
  region: string;
  /** ISO 8601, in seconds. */
  time: string;
}

/** Where services tell; nobody waits for what follows from it. */
export interface Bus {
  tell(what: Told): void;
}

export const eventOf = (what: Told, { account, region }: { account: string; region: string }): BusEvent =>
  ({ version: "0", id: randomUUID(), account, region, time: new Date().toISOString().replace(/\.\d+/, ""), ...what });
