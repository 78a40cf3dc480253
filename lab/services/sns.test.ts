import { expect } from "chai";
import { LogsService } from "./logs";
import { SnsService } from "./sns";
import { codeOf, removeLabs, request, testLab } from "./testing";

const form = async (sns: SnsService, action: string, fields: Record<string, string>) =>
  String((await sns.handle(request({ action, body: Buffer.from(new URLSearchParams(fields).toString()) }))).body);

describe("SNS", () => {
  after(removeLabs);
  const arn = "arn:aws:sns:eu-central-1:000000000000:alerts";

  it("keeps what was published, also over a restart", async () => {
    const lab = testLab();
    const sns = new SnsService(lab, new LogsService(lab));
    expect(await form(sns, "CreateTopic", { Name: "alerts" })).to.contain(`<TopicArn>${arn}</TopicArn>`);
    await form(sns, "Publish", { TopicArn: arn, Subject: "failed", Message: "<why> & where" });
    const [message, ...more] = new SnsService(lab, new LogsService(lab)).messages(arn);
    expect(more).to.deep.equal([]);
    expect(message).to.include({ subject: "failed", message: "<why> & where" });
  });

  it("records an e-mail subscription as pending, once", async () => {
    const lab = testLab();
    const sns = new SnsService(lab, new LogsService(lab));
    await form(sns, "CreateTopic", { Name: "alerts" });
    for (let i = 0; i < 2; i += 1) await form(sns, "Subscribe", { TopicArn: arn, Protocol: "email", Endpoint: "a&b@example.org" });
    const listed = await form(sns, "ListSubscriptionsByTopic", { TopicArn: arn });
    expect(listed.match(/<SubscriptionArn>PendingConfirmation</g)).to.have.length(1);
    expect(listed).to.contain("a&#38;b@example.org");
  });

  it("refuses a topic that is not there, a subject SNS would not take, and a protocol that it can't record", async () => {
    const lab = testLab();
    const sns = new SnsService(lab, new LogsService(lab));
    await form(sns, "CreateTopic", { Name: "alerts" });
    expect(await codeOf(form(sns, "Publish", { TopicArn: `${arn}x`, Message: "m" }))).to.equal("NotFound");
    expect(await codeOf(form(sns, "Publish", { TopicArn: arn, Message: "m", Subject: "two\nlines" }))).to.equal("InvalidParameter");
    expect(await codeOf(form(sns, "Subscribe", { TopicArn: arn, Protocol: "https", Endpoint: "https://x" }))).to.equal("NotImplementedException");
  });
});
