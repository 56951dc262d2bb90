// The npm package mailauth as a peer. usage: node peer.mjs WORK verify|sign FILE...
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const [work, verb, ...files] = process.argv.slice(2);
const require = createRequire(path.join(work, 'npm', 'index.js'));
// The package's parts, not its whole: BIMI, which is in the whole, needs a newer Node.
const { dkimVerify } = require('mailauth/lib/dkim/verify');
const { arc: arcVerify } = require('mailauth/lib/arc');
const { dmarc: dmarcVerify } = require('mailauth/lib/dmarc');
const { dkimSign } = require('mailauth/lib/dkim/sign');

const zone = new Map();
for (const line of fs.readFileSync(path.join(work, 'zone.txt'), 'utf8').split('\n')) {
  const tab = line.indexOf('\t');
  if (tab > 0) zone.set(line.slice(0, tab), line.slice(tab + 1));
}

async function resolver(name, type) {
  if (type === 'TXT' && zone.has(name)) return [[zone.get(name)]];
  const missing = new Error('no such name');
  missing.code = 'ENOTFOUND';
  throw missing;
}

for (const file of files) {
  const message = fs.readFileSync(file);
  if (verb === 'verify') {
    const dkim = await dkimVerify(message, { resolver, sender: 'joe@example.org' });
    const arc = await arcVerify(dkim.arc, { resolver });
    const dmarc = await dmarcVerify({
      headerFrom: dkim.headerFrom,
      spfDomains: [],
      dkimDomains: dkim.results
        .filter((one) => one.status.result === 'pass')
        .map((one) => ({ id: one.id, domain: one.signingDomain, aligned: one.status.aligned })),
      arcResult: arc,
      resolver,
    });
    const signatures = dkim.results.map((one) => one.status.result).join(',');
    console.log([file, signatures, arc?.status?.result, dmarc?.status?.result].join('\t'));
  } else {
    for (const [name, canonicalization] of [
      ['rsa', 'relaxed/relaxed'],
      ['rsa', 'simple/simple'],
      ['ed', 'relaxed/simple'],
    ]) {
      const { signatures, errors } = await dkimSign(message, {
        canonicalization,
        signatureData: [
          {
            signingDomain: 'example.org',
            selector: name,
            privateKey: fs.readFileSync(path.join(work, `${name}.pem`), 'utf8'),
          },
        ],
      });
      if (errors.length) throw errors[0].err ?? new Error('cannot sign');
      const out = `${file}.npm-${name}-${canonicalization.replace('/', '-')}`;
      fs.writeFileSync(out, Buffer.concat([Buffer.from(signatures, 'latin1'), message]));
    }
  }
}
