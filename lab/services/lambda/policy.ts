/** Policy: who may invoke a function, as AddPermission writes it down. Kept and shown; in the lab there is one caller. */
import { ApiFault, type Json } from "../../gateway/service";
import type { LambdaFunction } from "./function";

export function statementOf(it: LambdaFunction, input: Json): Json {
  if (it.policy.some(({ Sid }) => Sid === input.StatementId)) throw new ApiFault("ResourceConflictException", `The statement id (${input.StatementId}) provided already exists.`, 409);
  const condition = {
    ...(input.SourceArn ? { ArnLike: { "AWS:SourceArn": input.SourceArn } } : {}),
    ...(input.SourceAccount ? { StringEquals: { "AWS:SourceAccount": input.SourceAccount } } : {}),
  };
  return {
    Sid: input.StatementId, Effect: "Allow", Principal: /^(\*|arn:)/.test(input.Principal) ? { AWS: input.Principal } : { Service: input.Principal },
    Action: input.Action, Resource: it.arn, ...(Object.keys(condition).length ? { Condition: condition } : {}),
  };
}

export function policyOf(it: LambdaFunction): Json {
  if (!it.policy.length) throw new ApiFault("ResourceNotFoundException", "The resource you requested does not exist.", 404);
  return { Policy: JSON.stringify({ Version: "2012-10-17", Id: "default", Statement: it.policy }), RevisionId: it.revision };
}
