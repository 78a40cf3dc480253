/** GlueWords: property names of @pulumi/aws's Glue resources as the API of Glue has them (`storageDescriptor` → `StorageDescriptor`). */

/** Names that are more than a capital letter apart. */
const others: Record<string, string> = {
  serDeInfo: "SerdeInfo", securityGroupIdLists: "SecurityGroupIdList", matchCriterias: "MatchCriteria",
  enableAdditionalMetadatas: "EnableAdditionalMetadata", cloudwatchEncryption: "CloudWatchEncryption", cloudwatchEncryptionMode: "CloudWatchEncryptionMode",
};

/** Maps whose keys are the user's own. */
const maps = new Set(["parameters", "connectionProperties", "athenaProperties", "skewedColumnValueLocationMaps"]);

/** The same values under the API's names. */
export function apiWords<T = unknown>(value: unknown): T {
  return turned(value) as T;
}

function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [
    others[key] ?? `${key.charAt(0).toUpperCase()}${key.slice(1)}`, maps.has(key) ? inner : turned(inner),
  ]));
}
