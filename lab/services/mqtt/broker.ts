/**
 * Broker: MQTT 3.1.1 over TLS on loopback, for devices with a certificate that the registry knows.
 *
 *   TLS with client certificate ─▶ known, active, in its time? ─▶ CONNECT: policy ─▶ PUBLISH: limits, policy ─▶ taken down ─▶ PUBACK
 *
 * A message of QoS 1 is acknowledged once `take` has it on disk. Limits: AWS IoT Core endpoints and quotas, "Message broker".
 */
import { createHash } from "node:crypto";
import { createServer, type Server, type TLSSocket } from "node:tls";
import { Aedes, type AuthenticateError, type Client, type PublishPacket, type Subscription } from "aedes";
import type { Log } from "../../lab";
import type { Facts } from "../iot/policy";
import type { Registry } from "../iot/registry";
import type { PublishedMessage } from "../iot/rule-evaluation";

export interface BrokerSetup {
  port: number;
  key: string;
  certificate: string;
  registry: Registry;
  log: Log;
  /** Resolves when a message that some rule takes is durable; anything else is nothing to it. */
  take(message: PublishedMessage): Promise<void>;
}

const most = { payloadBytes: 128 * 1024, topicBytes: 256, topicSlashes: 7, clientIdBytes: 128, filters: 8 };
const notAuthorized = 5;

interface Peer {
  certificateId: string;
  facts: Facts;
}

export class Broker {
  private readonly certificates = new WeakMap<object, string>();
  private readonly peers = new WeakMap<Client, Peer>();
  private readonly sockets = new Set<TLSSocket>();

  private constructor(private readonly setup: BrokerSetup, private readonly aedes: Aedes, private readonly server: Server) {}

  static async listen(setup: BrokerSetup): Promise<Broker> {
    const aedes = await Aedes.createBroker({ concurrency: 1000 });
    // Who the peer is decides the registry by fingerprint, so that a certificate of another authority is refused in our words.
    const server = createServer({ key: setup.key, cert: setup.certificate, requestCert: true, rejectUnauthorized: false, minVersion: "TLSv1.2" });
    const broker = new Broker(setup, aedes, server);
    broker.wire();
    await new Promise<void>((resolve, reject) => {
      server.once("error", (fault: NodeJS.ErrnoException) => reject(fault.code === "EADDRINUSE"
        ? new Error(`port ${setup.port} is in use; stop what listens there or give the lab another port`) : fault));
      server.listen(setup.port, "127.0.0.1", resolve);
    });
    return broker;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    await new Promise<void>((resolve) => this.aedes.close(() => resolve()));
    this.sockets.forEach((socket) => socket.destroy());
    await closed;
  }

  private wire(): void {
    this.server.on("secureConnection", (socket) => this.connected(socket));
    this.server.on("tlsClientError", (fault) => this.refused("a connection", fault.message));
    this.aedes.on("clientError", (client, fault) => this.setup.log("mqtt", `client ${JSON.stringify(client.id)} is cut off: ${fault.message}`));
    this.aedes.on("connectionError", (_, fault) => this.setup.log("mqtt", `a connection is cut off: ${fault.message}`));
    this.aedes.authenticate = (client, _, __, done) => {
      const why = this.mayConnect(client);
      if (why) this.refused(`client ${JSON.stringify(client.id)}`, why);
      done(why ? unauthorized(why) : null, !why);
    };
    this.aedes.authorizePublish = (client, packet, done) => {
      this.published(client, packet).then(() => done(null), (fault: Error) => done(fault));
    };
    this.aedes.authorizeSubscribe = (client, subscription, done) => {
      const why = this.maySubscribe(client, subscription);
      if (why) this.refused(`client ${JSON.stringify(client.id)}`, why);
      // A subscription of null is answered with the failure code, as AWS does.
      done(null, why ? null : subscription);
    };
    this.aedes.authorizeForward = (client, packet) => (this.allows(client, "iot:Receive", `topic/${packet.topic}`) ? packet : null);
  }

  private connected(socket: TLSSocket): void {
    const peer = socket.getPeerCertificate();
    const why = this.unknown(peer);
    if (why) {
      this.refused("a connection", why);
      socket.destroy();
      return;
    }
    this.sockets.add(socket);
    socket.once("close", () => this.sockets.delete(socket));
    this.certificates.set(socket, fingerprint(peer.raw));
    this.aedes.handle(socket);
  }

  private unknown({ raw, valid_from: from, valid_to: to }: { raw?: Buffer; valid_from?: string; valid_to?: string }): string | undefined {
    if (!raw) return "it has no certificate";
    const known = this.setup.registry.certificates.get(fingerprint(raw));
    if (!known) return "its certificate is not registered";
    if (known.status !== "ACTIVE") return `its certificate ${known.certificateId} is ${known.status}`;
    const [begin, end] = [Date.parse(from ?? ""), Date.parse(to ?? "")];
    return begin <= Date.now() && Date.now() <= end ? undefined : `its certificate ${known.certificateId} is out of its time`;
  }

  private mayConnect(client: Client): string | undefined {
    const certificateId = this.certificates.get(client.conn);
    if (!certificateId || Buffer.byteLength(client.id) > most.clientIdBytes) return `the client id is longer than ${most.clientIdBytes} bytes`;
    const facts = this.setup.registry.facts(certificateId, client.id);
    this.peers.set(client, { certificateId, facts });
    return this.allows(client, "iot:Connect", `client/${client.id}`) ? undefined : "no policy of its certificate lets it connect under this client id";
  }

  /** Rejects with why the message is refused; the client is cut off then, without PUBACK. */
  private async published(client: Client | null, packet: PublishPacket): Promise<void> {
    const why = client ? this.mayPublish(client, packet) : "who would publish it is not connected";
    if (why) throw new Error(why);
    await this.setup.take({ topic: packet.topic, payload: Buffer.from(packet.payload), clientId: client!.id, at: Date.now() });
  }

  private mayPublish(client: Client, { topic, payload, qos, retain }: PublishPacket): string | undefined {
    if (qos > 1) return "it published with QoS 2, which AWS IoT does not have";
    if (Buffer.byteLength(payload) > most.payloadBytes) return `it published ${Buffer.byteLength(payload)} bytes, more than ${most.payloadBytes}`;
    if (Buffer.byteLength(topic) > most.topicBytes || topic.split("/").length - 1 > most.topicSlashes) return `its topic is longer than ${most.topicBytes} bytes or has more than ${most.topicSlashes} slashes`;
    const told = JSON.stringify(topic);
    if (topic.startsWith("$")) return `it published to ${told}; the lab has no topics that begin with $`;
    if (!this.allows(client, "iot:Publish", `topic/${topic}`)) return `no policy lets it publish to ${told}`;
    return retain && !this.allows(client, "iot:RetainPublish", `topic/${topic}`) ? `no policy lets it retain on ${told}` : undefined;
  }

  private maySubscribe(client: Client, { topic }: Subscription): string | undefined {
    if (topic.startsWith("$")) return `it subscribed to ${JSON.stringify(topic)}; the lab has no topics that begin with $`;
    return this.allows(client, "iot:Subscribe", `topicfilter/${topic}`) ? undefined : `no policy lets it subscribe to ${JSON.stringify(topic)}`;
  }

  private allows(client: Client, action: string, resource: string): boolean {
    const peer = this.peers.get(client);
    return peer !== undefined && this.setup.registry.allows(peer.certificateId, action, resource, peer.facts);
  }

  private refused(who: string, why: string): void {
    this.setup.log("mqtt", `${who} is refused: ${why}`);
  }
}

const fingerprint = (der: Buffer): string => createHash("sha256").update(der).digest("hex");

const unauthorized = (why: string): AuthenticateError => Object.assign(new Error(why), { returnCode: notAuthorized });
