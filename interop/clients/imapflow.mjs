// imapflow over TLS and STARTTLS, compressed: list, append, search, fetch, flags, move, idle, quota, QRESYNC.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(process.env.NODE_FOLDER + "/");
const { ImapFlow } = require("imapflow");
const { USER_ADDRESS: user, USER_PASSWORD: pass, CA, CLIENTS, WORK } = process.env;
const ca = readFileSync(CA);
const peek = (...words) =>
  execFileSync("/usr/bin/python3", [CLIENTS + "/peek.py", ...words], { encoding: "utf8" }).trim();
const letter = (subject) => [
  "From: Wim <wim@elsewhere.test>", `To: <${user}>`, `Subject: ${subject}`,
  "Date: Fri, 05 Mar 2021 10:00:00 +0100", `Message-ID: <${Math.random()}@elsewhere.test>`,
  "MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="grens"', "",
  "--grens", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "",
  "één koffie", "--grens", 'Content-Type: application/octet-stream; name="a.bin"',
  "Content-Transfer-Encoding: base64", 'Content-Disposition: attachment; filename="a.bin"', "",
  Buffer.from("wacht".repeat(1000)).toString("base64"), "--grens--", "",
].join("\r\n");
const bounded = (promise, what) =>
  Promise.race([promise, new Promise((_, no) => {
    setTimeout(() => no(new Error("never: " + what)), 15_000).unref();
  })]);

async function session(name, way) {
  const client = new ImapFlow({
    host: "localhost", ...way, auth: { user, pass }, tls: { ca }, logger: false, qresync: true,
  });
  await client.connect();
  assert.equal(client.secureConnection, true);
  assert.ok(client._inflate, "it compresses by itself (COMPRESS=DEFLATE)");
  const box = `Flow-${name} één & twee`;
  await client.mailboxCreate(box);
  const listed = await client.list({ statusQuery: { messages: true, unseen: true } });
  assert.ok(listed.some((each) => each.path === box));
  assert.ok(listed.some((each) => each.specialUse === "\\Sent"));
  for (const n of [1, 2, 3]) {
    const added = await client.append(box, letter(`flow ${name} ${n}`), n === 1 ? ["\\Seen"] : []);
    assert.equal(added.uid, n);
  }
  const lock = await client.getMailboxLock(box);
  try {
    assert.equal(client.mailbox.exists, 3);
    assert.deepEqual(await client.search({ subject: "FLOW " + name }, { uid: true }), [1, 2, 3]);
    assert.deepEqual(await client.search({ seen: false, body: "koffie" }, { uid: true }), [2, 3]);
    const one = await client.fetchOne("1", {
      envelope: true, bodyStructure: true, flags: true, source: true, size: true, labels: true,
    }, { uid: true });
    assert.equal(one.envelope.subject, `flow ${name} 1`);
    assert.equal(one.source.toString(), letterOf(one.source));
    assert.equal(one.bodyStructure.childNodes.length, 2);
    assert.equal(one.size, one.source.length);
    const part = await client.download("1", "2", { uid: true });
    const pieces = [];
    for await (const piece of part.content) pieces.push(piece);
    assert.equal(Buffer.concat(pieces).toString(), "wacht".repeat(1000));
    await client.messageFlagsAdd("2", ["\\Flagged", "$Werk"], { uid: true });
    assert.deepEqual(
      [...(await client.fetchOne("2", { flags: true }, { uid: true })).flags].sort(),
      ["$Werk", "\\Flagged"]);
    const moved = await client.messageMove("3", "Archive", { uid: true });
    assert.equal(moved.uidMap.size, 1);
    assert.equal(client.mailbox.exists, 2);
    const arrival = new Promise((yes) => client.once("exists", yes));
    const idling = client.idle();
    writeFileSync(`${WORK}/m`, letter(`flow idle ${name}`));
    peek("put", box.normalize(), `${WORK}/m`);
    assert.equal((await bounded(arrival, "EXISTS while idle")).count, 3);
    await client.noop();
    await bounded(idling, "end of IDLE");
    await client.messageDelete("1", { uid: true });
    assert.deepEqual(await client.search({ all: true }, { uid: true }), [2, 4]);
    // What has changed since: the usual question of a client that comes back.
    const since = client.mailbox.highestModseq;
    await client.messageFlagsAdd("2", ["\\Answered"], { uid: true });
    const changed = [];
    for await (const each of client.fetch("1:*", { flags: true }, { uid: true, changedSince: since })) {
      changed.push(each.uid);
    }
    assert.deepEqual(changed, [2]);
  } finally {
    lock.release();
  }
  const quota = await client.getQuota("INBOX");
  assert.ok(quota === false || typeof quota === "object");
  await client.mailboxRename(box, box + "!");
  await client.mailboxDelete(box + "!");
  await client.logout();
}

// The source is what was appended: the same lines but for the Message-ID, which is random.
function letterOf(source) {
  const id = /Message-ID: <(.*)@/.exec(source.toString())[1];
  const subject = /Subject: (.*)\r/.exec(source.toString())[1];
  return letter(subject).replace(/Message-ID: <.*@/, `Message-ID: <${id}@`);
}

await session("tls", { port: Number(process.env.PORT_IMAPS), secure: true });
await session("starttls", { port: Number(process.env.PORT_IMAP), secure: false, doSTARTTLS: true });
const wrong = new ImapFlow({
  host: "localhost", port: Number(process.env.PORT_IMAPS), secure: true, tls: { ca },
  auth: { user, pass: "wrong" }, logger: false,
});
await assert.rejects(wrong.connect(), { authenticationFailed: true });
