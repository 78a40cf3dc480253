/** Shown: a secret as the API shows it; never its value. */
import type { Json } from "../../gateway/service";
import type { Secret } from "./secret";

/** The secret without one of its fields. */
export function without(secret: Secret, field: "deleted" | "policy"): Secret {
  const rest = { ...secret };
  delete rest[field];
  return rest;
}

/** What every answer begins with. */
export const named = ({ arn, name }: Secret) => ({ ARN: arn, Name: name });

export const tagsOf = (tags: Json): Record<string, string> => Object.fromEntries((tags ?? []).map(({ Key, Value }: Json) => [Key, Value]));

export const listed = (secret: Secret) => ({
  ...named(secret), Description: secret.description, KmsKeyId: secret.kmsKeyId, CreatedDate: secret.created, LastChangedDate: secret.changed,
  DeletedDate: secret.deleted, Tags: Object.entries(secret.tags).map(([Key, Value]) => ({ Key, Value })),
});

export const described = (secret: Secret) => ({
  ...listed(secret), VersionIdsToStages: Object.fromEntries(Object.entries(secret.versions).map(([id, { stages }]) => [id, stages])),
});
