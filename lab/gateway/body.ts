/** Body: what a request carries, held in memory up to a bound. */
import type { IncomingMessage } from "node:http";
import { ApiFault } from "./service";

/** The whole body; past the bound the rest is read and thrown away, so that the refusal can be heard. */
export function bodyOf(incoming: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    incoming.on("data", (part: Buffer) => {
      bytes += part.length;
      if (bytes <= maxBytes) return void parts.push(part);
      parts.length = 0;
      reject(new ApiFault("RequestEntityTooLargeException", `The request is larger than ${maxBytes} bytes.`, 413));
    });
    incoming.on("end", () => resolve(Buffer.concat(parts)));
    incoming.on("close", () => reject(new ApiFault("RequestTimeout", "The request broke off.", 400)));
  });
}
