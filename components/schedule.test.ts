import { expect } from "chai";
import { scheduleFaults } from "./schedule";

describe("schedules", () => {
  it("are what EventBridge Scheduler takes", () => {
    for (const good of ["rate(1 hour)", "rate(15 minutes)", "rate(1 hours)", "rate(2 hour)", "cron(15 * * * ? *)", "cron(0/10 8-18 ? * MON-FRI *)", "cron(0 3 L * ? 2026,2027)", "cron(0 3 ? * 6#3 *)", "cron(0 0 15W * ? *)"]) {
      expect(scheduleFaults(good), good).to.deep.equal([]);
    }
  });

  it("come in a time zone that there is", () => {
    expect(scheduleFaults("rate(1 hour)", "Europe/Berlin")).to.deep.equal([]);
    for (const wrong of ["Europe/Berln", "+02:00"]) expect(scheduleFaults("rate(1 hour)", wrong)).to.deep.equal([`timezone is "${wrong}"; set a name of the IANA database, such as Europe/Berlin`]);
  });

  for (const [wrong, said] of [
    ["every hour", /set rate\(1 hour\), cron/], ["at(2026-01-01T00:00:00)", /set rate/], ["rate(0 hours)", /whole number/], ["rate(1 week)", /whole number/],
    ["cron(0 3 * * *)", /six fields: minutes, hours/], ["cron(0 24 * * ? *)", /its hours is "24"; set 0 to 23/], ["cron(0 3 * * * *)", /set \? for either/], ["cron(0 3 ? * ? *)", /set \? for either/],
    ["cron(0 3 ? * 2#1,3#2 *)", /its day of week is/], ["cron(0 22-4 * * ? *)", /its hours is/],
    ["cron(0 3 ? JANUAR MON *)", /its month is "JANUAR"/], ["cron(0/x 3 * * ? *)", /its minutes is/], ["cron(0 3 1-2-3 * ? *)", /its day of month/],
  ] as const) {
    it(`refuses ${wrong}`, () => expect(scheduleFaults(wrong).join("; ")).to.match(said));
  }
});
