// nodemailer: submission over TLS and STARTTLS, attachments, names that are not ASCII, pooling.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(process.env.NODE_FOLDER + "/");
const nodemailer = require("nodemailer");
const { USER_ADDRESS: user, USER_PASSWORD: pass, CA, CLIENTS } = process.env;
const ca = readFileSync(CA);
const peek = (...words) =>
  execFileSync("/usr/bin/python3", [CLIENTS + "/peek.py", ...words], { encoding: "utf8" }).trim();

const ways = [
  ["tls", { port: Number(process.env.PORT_SUBMISSIONS), secure: true }],
  ["starttls", { port: Number(process.env.PORT_SUBMISSION), secure: false, requireTLS: true }],
];
for (const [name, way] of ways) {
  for (const authMethod of ["PLAIN", "LOGIN"]) {
    const transport = nodemailer.createTransport({
      host: "localhost", ...way, authMethod, auth: { user, pass }, tls: { ca },
      pool: true, maxConnections: 2, connectionTimeout: 20000, socketTimeout: 20000,
    });
    await transport.verify();
    const subject = `nodemailer ${name} ${authMethod} één`;
    const letters = Array.from({ length: 6 }, (_, n) =>
      transport.sendMail({
        from: { name: "Renée van der Wâcht", address: user },
        to: user,
        subject: `${subject} ${n}`,
        text: ".\r\n..\r\nplain",
        html: "<p>één <b>koffie</b></p>",
        attachments: [{ filename: "rapport één.bin", content: Buffer.alloc(100_000, n) }],
      }));
    for (const sent of await Promise.all(letters)) {
      assert.deepEqual(sent.rejected, []);
      assert.match(sent.response, /^250 2\./);
    }
    for (let n = 0; n < 6; n++) {
      assert.equal(peek("count", "INBOX", `${subject} ${n}`), "1");
    }
    transport.close();
  }
  const wrong = nodemailer.createTransport({
    host: "localhost", ...way, auth: { user, pass: "wrong" }, tls: { ca },
  });
  await assert.rejects(wrong.verify(), { code: "EAUTH", responseCode: 535 });
}
