/**
 * Tap: stands before the services of the lab that keep things, and sees every write: an object, a table, a partition.
 *
 *   writer ─▶ gateway ─▶ tap (count, hold, cut, refuse) ─▶ S3 | catalogue ─▶ tap (tell)
 *
 * Writes are told apart by their place and their number, never by the time.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ApiRequest, ApiResponse, Service } from "../../../lab/gateway/service";

export interface Write {
  /** `s3://bucket/key`, or `catalogue/database.table`. */
  place: string;
  /** PUT, COPY, DELETE, POST of an object; the action of the catalogue. */
  action: string;
  /** Bytes of its body, where it has one. */
  bytes: number;
}

/** What is done at a write; it may throw an ApiFault, which the writer gets. */
export interface Watch {
  /** Before an object is read. */
  reading?(place: string): void | Promise<void>;
  before?(write: Write): void | Promise<void>;
  after?(write: Write): void | Promise<void>;
  /** Bytes of the body that come through; the rest never does. */
  cut?(write: Write): number | undefined;
  /** Called when a body was cut. */
  torn?(write: Write): void;
}

export class Tap {
  readonly writes: Write[] = [];
  private watches: Watch[] = [];

  /** Watch until the function that it answers is called. */
  watch(one: Watch): () => void {
    this.watches.push(one);
    return () => void (this.watches = this.watches.filter((other) => other !== one));
  }

  /** Forget what was written, and whoever watched. */
  clear(): void {
    this.writes.length = 0;
    this.watches = [];
  }

  /** The same service, watched. */
  around(service: Service): Service {
    if (service.names.includes("s3")) return this.onObjects(service);
    return service.actions?.has("CreateTable") ? this.onCatalogue(service) : service;
  }

  private onObjects(inner: Service): Service {
    const outer = Object.create(inner) as Service;
    outer.pass = async (request, incoming, outgoing) => {
      const write = objectWrite(request);
      if (write) await this.seen(write, incoming);
      else if (request.method === "GET") for (const { reading } of [...this.watches]) await reading?.(placeOf(request));
      await (inner.pass as NonNullable<Service["pass"]>).call(outer, request, incoming, outgoing);
      if (write) await this.done(write, outgoing);
    };
    return outer;
  }

  private onCatalogue(inner: Service): Service {
    const outer = Object.create(inner) as Service;
    (outer as { handle: Service["handle"] }).handle = async (request): Promise<ApiResponse> => {
      const write = catalogueWrite(request);
      if (write) await this.seen(write);
      const answer = await inner.handle.call(outer, request);
      if (write) for (const { after } of this.watches) await after?.(write);
      return answer;
    };
    return outer;
  }

  private async seen(write: Write, incoming?: IncomingMessage): Promise<void> {
    this.writes.push(write);
    for (const watch of [...this.watches]) {
      await watch.before?.(write);
      const through = watch.cut?.(write);
      if (incoming && through !== undefined) torn(incoming, through, () => watch.torn?.(write));
    }
  }

  private async done(write: Write, outgoing: ServerResponse): Promise<void> {
    if (outgoing.statusCode < 300) for (const { after } of [...this.watches]) await after?.(write);
  }
}

/** Let so many bytes of a body through, then break it off, as when its writer dies. */
function torn(incoming: IncomingMessage, through: number, then: () => void): void {
  const emit = incoming.emit.bind(incoming) as (event: string, ...args: unknown[]) => boolean;
  let left = through;
  incoming.emit = (event: string, ...args: unknown[]): boolean => {
    if (event !== "data" || left < 0) return emit(event, ...args);
    const chunk = args[0] as Buffer;
    if (chunk.length <= left) {
      left -= chunk.length;
      return emit(event, chunk);
    }
    if (left > 0) emit(event, chunk.subarray(0, left));
    left = -1;
    then();
    incoming.destroy();
    return true;
  };
}

/** A write of an object; nothing for what reads, and for what is about a bucket. */
function objectWrite({ method, path, query, headers }: ApiRequest): Write | undefined {
  const place = placeOf({ path });
  if (!["PUT", "POST", "DELETE"].includes(method) || !(/^s3:\/\/[^/]+\/./.test(place) || query.has("delete"))) return undefined;
  const action = headers["x-amz-copy-source"] ? "COPY" : query.has("delete") ? "DELETE" : method;
  return { place, action, bytes: Number(headers["x-amz-decoded-content-length"] ?? headers["content-length"] ?? 0) };
}

const placeOf = ({ path }: Pick<ApiRequest, "path">): string => `s3:/${decodeURIComponent(path)}`;

function catalogueWrite({ action, body }: ApiRequest): Write | undefined {
  if (!/^(Create|Update|Delete|BatchCreate|BatchUpdate|BatchDelete)(Table|Partition)$/.test(action)) return undefined;
  const { DatabaseName, TableName, TableInput, Name } = JSON.parse(body.toString("utf8")) as { DatabaseName: string; TableName?: string; TableInput?: { Name: string }; Name?: string };
  return { place: `catalogue/${DatabaseName}.${TableName ?? TableInput?.Name ?? Name}`, action, bytes: body.length };
}
