/** What every store must do with people, and with what they are recognised by. */

import { describe, expect, it } from "vitest";
import type { PersonalTokenRecord, PersonLinkRecord, PersonRecord, SessionRecord } from "./person-record.ts";
import type { Store } from "./store.ts";

const person = (id: string, more: Partial<PersonRecord> = {}): PersonRecord => ({
  id,
  name: "Ada",
  email: `${id}@example.com`,
  grants: [],
  passwordHash: null,
  totp: null,
  totpPending: null,
  totpStep: 0,
  recovery: [],
  createdAt: 1,
  disabledAt: null,
  ...more,
});
const full = person("b", {
  grants: [{ role: "editor", project: "shop", environment: null }],
  passwordHash: "$argon2id$…",
  totp: "sealed",
  totpPending: "sealed too",
  totpStep: 58_000_000,
  recovery: ["x", "y"],
  disabledAt: 7,
});
const session = (id: string, more: Partial<SessionRecord> = {}): SessionRecord => ({
  id,
  hash: `hash of ${id}`,
  person: "a",
  via: "password",
  agent: "Firefox",
  createdAt: 1,
  seenAt: 2,
  expiresAt: 100,
  ...more,
});
const token = (id: string, more: Partial<PersonalTokenRecord> = {}): PersonalTokenRecord => ({
  id,
  person: "a",
  name: "laptop",
  prefix: "dm_person_abcd",
  hash: `hash of ${id}`,
  createdAt: 1,
  expiresAt: null,
  usedAt: null,
  revokedAt: null,
  ...more,
});
const link = (id: string, more: Partial<PersonLinkRecord> = {}): PersonLinkRecord => ({
  id,
  kind: "invitation",
  hash: `hash of ${id}`,
  person: null,
  email: "new@example.com",
  name: "",
  grants: [{ role: "viewer", project: null, environment: null }],
  madeBy: "a",
  createdAt: 1,
  expiresAt: 9,
  usedAt: null,
  revokedAt: null,
  ...more,
});

export function peopleContract(store: () => Store): void {
  const fill = () =>
    store().transaction(async (tx) => {
      for (const record of [full, person("a")]) await tx.putPerson(record);
      for (const record of [session("s1"), session("s2", { createdAt: 5 }), session("s3", { person: "b" })])
        await tx.putSession(record);
      for (const record of [token("t1"), token("t2", { expiresAt: 3, usedAt: 4, revokedAt: 5 })])
        await tx.putPersonalToken(record);
      for (const record of [link("l1"), link("l2", { kind: "password-reset", person: "a", usedAt: 5, revokedAt: 6 })])
        await tx.putPersonLink(record);
      await tx.putIdentity({ issuer: "https://id.example.com", subject: "42", person: "a", createdAt: 3 });
    });

  describe("people", () => {
    it("come back equal by id, email and identity, and no two have one email or one identity", async () => {
      expect(await store().hasPeople()).toBe(false);
      await fill();
      expect([await store().hasPeople(), await store().listPeople()]).toEqual([true, [person("a"), full]]);
      expect(await store().getPerson("b")).toEqual(full);
      expect(await store().findPersonByEmail("b@example.com")).toEqual(full);
      expect(await store().findPersonByIdentity("https://id.example.com", "42")).toEqual(person("a"));
      expect([
        await store().getPerson("c"),
        await store().findPersonByEmail("c"),
        await store().findPersonByIdentity("x", "42"),
      ]).toEqual([null, null, null]);
      const twin = person("c", { email: "b@example.com" });
      await expect(store().transaction((tx) => tx.putPerson(twin))).rejects.toThrow(/unique/iu);
      const same = { issuer: "https://id.example.com", subject: "42", person: "b", createdAt: 4 };
      await expect(store().transaction((tx) => tx.putIdentity(same))).rejects.toThrow(/unique/iu);
      await store().transaction((tx) => tx.putPerson({ ...full, name: "Grace" }));
      expect((await store().getPerson("b"))?.name).toBe("Grace");
    });

    it("go with everything by which they were recognised", async () => {
      await fill();
      await store().transaction((tx) => tx.removePerson("a"));
      expect(await store().listPeople()).toEqual([full]);
      expect(await store().findPersonByIdentity("https://id.example.com", "42")).toBeNull();
      expect([await store().listSessions("a"), await store().listPersonalTokens("a")]).toEqual([[], []]);
      expect([await store().listPersonLinks("password-reset"), await store().listPersonLinks("invitation")]).toEqual([
        [],
        [link("l1")],
      ]);
      expect(await store().listSessions("b")).toHaveLength(1);
    });
  });

  describe("what people are recognised by", () => {
    it("comes back equal by its digest, which no two share", async () => {
      await fill();
      expect(await store().findSessionByHash("hash of s2")).toEqual(session("s2", { createdAt: 5 }));
      expect(await store().findPersonalTokenByHash("hash of t2")).toEqual(token("t2", { expiresAt: 3, usedAt: 4, revokedAt: 5 }));
      expect(await store().findPersonLinkByHash("hash of l1")).toEqual(link("l1"));
      expect([
        await store().findSessionByHash("?"),
        await store().findPersonalTokenByHash("?"),
        await store().findPersonLinkByHash("?"),
      ]).toEqual([null, null, null]);
      const twin = { hash: "hash of s1" };
      await expect(store().transaction((tx) => tx.putSession(session("s9", twin)))).rejects.toThrow(/unique/iu);
      await store().transaction(async (tx) => {
        await tx.putPersonalToken(token("t1", { usedAt: 8 }));
        await tx.putPersonLink(link("l1", { revokedAt: 8 }));
      });
      expect((await store().listPersonalTokens("a")).map(({ usedAt }) => usedAt)).toEqual([8, 4]);
      expect(await store().listPersonLinks("invitation")).toEqual([link("l1", { revokedAt: 8 })]);
    });

    it("ends: one session, all but one, and those whose time is over or that nobody used", async () => {
      await fill();
      const ids = async () => (await store().listSessions("a")).map(({ id }) => id);
      expect(await ids()).toEqual(["s2", "s1"]);
      await store().transaction((tx) => tx.removeSessionsOf("a", "s1"));
      expect(await ids()).toEqual(["s1"]);
      await store().transaction(async (tx) => {
        for (const record of [session("s4", { expiresAt: 50 }), session("s5", { seenAt: 9 }), session("s6", { seenAt: 9 })])
          await tx.putSession(record);
        await tx.removeSession("s6");
        await tx.dropEndedSessions({ expiredBy: 50, unseenSince: 2 });
      });
      expect(await ids()).toEqual(["s5"]);
      await store().transaction((tx) => tx.removeSessionsOf("a", null));
      expect([await ids(), await store().listSessions("b")]).toEqual([[], []]);
    });
  });
}
