/** Lambda tasks: `lambda:invoke`, and a function's ARN as the Resource itself. */
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { Lab } from "../../../lab";
import type { JsonObject } from "./json";
import { type Integration, sdkFault, TaskFault } from "./task";

export function lambdaTasks(lab: Lab): { invoke: Integration; direct: (functionArn: string) => Integration } {
  // A function is never run twice for one question; the machine's own Retry says when it is.
  const client = new LambdaClient({ ...lab.client(), maxAttempts: 1 });

  async function invoke(FunctionName: string, payload: unknown, signal: AbortSignal) {
    const answer = await client.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(payload ?? {}) }), { abortSignal: signal }).catch((fault: unknown) => {
      throw sdkFault("Lambda", fault);
    });
    const text = answer.Payload?.length ? new TextDecoder().decode(answer.Payload) : "null";
    if (answer.FunctionError) throw new TaskFault(errorType(text), text);
    return { ExecutedVersion: answer.ExecutedVersion ?? "$LATEST", Payload: JSON.parse(text) as unknown, StatusCode: answer.StatusCode ?? 200 };
  }

  return {
    invoke: {
      resourceType: "lambda", resource: "invoke",
      run: ({ FunctionName, Payload }: JsonObject, { signal }) => invoke(String(FunctionName), Payload, signal),
    },
    direct: (functionArn) => ({
      resourceType: "lambda", resource: functionArn,
      run: async (parameters, { signal }) => (await invoke(functionArn, parameters, signal)).Payload,
    }),
  };
}

/** The function's own error; one that was cut off has no type. */
function errorType(text: string): string {
  const { errorType } = JSON.parse(text) as { errorType?: string };
  return errorType ?? "Lambda.Unknown";
}
