/**
 * Authority: the lab's own certificate authority. Its key never leaves the lab's home; devices trust its certificate, and
 * the broker trusts no certificate by its issuer but only those that the registry knows by fingerprint.
 */
import "reflect-metadata";
import { createHash, createPublicKey, generateKeyPair, randomBytes, webcrypto } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import * as x509 from "@peculiar/x509";

x509.cryptoProvider.set(webcrypto as unknown as Crypto);

const signing = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
/** What AWS IoT gives its device certificates. */
const deviceEnd = new Date("2049-12-31T23:59:59Z");
const issuerName = "CN=sensorlake lab";

export interface Identity {
  certificatePem: string;
  privateKey: string;
}

export class Authority {
  private constructor(readonly certificatePem: string, private readonly key: CryptoKey) {}

  /** The authority that lives in a folder; made at the first time. */
  static async open(folder: string): Promise<Authority> {
    const [certificate, key] = [join(folder, "ca.pem"), join(folder, "ca.key")];
    if (!existsSync(certificate)) await make(folder, certificate, key);
    const bytes = x509.PemConverter.decodeFirst(readFileSync(key, "utf8"));
    return new Authority(readFileSync(certificate, "utf8"), await webcrypto.subtle.importKey("pkcs8", bytes, signing, false, ["sign"]) as CryptoKey);
  }

  /** Key and certificate of the broker, good for loopback only. */
  async broker(): Promise<Identity> {
    const keys = await promisify(generateKeyPair)("ec", { namedCurve: "P-256" });
    const certificate = await this.certify("CN=127.0.0.1", keys.publicKey.export({ type: "spki", format: "der" }), [
      new x509.SubjectAlternativeNameExtension([{ type: "ip", value: "127.0.0.1" }, { type: "dns", value: "localhost" }]),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    ]);
    return { certificatePem: certificate, privateKey: keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
  }

  /** A new key with its certificate, as CreateKeysAndCertificate makes them: RSA of 2048 bits. */
  async device(): Promise<Identity & { publicKey: string }> {
    const { publicKey, privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
    return {
      certificatePem: await this.certify("CN=AWS IoT Certificate", publicKey.export({ type: "spki", format: "der" }), ofDevice),
      publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
      privateKey: privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
    };
  }

  /** The certificate that a signing request asks for. Throws when the request is not signed by the key that it names. */
  async signed(requestPem: string): Promise<string> {
    const request = new x509.Pkcs10CertificateRequest(requestPem);
    if (!(await request.verify())) throw new Error("its signature does not fit its key");
    return this.certify(request.subject || "CN=AWS IoT Certificate", request.publicKey.rawData, ofDevice);
  }

  private async certify(subject: string, publicKey: BufferSource, extensions: x509.Extension[]): Promise<string> {
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: randomBytes(16).toString("hex"), subject, issuer: issuerName,
      notBefore: new Date(Date.now() - 60_000), notAfter: deviceEnd,
      signingKey: this.key, publicKey: new x509.PublicKey(publicKey), signingAlgorithm: signing,
      extensions: [new x509.BasicConstraintsExtension(false, undefined, true), new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true), ...extensions],
    });
    return `${certificate.toString("pem")}\n`;
  }
}

const ofDevice = [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])];

/** AWS IoT's id of a certificate: SHA-256 of its DER bytes. */
export function certificateId(pem: string): string {
  createPublicKey(pem);
  return createHash("sha256").update(Buffer.from(x509.PemConverter.decodeFirst(pem))).digest("hex");
}

async function make(folder: string, certificate: string, key: string): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const keys = await webcrypto.subtle.generateKey(signing, true, ["sign", "verify"]) as CryptoKeyPair;
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: randomBytes(16).toString("hex"), name: issuerName, notBefore: new Date(Date.now() - 60_000), notAfter: deviceEnd,
    signingAlgorithm: signing, keys,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true), new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true)],
  });
  const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  // The key first: a certificate without its key would be taken for a whole authority.
  writeFileSync(key, x509.PemConverter.encode(pkcs8, "PRIVATE KEY"), { mode: 0o600 });
  writeFileSync(certificate, `${made.toString("pem")}\n`);
}
