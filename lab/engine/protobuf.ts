/** Protobuf: gRPC with the very message classes that Pulumi's SDK checks for; another copy of google-protobuf would fail its `instanceof`. */
import type * as grpc from "@grpc/grpc-js";
import { createRequire } from "node:module";
import type { Empty as EmptyMessage } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct as StructMessage } from "google-protobuf/google/protobuf/struct_pb";
import type { Props } from "./providers/provider";

const fromPulumi = createRequire(require.resolve("@pulumi/pulumi"));
const { Empty } = fromPulumi("google-protobuf/google/protobuf/empty_pb.js") as { Empty: new () => EmptyMessage };
const { Struct } = fromPulumi("google-protobuf/google/protobuf/struct_pb.js") as { Struct: { fromJavaScript(value: object): StructMessage } };

export const empty = (): EmptyMessage => new Empty();

/** Properties as a message; what is undefined is left out, as JSON leaves it out. */
export const struct = (props: Props): StructMessage => Struct.fromJavaScript(JSON.parse(JSON.stringify(props)) as object);

// Messages can be large: a whole stack goes to the policy pack in one (the SDK's own limit is the same).
export const channelOptions = { "grpc.max_receive_message_length": 400 * 1024 * 1024, "grpc.max_send_message_length": 400 * 1024 * 1024 };

/** A gRPC method from an async function; what it throws is said to the caller in its own words. */
export function unary<Request, Response>(act: (request: Request) => Promise<Response> | Response): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => act(call.request))
      .then((response) => callback(null, response))
      // 2 is grpc.status.UNKNOWN: the SDK shows `details` of it to people.
      .catch((fault: unknown) => callback({ code: 2, details: fault instanceof Error ? fault.message : String(fault) }));
  };
}

/** A client's method as a promise. */
export const asked = <Request, Response>(
  client: object,
  method: (request: Request, callback: (fault: grpc.ServiceError | null, response: Response) => void) => unknown,
  request: Request,
): Promise<Response> =>
  new Promise((resolve, reject) => {
    method.call(client, request, (fault, response) => (fault ? reject(new Error(fault.details || fault.message)) : resolve(response)));
  });
