/**
 * Lab: what every service, provider and command of the lab is handed: where things are, on which ports, as whom.
 * It is a plain value; lab/host.ts makes one and starts the services on it.
 */
import { join } from "node:path";
import { Children } from "./children";
import { Store } from "./store";

export interface Ports {
  /** The one AWS endpoint. */
  gateway: number;
  /** MQTT over TLS with client certificates. */
  mqtt: number;
  /** The dashboard's page and its API. */
  dashboard: number;
  /** H2 over TCP. */
  database: number;
  /** The same H2 over PostgreSQL's protocol, for functions that ask it without JDBC. */
  databasePg: number;
  /** The S3 emulator behind the gateway. */
  s3: number;
}

/** Ports of a lab whose first one is `base`. */
export const portsFrom = (base: number): Ports => ({
  gateway: base,
  mqtt: base === 4566 ? 8883 : base + 1,
  dashboard: base + 2,
  database: base + 3,
  databasePg: base + 4,
  s3: base + 5,
});

/** Programs and files that `sensorlake setup` put in place. */
export interface Tools {
  /** Python of the project's own environment, with what lab/setup/requirements.txt lists. */
  python: string;
  java: string;
  javaHome: string;
  /** Folder with the jars that lab/setup/jars.ts lists. */
  jars: string;
  /** Jars of JDBC drivers beside those. */
  drivers?: string[];
  /** site-packages of that Python. */
  sitePackages: string;
}

export type Log = (source: string, line: string) => void;

export class Lab {
  readonly account = "000000000000";
  readonly region = "eu-central-1";
  readonly children: Children;

  constructor(
    /** Folder of everything this lab keeps; removing it resets the lab. */
    readonly home: string,
    readonly ports: Ports,
    readonly tools: Tools,
    /** One line a call; `source` is the service. Goes to <home>/logs/<source>.log. */
    readonly log: Log,
    /** Keys that the gateway accepts: made for this lab, never those of a real account. */
    readonly credentials: { accessKeyId: string; secretAccessKey: string },
  ) {
    this.children = new Children(log);
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.ports.gateway}`;
  }

  /** A durable store of JSON documents under this lab's home. */
  store<T>(name: string): Store<T> {
    return new Store<T>(join(this.home, "state", name));
  }

  /** A folder of this lab's home. */
  folder(...parts: string[]): string {
    return join(this.home, ...parts);
  }

  /** Arguments of an AWS SDK client that talks to the gateway. */
  client() {
    return { endpoint: this.endpoint, region: this.region, credentials: this.credentials, forcePathStyle: true, maxAttempts: 3 };
  }

  /** Environment of a child process that talks to the gateway and to nothing else. */
  env(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_REGION: this.region,
      AWS_DEFAULT_REGION: this.region,
      AWS_ACCESS_KEY_ID: this.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: this.credentials.secretAccessKey,
      AWS_EC2_METADATA_DISABLED: "true",
      PATH: process.env.PATH ?? "",
      HOME: this.home,
    };
  }
}
