/** Publish: messages of one thing over MQTT, each counted only when the broker has acknowledged it. */
import { connect, type MqttClient } from "mqtt";

/** What a thing holds: its certificate and key, and the authority it trusts. All PEM. */
export interface Credentials {
  thing: string;
  certificatePem: string;
  privateKey: string;
  caPem: string;
}

export interface Publishing {
  /** Where the broker is; left out: on this machine. */
  host?: string;
  port: number;
  credentials: Credentials;
  channel: string;
  messages: Iterable<Buffer | string>;
  /** Messages a second at most; left out: as fast as the broker takes them. */
  rate?: number;
  /** Messages that may be on their way at once. */
  window?: number;
  /** Told after each acknowledgement. */
  progress?: (acknowledged: number) => void;
}

export interface Published {
  acknowledged: number;
  seconds: number;
}

/** Cut off this often in a row with nothing acknowledged, a client will not get through. */
const mostCuts = 3;

/** Resolves when every message is acknowledged; rejects when the broker takes no more. */
export async function publishAll(what: Publishing): Promise<Published> {
  const began = Date.now();
  const client = dial(what);
  try {
    return { acknowledged: await Promise.race([cutOff(client, what), all(client, what)]), seconds: (Date.now() - began) / 1000 };
  } finally {
    await new Promise<void>((resolve) => client.end(true, {}, () => resolve()));
  }
}

function dial({ host = "127.0.0.1", port, credentials: { thing, certificatePem, privateKey, caPem } }: Publishing): MqttClient {
  return connect({
    protocol: "mqtts", host, port, clientId: thing, protocolVersion: 4, clean: true, keepalive: 60, reconnectPeriod: 300, connectTimeout: 10_000,
    cert: certificatePem, key: privateKey, ca: caPem,
  });
}

/** Rejects when the connection does not come about, or not again; never resolves. */
function cutOff(client: MqttClient, { credentials: { thing } }: Publishing): Promise<never> {
  let cuts = 0;
  let why = "the broker closed the connection";
  return new Promise((_, reject) => {
    const stop = (): void => reject(new Error(`thing ${thing} was cut off: ${why}; the broker's log says more`));
    client.on("error", (fault) => {
      why = fault.message;
      // An answer to CONNECT that is no: the client does not ask again.
      if ("code" in fault && typeof fault.code === "number") stop();
    });
    client.on("packetreceive", ({ cmd }) => (cuts = cmd === "puback" ? 0 : cuts));
    client.on("close", () => ++cuts >= mostCuts && stop());
  });
}

async function all(client: MqttClient, { credentials: { thing }, channel, messages, rate, window = 200, progress }: Publishing): Promise<number> {
  const began = Date.now();
  const underway = new Set<Promise<void>>();
  let sent = 0;
  let acknowledged = 0;
  for (const message of messages) {
    if (underway.size >= window) await Promise.race(underway);
    const early = rate === undefined ? 0 : began + (sent * 1000) / rate - Date.now();
    if (early > 1) await new Promise((resolve) => setTimeout(resolve, early));
    const one = client.publishAsync(`sensors/${thing}/${channel}`, message, { qos: 1 }).then(() => {
      underway.delete(one);
      acknowledged += 1;
      progress?.(acknowledged);
    });
    underway.add(one);
    sent += 1;
  }
  await Promise.all(underway);
  return acknowledged;
}
