/**
 * Secrets Manager: secrets with versions and stages, kept sealed under the lab's home.
 *
 * A secret deleted with a recovery window is refused until restored; when the window has passed it is gone.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { ApiFault, jsonHandler, type Json, type JsonActions, type Service } from "../../gateway/service";
import type { Lab } from "../../lab";
import type { Store } from "../../store";
import { nameFault, versionOf, withVersion, type Secret } from "./secret";
import { described, listed, named, tagsOf, without } from "./shown";
import { Vault } from "./vault";

const maxValueBytes = 65_536;
const daySeconds = 86_400;
const now = (): number => Date.now() / 1000;

export class SecretsManagerService implements Service {
  readonly names = ["secretsmanager"];
  private readonly secrets: Store<Secret>;
  private readonly vault: Vault;

  private readonly calls: JsonActions = {
    CreateSecret: (input) => this.create(input),
    PutSecretValue: (input) => this.putValue(this.found(input), input),
    UpdateSecret: (input) => this.update(this.found(input), input),
    GetSecretValue: (input) => this.value(this.found(input), input),
    DescribeSecret: (input) => described(this.found(input, true)),
    ListSecrets: (input) => ({
      SecretList: this.all().filter((one) => input.IncludePlannedDeletion || one.deleted === undefined).map(listed),
    }),
    ListSecretVersionIds: (input) => {
      const secret = this.found(input);
      const Versions = Object.entries(secret.versions).map(([VersionId, { stages, created }]) => ({ VersionId, VersionStages: stages, CreatedDate: created }));
      return { ARN: secret.arn, Name: secret.name, Versions };
    },
    DeleteSecret: (input) => this.delete(this.found(input, true), input),
    RestoreSecret: (input) => this.kept(without(this.found(input, true), "deleted")),
    TagResource: (input) => {
      const secret = this.found(input);
      this.kept({ ...secret, tags: { ...secret.tags, ...tagsOf(input.Tags) } });
    },
    UntagResource: (input) => {
      const secret = this.found(input);
      const gone = new Set<string>(input.TagKeys);
      this.kept({ ...secret, tags: Object.fromEntries(Object.entries(secret.tags).filter(([key]) => !gone.has(key))) });
    },
    GetResourcePolicy: (input) => {
      const secret = this.found(input);
      return { ARN: secret.arn, Name: secret.name, ...(secret.policy === undefined ? {} : { ResourcePolicy: secret.policy }) };
    },
    PutResourcePolicy: (input) => this.kept({ ...this.found(input), policy: String(input.ResourcePolicy) }),
    DeleteResourcePolicy: (input) => this.kept(without(this.found(input), "policy")),
  };

  readonly handle = jsonHandler("secretsmanager", this.calls);

  constructor(private readonly lab: Lab) {
    this.secrets = lab.store<Secret>("secrets");
    this.vault = new Vault(lab.folder("keys", "secrets.key"));
  }

  private create(input: Json) {
    const fault = nameFault(input.Name);
    if (fault) throw new ApiFault("ValidationException", fault);
    const there = this.secrets.get(input.Name);
    if (there && !this.expired(there)) {
      if (there.deleted !== undefined) throw new ApiFault("InvalidRequestException", "You can't create this secret because a secret with this name is already scheduled for deletion.");
      throw new ApiFault("ResourceExistsException", `The operation failed because the secret ${input.Name} already exists.`);
    }
    const suffix = randomBytes(6).toString("base64url").replace(/[-_]/g, "x").slice(0, 6);
    const secret: Secret = {
      name: input.Name, arn: `arn:aws:secretsmanager:${this.lab.region}:${this.lab.account}:secret:${input.Name}-${suffix}`,
      ...(input.Description === undefined ? {} : { description: input.Description }),
      ...(input.KmsKeyId === undefined ? {} : { kmsKeyId: input.KmsKeyId }),
      tags: tagsOf(input.Tags), created: now(), changed: now(), versions: {},
    };
    const valued = input.SecretString !== undefined || input.SecretBinary !== undefined;
    return valued ? this.putValue(secret, input) : this.kept(secret);
  }

  private putValue(secret: Secret, input: Json) {
    const binary = input.SecretBinary !== undefined;
    if (binary === (input.SecretString !== undefined)) throw new ApiFault("InvalidParameterException", "Set either SecretString or SecretBinary.");
    const value = binary ? Buffer.from(input.SecretBinary, "base64") : Buffer.from(input.SecretString, "utf8");
    if (value.length > maxValueBytes) throw new ApiFault("ValidationException", `The value has ${value.length} bytes; at most ${maxValueBytes} are kept.`);
    const id: string = input.ClientRequestToken ?? randomUUID();
    const again = secret.versions[id];
    if (again) {
      if (!this.vault.open(again.sealed, secret.arn).equals(value)) throw new ApiFault("ResourceExistsException", `Version ${id} exists with another value.`);
      return { ...named(secret), VersionId: id, VersionStages: again.stages };
    }
    const stages: string[] = input.VersionStages ?? ["AWSCURRENT"];
    this.kept(withVersion(secret, id, { sealed: this.vault.seal(value, secret.arn), binary, created: now() }, stages));
    return { ...named(secret), VersionId: id, VersionStages: stages };
  }

  private update(secret: Secret, input: Json) {
    const changed: Secret = {
      ...secret, changed: now(),
      ...(input.Description === undefined ? {} : { description: input.Description }),
      ...(input.KmsKeyId === undefined ? {} : { kmsKeyId: input.KmsKeyId }),
    };
    const valued = input.SecretString !== undefined || input.SecretBinary !== undefined;
    return valued ? this.putValue(changed, input) : this.kept(changed);
  }

  private value(secret: Secret, input: Json) {
    const [VersionId, { sealed, binary, created, stages }] = versionOf(secret, input.VersionId, input.VersionStage);
    const value = this.vault.open(sealed, secret.arn);
    return {
      ...named(secret), VersionId, VersionStages: stages, CreatedDate: created,
      ...(binary ? { SecretBinary: value.toString("base64") } : { SecretString: value.toString("utf8") }),
    };
  }

  private delete(secret: Secret, input: Json) {
    const days = input.RecoveryWindowInDays ?? 30;
    if (!(days >= 7 && days <= 30)) throw new ApiFault("InvalidParameterException", `RecoveryWindowInDays is ${days}; set 7 to 30.`);
    const deleted = input.ForceDeleteWithoutRecovery ? now() : now() + days * daySeconds;
    if (input.ForceDeleteWithoutRecovery) this.secrets.delete(secret.name);
    else this.kept({ ...secret, deleted });
    return { ...named(secret), DeletionDate: deleted };
  }

  /** The secret by name, ARN, or ARN without its suffix. */
  private found({ SecretId: id }: Json, alsoDeleted = false): Secret {
    const secret = this.secrets.get(id) ?? this.all().find(({ arn }) => arn === id || arn.slice(0, -7) === id);
    if (!secret || this.expired(secret)) throw new ApiFault("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    if (secret.deleted !== undefined && !alsoDeleted) {
      throw new ApiFault("InvalidRequestException", "You can't perform this operation on the secret because it was marked for deletion.");
    }
    return secret;
  }

  private all(): Secret[] {
    return this.secrets.entries().map(([, secret]) => secret).filter((secret) => !this.expired(secret));
  }

  private expired(secret: Secret): boolean {
    return secret.deleted !== undefined && secret.deleted <= now();
  }

  private kept(secret: Secret) {
    this.secrets.put(secret.name, secret);
    return named(secret);
  }
}
