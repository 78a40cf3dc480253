/** Records: what was put into a stream, and what Firehose writes where one can't be delivered. */
import type { Entry } from "../../journal";

export interface Record {
  /** Made of the stream's own id and the place in it: the same at every try. */
  recordId: string;
  /** Milliseconds since 1970. */
  arrival: number;
  data: Buffer;
}

/** A record that could not be delivered, with why. */
export interface Failure {
  record: Record;
  type: "processing-failed" | "format-conversion-failed";
  code: string;
  message: string;
  attempts: number;
}

const arrivalBytes = 8;

export function packed(data: Buffer, arrival: number): Buffer {
  const head = Buffer.alloc(arrivalBytes);
  head.writeDoubleBE(arrival);
  return Buffer.concat([head, data]);
}

export const recordId = (streamId: string, sequence: number): string => `${streamId}${String(sequence).padStart(16, "0")}`;

export const recordOf = (streamId: string, { sequence, data }: Entry): Record => ({
  recordId: recordId(streamId, sequence),
  arrival: data.readDoubleBE(0),
  data: data.subarray(arrivalBytes),
});

/** One line of the error output: "Handle failure in data transformation" and "Handling errors for data format conversion". */
export function errorLine({ record, type, code, message, attempts }: Failure, where: { lambdaArn?: string; table?: object }): string {
  const converting = type === "format-conversion-failed";
  return JSON.stringify({
    attemptsMade: attempts, arrivalTimestamp: record.arrival,
    ...(converting ? { ErrorCode: code, ErrorMessage: message } : { errorCode: code, errorMessage: message }),
    attemptEndingTimestamp: Date.now(), rawData: record.data.toString("base64"),
    ...(converting ? { sequenceNumber: record.recordId, subSequenceNumber: null, dataCatalogTable: where.table } : { lambdaArn: where.lambdaArn }),
  });
}
