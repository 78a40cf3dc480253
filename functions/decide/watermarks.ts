/** Watermarks: how far the source database has come. The function that asks it is in the database's network, this one is not. */
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { Watermark } from "./answers";

/** Times that a call that Lambda itself could not take is sent. */
const maxAttempts = 6;
const lambda = new LambdaClient({ maxAttempts });

/** Throws what that function threw, by its own name. */
export async function watermarksBy(FunctionName: string): Promise<Watermark[]> {
  const { Payload, FunctionError } = await lambda.send(new InvokeCommand({ FunctionName, Payload: "{}" }));
  const answer = JSON.parse(new TextDecoder().decode(Payload)) as { tables: Watermark[]; errorType?: string; errorMessage?: string };
  if (FunctionError) throw Object.assign(new Error(answer.errorMessage ?? FunctionError), { name: answer.errorType ?? FunctionError });
  return answer.tables;
}
